//! A chat API with live messages: bearer tokens or the cookie `jwt_token`, messages to all, to one user and to rooms, over HTTP
//! and over a socket. What is said to all is said in the lobby, what is said to one user in the direct conversation of the
//! two, and rooms are groups and channels.
//!
//! | module | holds |
//! |---|---|
//! | [`account`] | the ways in and out |
//! | [`caller`] | who asks, by header or by cookie |
//! | [`cookie`] | the cookie |
//! | [`origins`] | which pages may use it, and read answers |
//! | [`users`], [`rooms`], [`messages`] | what their names say |
//! | [`say`], [`listing`], [`place`] | saying something, reading it back, and where it was said |
//! | [`socket`], [`connected`] | the socket, and who has one |
//! | [`status`], [`page`] | how the server is, and a page to try it with |
//! | [`view`], [`id`], [`refusal`] | the forms of answers |

mod account;
mod act;
mod caller;
mod connected;
mod cookie;
mod id;
mod listing;
mod messages;
mod origins;
mod page;
mod place;
mod refusal;
mod rooms;
mod say;
mod socket;
mod status;
mod users;
mod view;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Resource, ResponseError, Route, web};
use rialto_identity::{IdentityService, TokenLifetimes};
use rialto_kernel::Instant;

use self::connected::Connected;
use self::origins::Origins;
use self::refusal::Refusal;
use crate::deps::CompatDeps;
use crate::surface::Surface;

/// How long a token works, and how long a session can be renewed from its start.
const LIFETIMES: TokenLifetimes = TokenLifetimes {
    access: Duration::from_secs(24 * 60 * 60),
    refresh: Duration::from_secs(30 * 24 * 60 * 60),
    ticket: Duration::from_secs(30),
};

/// What the handlers work with.
struct State {
    deps: web::Data<CompatDeps>,
    identity: IdentityService,
    origins: Origins,
    connected: Connected,
    since: Instant,
}

/// The surface with what it remembers. Cloning shares it.
#[derive(Clone)]
pub(crate) struct ChatApi {
    state: web::Data<State>,
}

impl ChatApi {
    pub fn new(deps: web::Data<CompatDeps>) -> Self {
        let identity = deps.identity.for_surface(Surface::ChatApi.name(), LIFETIMES);
        let (origins, connected) = (Origins::new(&deps.settings), Connected::default());
        let since = deps.clock.now();
        Self { state: web::Data::new(State { deps, identity, origins, connected, since }) }
    }

    /// Puts the routes below `prefix`, which is empty on a listener of its own.
    pub fn mount(&self, config: &mut web::ServiceConfig, prefix: &str) {
        let state = self.state.clone();
        let scope = web::scope(prefix)
            .app_data(self.state.clone())
            .app_data(self.state.deps.clone())
            .wrap(from_fn(move |req, next| {
                let state = state.clone();
                async move { state.origins.apply(req, next).await }
            }))
            .configure(accounts_and_people)
            .configure(conversations)
            .configure(around)
            .default_service(web::to(not_found));
        config.service(scope);
    }
}

fn accounts_and_people(routes: &mut web::ServiceConfig) {
    routes
        .service(at("/api/auth/register", [web::post().to(account::register)]))
        .service(at("/api/auth/login", [web::post().to(account::log_in)]))
        .service(at("/api/auth/refresh", [web::post().to(account::refresh)]))
        .service(at("/api/auth/logout", [web::post().to(account::log_out)]))
        .service(at("/api/auth/profile", [web::get().to(account::show_profile)]))
        .service(at("/api/users", [web::get().to(users::list)]))
        .service(at("/api/users/{id}", [web::get().to(users::show)]))
        .service(at("/api/users/{id}/rooms", [web::get().to(rooms::list_of_user)]));
}

fn conversations(routes: &mut web::ServiceConfig) {
    let members = [web::post().to(rooms::add_member), web::delete().to(rooms::remove_member)];
    routes
        .service(at("/api/messages", [web::post().to(messages::post), web::get().to(messages::list)]))
        .service(at("/api/messages/between/{one}/{other}", [web::get().to(messages::list_between)]))
        .service(at("/api/rooms", [web::post().to(rooms::create)]))
        .service(at("/api/rooms/{id}", [web::get().to(rooms::show)]))
        .service(at("/api/rooms/{id}/messages", [web::get().to(rooms::list_messages)]))
        .service(at("/api/rooms/{id}/members/{user}", members))
        .service(at("/api/ws/connect", [web::get().to(socket::connect)]))
        .service(at("/api/ws/users", [web::get().to(status::list_connected)]))
        .service(at("/api/ws/stats", [web::get().to(status::show_stats)]));
}

fn around(routes: &mut web::ServiceConfig) {
    routes
        .service(at("/health", [web::get().to(status::health)]))
        .service(at("/metrics", [web::get().to(status::metrics)]));
    for file in &page::FILES {
        routes.service(at(file.path, [web::get().to(move || page::show(file))]));
    }
}

fn at<const N: usize>(path: &str, allowed: [Route; N]) -> Resource {
    let resource = web::resource(path).default_service(web::to(wrong_method));
    allowed.into_iter().fold(resource, Resource::route)
}

async fn not_found() -> HttpResponse {
    Refusal::new(StatusCode::NOT_FOUND, "404 page not found").error_response()
}

async fn wrong_method() -> HttpResponse {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed").error_response()
}
