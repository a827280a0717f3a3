//! The way around the routes for what is asked most often and answered fastest: the price of an asset that is at hand.
//! Finding the route, its extractors and its handler would cost several times what the answer does.
//!
//! It gives the very answer that the route would give, limits, headers, log and metrics included, to questions that the
//! route has answered before; all others, and all requests with anything unusual about them, go on to the application.

use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::body::{BoxBody, EitherBody, MessageBody};
use actix_http::{HttpMessage, Request, Response};
use actix_web::ResponseError;
use actix_web::dev::{Service, ServiceFactory, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::web;
use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use rialto_kernel::{IdSource, RateClass};
use tokio::time::Instant;

use crate::device::network_of;
use crate::middleware::{access_log, cors, metrics, rate_limit, request_id, security_headers};
use crate::state::HttpState;

/// The route that is gone around.
const ROUTE: &str = "/api/v1/crypto/{coin}";
const PREFIX: &str = "/api/v1/crypto/";

/// An application with the way around its routes.
#[derive(Clone)]
pub struct Shortcut<A> {
    app: A,
    state: web::Data<HttpState>,
    ids: Arc<dyn IdSource>,
}

impl<A> Shortcut<A> {
    /// Around an application that [`configure_app`](crate::configure_app) gave this state; `ids` are those of its
    /// [`Edge`](crate::Edge).
    #[must_use]
    pub fn new(app: A, state: web::Data<HttpState>, ids: Arc<dyn IdSource>) -> Self {
        Self { app, state, ids }
    }
}

impl<A, B> ServiceFactory<Request> for Shortcut<A>
where
    A: ServiceFactory<Request, Response = ServiceResponse<B>>,
    A::Service: 'static,
    A::Future: 'static,
    A::InitError: Debug,
    B: MessageBody + 'static,
{
    type Response = Response<EitherBody<B>>;
    type Error = A::Error;
    type Config = A::Config;
    type Service = ShortcutService<A::Service>;
    type InitError = A::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, A::InitError>>;

    fn new_service(&self, config: A::Config) -> Self::Future {
        let app = self.app.new_service(config);
        let shortcut = Shortcut { app: (), state: self.state.clone(), ids: Arc::clone(&self.ids) };
        Box::pin(async move { Ok(ShortcutService { app: app.await?, shortcut: Rc::new(shortcut) }) })
    }
}

/// [`Shortcut`] in one worker.
pub struct ShortcutService<S> {
    app: S,
    shortcut: Rc<Shortcut<()>>,
}

impl<S, B> Service<Request> for ShortcutService<S>
where
    S: Service<Request, Response = ServiceResponse<B>>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = Response<EitherBody<B>>;
    type Error = S::Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, S::Error>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.app.poll_ready(cx)
    }

    fn call(&self, req: Request) -> Self::Future {
        if let Some(body) = self.shortcut.body(&req) {
            let shortcut = Rc::clone(&self.shortcut);
            return Box::pin(async move {
                Ok(shortcut.answer(&req, body).await.map_body(|_, body| EitherBody::right(body)))
            });
        }
        let answered = self.app.call(req);
        Box::pin(async move { Ok(Response::from(answered.await?).map_body(|_, body| EitherBody::left(body))) })
    }
}

impl Shortcut<()> {
    /// The body of the answer, if this is a request that can be answered here.
    fn body(&self, req: &Request) -> Option<Bytes> {
        if *req.method() != Method::GET || !req.path().starts_with(PREFIX) || !is_plain(req.headers()) {
            return None;
        }
        let asked = req.uri().path_and_query()?.as_str();
        self.state.ready_quotes.answer(asked, &self.state.prices, self.state.clock.now())
    }

    async fn answer(&self, req: &Request, body: Bytes) -> Response<BoxBody> {
        let started = Instant::now();
        let settings = &self.state.settings;
        let request_id = request_id::choose(req.headers(), &*self.ids);
        let from = network_of(req.peer_addr().map(|peer| peer.ip()), req.headers(), &settings.trusted_proxies);
        let told = self.state.limits.take_from_address(RateClass::Address, from).await;
        let mut res = match rate_limit::refusal(told) {
            None => {
                let mut res = Response::with_body(StatusCode::OK, BoxBody::new(body));
                res.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
                res
            }
            Some(refusal) => request_id::scope(request_id.clone(), async { refusal.error_response().into() }).await,
        };
        rate_limit::apply(res.headers_mut(), told);
        cors::apply(res.headers_mut(), None, settings);
        security_headers::apply(res.headers_mut(), true);
        request_id::apply(res.headers_mut(), &request_id);
        let took = started.elapsed();
        access_log::write(res.status(), None, req.method(), ROUTE, took, &request_id);
        metrics::count(res.status(), req.method(), ROUTE, took);
        res
    }
}

/// Whether nothing in these headers could make the answer another than that of most.
fn is_plain(headers: &header::HeaderMap) -> bool {
    const UNUSUAL: [header::HeaderName; 7] = [
        header::AUTHORIZATION,
        header::ORIGIN,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONTENT_TYPE,
        header::EXPECT,
        header::UPGRADE,
    ];
    let takes_plain_bodies = headers
        .get(header::ACCEPT_ENCODING)
        .is_none_or(|codings| !codings.as_bytes().windows(3).any(|at| at == b"q=0"));
    takes_plain_bodies && UNUSUAL.iter().all(|name| !headers.contains_key(name))
}

#[cfg(test)]
mod tests;
