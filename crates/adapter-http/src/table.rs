//! Puts routes into the application and into the OpenAPI document at once, and makes every path answer
//! the methods it does not have.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError, web};
use utoipa::openapi::HttpMethod;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::ApiError;

/// A table of routes being filled. Routes of one path stand next to each other.
pub(crate) struct Table<'t, 's> {
    config: &'t mut ServiceConfig<'s>,
    path: String,
    methods: Vec<&'static str>,
}

impl<'t, 's> Table<'t, 's> {
    pub(crate) fn new(config: &'t mut ServiceConfig<'s>) -> Self {
        Self { config, path: String::new(), methods: Vec::new() }
    }

    /// Adds a handler under the path and method of its attribute.
    pub(crate) fn route<H>(mut self, handler: H) -> Self
    where
        H: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static,
    {
        if self.path != H::path() {
            self.close_path();
            self.path = H::path();
        }
        self.methods.extend(H::methods().iter().map(method_name));
        self.config.service(handler);
        self
    }

    /// Ends the table.
    pub(crate) fn close(mut self) {
        self.close_path();
    }

    /// Right behind the routes of a path, before a later pattern can match it too: `POST crypto/popular`
    /// is a wrong method, not the asset `popular`.
    fn close_path(&mut self) {
        let methods = std::mem::take(&mut self.methods);
        if !methods.is_empty() {
            let allow = methods.join(", ");
            // Where there is GET, the edge answers HEAD.
            let allow = allow.replace("GET", "GET, HEAD");
            let refuse = move || {
                let allow = allow.clone();
                async move { method_not_allowed(allow) }
            };
            self.config.map(|config| config.service(web::resource(self.path.as_str()).to(refuse)));
        }
    }
}

fn method_not_allowed(allow: String) -> HttpResponse {
    let detail = format!("this path answers {allow}");
    let mut response = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail).error_response();
    if let Ok(allow) = header::HeaderValue::try_from(allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn method_name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Head => "HEAD",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Trace => "TRACE",
    }
}
