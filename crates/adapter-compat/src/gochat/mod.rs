//! Conversations of two and of groups. Clients know of no positions in a log: what happened while nobody of a user was
//! connected waits, and comes first on the next socket, once.
//!
//! | module | holds |
//! |---|---|
//! | [`auth`] | accounts and tokens; who asks |
//! | [`conversations`], [`messages`] | what they ask for |
//! | [`socket`] | what happens, while it happens |
//! | [`courier`] | how far whom this surface has told, kept in memory until it is stored |
//! | [`people`], [`views`] | users, conversations and messages as clients see them |
//! | [`refusal`], [`rate`] | what every refusal looks like, and how often an address may ask |
//! | [`monitor`], [`machine`] | how the process and its machine are |
//!
//! Channels, the lobby and threads are not of this surface.

mod auth;
mod conversations;
mod courier;
mod machine;
mod messages;
mod monitor;
mod people;
mod rate;
mod refusal;
mod socket;
mod views;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Resource, web};
use rialto_identity::IdentityService;
use rialto_identity::service::TokenLifetimes;
use serde_json::json;

use self::courier::Courier;
use self::machine::Machine;
use self::refusal::Refusal;
use crate::cors::OpenCors;
use crate::deps::CompatDeps;
use crate::surface::Surface;

/// What it is called in tokens, limits and positions.
const NAME: &str = Surface::Gochat.name();

const LIFETIMES: TokenLifetimes = TokenLifetimes {
    access: Duration::from_secs(15 * 60),
    refresh: Duration::from_secs(168 * 60 * 60),
    ticket: Duration::from_secs(60),
};

const CORS: OpenCors = OpenCors {
    methods: "GET, POST, HEAD, PUT, DELETE, PATCH, OPTIONS",
    headers: "Origin, Content-Type, Accept, Authorization, X-Request-ID",
    preflight: StatusCode::NO_CONTENT,
};

/// The surface with what it remembers. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Gochat {
    state: web::Data<State>,
}

/// What the routes work with.
struct State {
    deps: web::Data<CompatDeps>,
    identity: IdentityService,
    courier: Arc<Courier>,
    machine: Arc<Machine>,
}

impl Gochat {
    pub fn new(deps: web::Data<CompatDeps>) -> Self {
        let identity = deps.identity.for_surface(NAME, LIFETIMES);
        let courier = Arc::new(Courier::new(deps.deliveries.clone()));
        Self { state: web::Data::new(State { identity, courier, machine: Arc::default(), deps }) }
    }

    /// Puts the routes below `prefix`, which is empty on a listener of its own.
    pub fn mount(&self, config: &mut web::ServiceConfig, prefix: &str) {
        let scope = web::scope(prefix)
            .app_data(self.state.deps.clone())
            .app_data(self.state.clone())
            .wrap(from_fn(refusal::put_into_words))
            .wrap(from_fn(rate::limit))
            .wrap(from_fn(|req, next| CORS.apply(req, next)))
            .service(resource("/ws").route(web::get().to(socket::connect)))
            .service(resource("/metrics").route(web::get().to(monitor::show)))
            .service(resource("/metrics/{file}").route(web::get().to(monitor::show_file)))
            .service(resource("/api/v1/health").route(web::get().to(health)))
            .service(resource("/api/v1/auth/register").route(web::post().to(auth::register)))
            .service(resource("/api/v1/auth/login").route(web::post().to(auth::log_in)))
            .service(resource("/api/v1/auth/refresh").route(web::post().to(auth::refresh)))
            .service(resource("/api/v1/auth/me").route(web::get().to(auth::show_me)))
            .service(
                resource("/api/v1/conversations")
                    .route(web::post().to(conversations::create))
                    .route(web::get().to(conversations::list)),
            )
            .service(resource("/api/v1/conversations/{id}").route(web::get().to(conversations::show)))
            .service(resource("/api/v1/conversations/{id}/messages").route(web::get().to(messages::list)))
            .default_service(web::to(no_route));
        config.service(scope);
    }

    /// Writes down what is not stored yet.
    pub async fn drain(&self) {
        self.state.courier.store_all().await;
    }
}

fn resource(path: &str) -> Resource {
    web::resource(path).default_service(web::to(wrong_method))
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok", "message": "GoChat API is running" }))
}

async fn no_route() -> Result<HttpResponse, Refusal> {
    Err(Refusal::new(StatusCode::NOT_FOUND, "Not Found"))
}

async fn wrong_method() -> Result<HttpResponse, Refusal> {
    Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
}
