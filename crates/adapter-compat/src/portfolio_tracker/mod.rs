//! Prices and portfolios of crypto currencies, for those who have an account.
//!
//! | module | holds |
//! |---|---|
//! | [`accounts`] | registering, signing in |
//! | [`users`] | the list of users, and what they do with their accounts |
//! | [`asker`] | who asks |
//! | [`prices`], [`look_up`] | prices on request |
//! | [`cache`] | the cache of prices |
//! | [`stream`], [`socket`] | prices as they change: event streams, a socket |
//! | [`coin`], [`update`], [`number`], [`reply`] | how all this is written |

mod accounts;
mod asker;
mod cache;
mod coin;
mod look_up;
mod number;
mod params;
mod prices;
mod reply;
mod socket;
mod stream;
mod update;
mod users;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Resource, web};
use rialto_identity::{IdentityService, TokenLifetimes};

use self::cache::ClearAllowance;
use crate::cors::OpenCors;
use crate::deps::CompatDeps;
use crate::surface::Surface;

const CORS: OpenCors = OpenCors {
    methods: "GET, POST, PUT, DELETE, OPTIONS",
    headers: "Content-Type, Authorization",
    preflight: StatusCode::NO_CONTENT,
};

/// Nobody is given a ticket here.
const TICKET: Duration = Duration::from_secs(30);

/// The surface with what it remembers. Cloning shares it.
#[derive(Clone)]
pub(crate) struct PortfolioTracker {
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
}

/// What the routes work with, besides what all surfaces do.
struct Desk {
    /// Accounts, with tokens that are good here alone.
    identity: IdentityService,
    clears: ClearAllowance,
}

impl PortfolioTracker {
    pub fn new(deps: web::Data<CompatDeps>) -> Self {
        let lifetime = deps.settings.portfolio_tracker_token;
        // Its clients know no refresh tokens: nobody is given one.
        let lifetimes = TokenLifetimes { access: lifetime, refresh: lifetime, ticket: TICKET };
        let identity = deps.identity.for_surface(Surface::PortfolioTracker.name(), lifetimes);
        let desk = web::Data::new(Desk { identity, clears: ClearAllowance::default() });
        Self { deps, desk }
    }

    /// Puts the routes below `prefix`, which is empty on a listener of its own.
    pub fn mount(&self, config: &mut web::ServiceConfig, prefix: &str) {
        let scope = web::scope(prefix)
            .app_data(self.deps.clone())
            .app_data(self.desk.clone())
            .wrap(from_fn(|req, next| CORS.apply(req, next)))
            .service(at("/health").route(web::get().to(health)))
            .service(at("/api/v1/auth/register").route(web::post().to(accounts::register)))
            .service(at("/api/v1/auth/login").route(web::post().to(accounts::log_in)))
            .service(at("/api/v1/crypto/popular").route(web::get().to(prices::list_popular)))
            .service(at("/api/v1/crypto/bulk").route(web::post().to(prices::look_up_many)))
            .service(at("/api/v1/crypto/portfolio").route(web::post().to(prices::value_portfolio)))
            .service(at("/api/v1/crypto/cache/stats").route(web::get().to(cache::show_stats)))
            .service(at("/api/v1/crypto/cache").route(web::delete().to(cache::clear)))
            .service(at("/api/v1/crypto/stream/prices").route(web::get().to(stream::stream_prices)))
            .service(at("/api/v1/crypto/stream/portfolio").route(web::post().to(stream::stream_portfolio)))
            .service(at("/api/v1/crypto/stream/ws").route(web::get().to(socket::connect)))
            .service(at("/api/v1/crypto/{coin}").route(web::get().to(prices::get_coin)))
            .service(at("/api/v1/users").route(web::get().to(users::list)))
            .service(
                at("/api/v1/users/{id}")
                    .route(web::get().to(users::show))
                    .route(web::put().to(users::change))
                    .route(web::delete().to(users::delete)),
            )
            .default_service(web::to(not_found));
        config.service(scope);
    }
}

fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(not_found))
}

/// `GET /health`.
async fn health() -> HttpResponse {
    reply::with(StatusCode::OK, "Server is running", serde_json::json!({ "status": "healthy" }))
}

async fn not_found() -> reply::Refusal {
    reply::Refusal::new(StatusCode::NOT_FOUND, "Not found").because("there is no such route")
}
