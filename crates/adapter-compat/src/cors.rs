//! Pages of other origins: the servers that the surfaces stand in for let every page read their answers. None of these
//! answers depends on what a browser sends by itself, so that a page learns nothing that it could not ask for anyway.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// What a surface lets pages of every origin do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenCors {
    /// `Access-Control-Allow-Methods`.
    pub methods: &'static str,
    /// `Access-Control-Allow-Headers`.
    pub headers: &'static str,
    /// With what every `OPTIONS` is answered.
    pub preflight: StatusCode,
}

impl OpenCors {
    /// Answers a preflight, and lets every page read the answer to all else. A middleware:
    /// `scope.wrap(from_fn(move |req, next| cors.apply(req, next)))`.
    pub async fn apply<B: MessageBody + 'static>(
        self,
        req: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error> {
        let mut res = if req.method() == Method::OPTIONS {
            req.into_response(HttpResponse::new(self.preflight)).map_into_right_body()
        } else {
            next.call(req).await?.map_into_left_body()
        };
        let headers = res.headers_mut();
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ACCESS_CONTROL_ALLOW_METHODS, self.methods),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, self.headers),
        ] {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
        Ok(res)
    }
}
