//! Which pages may act on the cookie, and read what is answered to it. Browsers send cookies wherever a page asks them to.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError};
use rialto_edge::Origin;
use rialto_edge::origin::{is_listed, judge};

use super::refusal::Refusal;
use crate::deps::CompatSettings;

const METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS";
const HEADERS: &str = "Content-Type, Authorization";

/// Where pages are that somebody works on, on their own machine.
const WHILE_DEVELOPING: [&str; 3] = ["http://localhost:3000", "http://localhost:8080", "http://127.0.0.1:8080"];

/// The pages that are trusted besides the server's own.
#[derive(Clone, Debug)]
pub(super) struct Origins(Vec<String>);

impl Origins {
    pub fn new(settings: &CompatSettings) -> Self {
        let usual = WHILE_DEVELOPING.iter().filter(|_| settings.development).map(|origin| (*origin).to_owned());
        Self(settings.allowed_origins.iter().cloned().chain(usual).collect())
    }

    /// Refuses what a page of a foreign origin asks for. Whoever names no origin is no page: browsers name it whenever a page
    /// writes or opens a socket, and another page's reading they send no `SameSite` cookie with.
    pub fn refuse_foreign(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let origins = headers.get_all(header::ORIGIN).map(HeaderValue::as_bytes);
        match judge(origins, headers.get(header::HOST).map(HeaderValue::as_bytes), &self.0) {
            Origin::Trusted | Origin::Absent => Ok(()),
            Origin::Tolerated | Origin::Foreign => Err(Refusal::forbidden("Origin not allowed")),
        }
    }

    /// Answers a browser that asks before it sends, and lets pages of listed origins read answers, cookie and all.
    pub async fn apply<B: MessageBody + 'static>(
        &self,
        req: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error> {
        let listed = self.listed(req.headers());
        let mut res = if req.method() == Method::OPTIONS {
            let answer = if listed.is_some() || !req.headers().contains_key(header::ORIGIN) {
                HttpResponse::NoContent().finish()
            } else {
                Refusal::forbidden("Origin not allowed").error_response()
            };
            req.into_response(answer).map_into_right_body()
        } else {
            next.call(req).await?.map_into_left_body()
        };
        let headers = res.headers_mut();
        // The answer differs by origin: a cache must not hand it to another.
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = listed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
        }
        Ok(res)
    }

    fn listed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        is_listed(origin.to_str().ok()?, &self.0).then(|| origin.clone())
    }
}
