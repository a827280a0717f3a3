//! Chat in channels for users whose tokens another service makes: both know a secret. Users, channels and messages go by
//! numbers. A channel is any channel or group that the user is in; what is said in it by other ways is heard here as text.
//!
//! | module | holds |
//! |---|---|
//! | [`answer`] | the envelope of every answer |
//! | [`body`] | what may be said, and how it is kept |
//! | [`caller`] | who asks |
//! | [`channel`] | one channel's sockets |
//! | [`edge`] | how often, and for which pages |
//! | [`frames`] | the frame of each message, made once |
//! | [`users`] | who is known |

mod answer;
mod body;
mod caller;
mod channel;
mod edge;
mod frames;
mod users;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};
use rialto_edge::RateLimits;
use rialto_identity::SharedTokens;

use self::answer::refuse;
use self::frames::Frames;
use crate::deps::CompatDeps;
use crate::surface::Surface;

const AVATAR: &str = "/api/v1/users/{id}/avatar";

/// What this surface alone works with.
#[derive(Clone)]
pub struct GroupServerDeps {
    /// Reads the tokens of its clients. Without a shared secret there are none, and the surface is off.
    pub tokens: Option<Arc<dyn SharedTokens>>,
    /// How often an address may ask.
    pub limits: RateLimits,
}

/// The surface with what it remembers. Cloning shares it.
#[derive(Clone)]
pub(crate) struct GroupServer {
    deps: web::Data<CompatDeps>,
    frames: web::Data<Frames>,
}

impl GroupServer {
    pub fn new(deps: web::Data<CompatDeps>) -> Self {
        let frames = web::Data::new(Frames::new(deps.numbers.clone()));
        Self { deps, frames }
    }

    /// Puts the routes below `prefix`, which is empty on a listener of its own.
    pub fn mount(&self, config: &mut web::ServiceConfig, prefix: &str) {
        let deps = self.deps.clone();
        let mut scope = web::scope(prefix)
            .app_data(self.deps.clone())
            .app_data(self.frames.clone())
            .route("", web::get().to(greet))
            .route("/", web::get().to(greet));
        if prefix.is_empty() {
            // Where pictures are said to be, which is the same for all clients.
            let path = format!("{}{AVATAR}", Surface::GroupServer.prefix());
            scope = scope.service(web::resource(path).route(web::get().to(users::show_avatar)));
        }
        scope = if self.deps.group_server.tokens.is_some() {
            scope
                .service(web::resource("/api/v1/users").route(web::get().to(users::list)))
                .service(web::resource("/api/v1/users/edit").route(web::put().to(users::edit)))
                .service(web::resource("/api/v1/users/{id}").route(web::get().to(users::show)))
                .service(web::resource(AVATAR).route(web::get().to(users::show_avatar)))
                .service(web::resource("/api/v1/chat/{channel}").route(web::get().to(channel::connect)))
                .default_service(web::to(nothing_here))
        } else {
            scope.default_service(web::to(is_off))
        };
        config.service(scope.wrap(from_fn(move |req, next| edge::pass(deps.clone(), req, next))));
    }
}

/// `GET /`.
async fn greet() -> &'static str {
    "Hello world"
}

async fn nothing_here() -> HttpResponse {
    refuse(StatusCode::NOT_FOUND, "there is nothing at this path")
}

async fn is_off() -> HttpResponse {
    refuse(StatusCode::SERVICE_UNAVAILABLE, "this surface is off: compat.group_server.shared_secret is not set")
}
