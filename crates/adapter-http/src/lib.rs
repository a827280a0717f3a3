//! The REST edge: every request of the HTTP API becomes one call of a domain service, and its outcome
//! a status, a code and a JSON body of `rialto-wire`. Knows no store and no rule.
//!
//! | where | what |
//! |---|---|
//! | [`configure_app`], `routes` | every route, in one table |
//! | [`HttpState`], [`HttpSettings`] | what the handlers work with |
//! | [`EventStreams`] | the event streams that are open, so many at most |
//! | [`Edge`], `middleware/` | request ids, CORS, security headers, access log, metrics |
//! | [`Shortcut`] | the way around the routes for prices that are at hand |
//! | [`HealthProbe`] | what this crate asks of the server around it |
//! | [`openapi()`] | the OpenAPI 3.1 document, made from the handlers |
//! | `error`, `error/status_map` | which refusal becomes which status and code |
//! | `needs` | which scope every route needs of an API token |
//! | `auth`, `cookies`, `origin`, `device` | who asks, from where, with what |
//! | `body`, `query`, `path`, `fields` | input, refused field by field |
//! | [`asyncapi()`] | the AsyncAPI 3.0 document of the sockets, made from the wire's frames |
//! | `identity/`, `messaging/`, `prices/`, `admin/`, `health` | the handlers, with a `convert` for what they read |
//! | `etag` | answers that a client may have already |
//!
//! An application is put together like this; other things below `/api` go before `configure_app`:
//!
//! ```text
//! HttpServer::new(move || {
//!     App::new()
//!         .wrap(edge.clone())
//!         .route("/api/v1/ws", web::get().to(socket))
//!         .configure(|config| configure_app(config, state.clone()))
//!         .default_service(web::to(web_client))
//! })
//! ```
//!
//! To add a route: 1. its request and answer in `rialto-wire`; 2. a handler with its `#[utoipa::path]`
//! beside those of its context, and the conversion in `convert`; 3. a line in `routes`, and one in
//! `needs`; 4. each new refusal in `error/status_map`: the compiler asks for it.

mod admin;
mod alerts;
mod asyncapi;
mod auth;
mod body;
mod cookies;
mod device;
mod error;
mod etag;
mod fields;
mod health;
mod identity;
mod lists;
mod messaging;
mod middleware;
mod needs;
mod openapi;
mod origin;
mod path;
mod prices;
mod query;
mod routes;
mod shortcut;
mod state;
mod table;
mod task;

#[cfg(test)]
mod fixtures;

pub use asyncapi::asyncapi;
pub use health::{HealthProbe, HealthReport, PartState};
pub use middleware::{Edge, EdgeService};
pub use openapi::openapi;
pub use prices::ready::ReadyQuotes;
pub use prices::seats::EventStreams;
pub use routes::configure_app;
pub use shortcut::{Shortcut, ShortcutService};
pub use state::{HttpSettings, HttpState};
