//! What happens to every exchange, whatever its route.
//!
//! | module | does |
//! |---|---|
//! | [`request_id`] | names the exchange |
//! | [`cors`] | tells browsers which other origins may read answers |
//! | [`security_headers`] | tells browsers what not to do with answers |
//! | [`head`] | answers `HEAD` as `GET`, without the body |
//! | [`access_log`] | one line per exchange, and the cause of every fault, once |
//! | [`metrics`] | counts and times |
//! | [`rate_limit`] | refuses who asks too often |

pub(crate) mod access_log;
pub(crate) mod cors;
pub(crate) mod head;
pub(crate) mod metrics;
pub(crate) mod rate_limit;
pub(crate) mod request_id;
pub(crate) mod security_headers;

use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::{Error, HttpMessage, ResponseError};
use futures_util::future::LocalBoxFuture;
use rialto_edge::RateLimits;
use rialto_kernel::IdSource;
use tokio::time::Instant;

use crate::error::ApiError;
use crate::state::HttpSettings;

/// Wraps the whole application: request ids, CORS, rate limits, security headers, access log and metrics. Wrap it
/// last, so that it is outermost.
///
/// What is not of this API, a compatibility surface, judges by itself which pages may read its answers and how often it
/// may be asked, and says so in its own words.
#[derive(Clone)]
pub struct Edge {
    foreign: Foreign,
    settings: Arc<HttpSettings>,
    ids: Arc<dyn IdSource>,
    limits: RateLimits,
}

impl Edge {
    /// `ids` names the exchanges whose client gave no name; `limits` are those of the state.
    #[must_use]
    pub fn new(settings: &HttpSettings, ids: Arc<dyn IdSource>, limits: RateLimits) -> Self {
        Self { foreign: Foreign::Nothing, settings: Arc::new(settings.clone()), ids, limits }
    }

    /// Where all below this path is not of this API.
    #[must_use]
    pub fn but_below(self, path: &'static str) -> Self {
        Self { foreign: Foreign::Below(path), ..self }
    }

    /// Around an application that is not this API at all.
    #[must_use]
    pub fn of_another(self) -> Self {
        Self { foreign: Foreign::Everything, ..self }
    }
}

/// What is not of this API.
#[derive(Clone, Copy)]
enum Foreign {
    Nothing,
    Below(&'static str),
    Everything,
}

impl Foreign {
    fn is(self, path: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Below(prefix) => path.starts_with(prefix),
            Self::Everything => true,
        }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = EdgeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EdgeService { service: Rc::new(service), edge: self.clone() }))
    }
}

/// [`Edge`] around a service.
pub struct EdgeService<S> {
    service: Rc<S>,
    edge: Edge,
}

impl<S, B> Service<ServiceRequest> for EdgeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, mut req: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let method = req.method().clone();
        let is_head = head::read_as_get(&mut req);
        let is_foreign = self.edge.foreign.is(req.path());
        let (service, settings, limits) = (self.service.clone(), self.edge.settings.clone(), self.edge.limits.clone());
        let request_id = request_id::choose(req.headers(), &*self.edge.ids);
        if is_foreign {
            // There it is read from the request: what is not of this API knows nothing else of it.
            request_id::apply(req.headers_mut(), &request_id);
        }
        Box::pin(request_id::scope(request_id.clone(), async move {
            let origin = cors::origin_to_allow(req.headers(), &settings);
            let preflight = if is_foreign { None } else { cors::answer_preflight(&req, origin.is_some()) };
            let mut res = match preflight {
                Some(answer) => req.into_response(answer).map_into_right_body(),
                None if is_foreign => service.call(req).await?.map_into_left_body(),
                None => match rate_limit::take_from_address(&req, &limits, &settings).await {
                    Ok(()) => readable(service.call(req).await?),
                    Err(refusal) => req.into_response(refusal.error_response()).map_into_right_body(),
                },
            };

            if is_head {
                res = head::without_stream(res);
            }
            let path_is_api = is_foreign || is_api(res.request().path());
            let told = rate_limit::told(&res.request().extensions());
            rate_limit::apply(res.headers_mut(), told);
            if !is_foreign {
                cors::apply(res.headers_mut(), origin, &settings);
            }
            security_headers::apply(res.headers_mut(), path_is_api);
            request_id::apply(res.headers_mut(), &request_id);

            let route = res.request().match_pattern();
            let route = route.as_deref().unwrap_or("unmatched");
            let took = started.elapsed();
            access_log::write(res.status(), fault(&res), &method, route, took, &request_id);
            metrics::count(res.status(), &method, route, took);
            Ok(res)
        }))
    }
}

/// A client that refuses every coding, even none, is refused with a problem like everyone else: the
/// compressor, which looks at codings, knows nothing of problems.
fn readable<B: MessageBody>(res: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    if res.status() != StatusCode::NOT_ACCEPTABLE {
        return res.map_into_left_body();
    }
    let detail = "no coding that Accept-Encoding allows is spoken here";
    let answer = ApiError::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", detail).error_response();
    res.into_response(answer).map_into_right_body()
}

/// What went wrong, if something did.
fn fault<B>(res: &ServiceResponse<B>) -> Option<&ApiError> {
    res.response().error()?.as_error()
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path == "/health" || path.starts_with("/health/")
}

#[cfg(test)]
mod tests;
