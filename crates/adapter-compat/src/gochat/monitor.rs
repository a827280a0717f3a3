//! `GET /metrics`: a page for people, and figures for the page and for programs.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::State;
use super::refusal::Refusal;

const PAGE: &str = include_str!("../../assets/gochat/metrics.html");
const SCRIPT: &str = include_str!("../../assets/gochat/metrics.js");
const STYLE: &str = include_str!("../../assets/gochat/metrics.css");

/// Nothing from anywhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// JSON for whoever accepts that, the page for all others.
pub(super) async fn show(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let accepted = req.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    if !accepted.into_iter().any(|value| value.contains("application/json")) {
        return Ok(file("text/html; charset=utf-8", PAGE));
    }
    let machine = state.machine.clone();
    let figures = web::block(move || machine.measure()).await.map_err(|error| Refusal::fault(&error))?;
    Ok(HttpResponse::Ok().json(figures))
}

/// What the page is made of.
pub(super) async fn show_file(path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    match path.as_str() {
        "page.js" => Ok(file("text/javascript; charset=utf-8", SCRIPT)),
        "page.css" => Ok(file("text/css; charset=utf-8", STYLE)),
        _ => Err(Refusal::not_found("Not Found")),
    }
}

fn file(content_type: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::VARY, "Accept"))
        .body(text)
}
