use actix_web::http::StatusCode;
use actix_web::http::header::{self, EntityTag, IfNoneMatch};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use rust_embed::EmbeddedFile;

use crate::{assets, headers};

/// The file of this name: whole, or 304 when the client already has it.
pub(crate) fn file(request: &HttpRequest, name: &str) -> HttpResponse {
    let Some(file) = assets::find(name) else { return not_found() };
    let tag = entity_tag(&file);
    let mut response = start(if client_has(request, &tag) { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    // The client asks each time, and mostly hears 304: a new version of the server shows at once.
    response.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header((header::ETAG, tag.to_string()));
    if client_has(request, &tag) {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, media_type(name))).body(file.data.into_owned())
}

/// What is shown where there is nothing: a page that says where to go.
pub(crate) fn not_found() -> HttpResponse {
    let mut response = start(StatusCode::NOT_FOUND);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    let page = assets::find("not_found.html").map_or_else(|| b"Not found".to_vec(), |page| page.data.into_owned());
    response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).body(page)
}

/// What a write to a page is told.
pub(crate) fn only_to_read() -> HttpResponse {
    start(StatusCode::METHOD_NOT_ALLOWED).insert_header((header::ALLOW, "GET, HEAD")).finish()
}

fn start(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    for header in headers::strict() {
        response.insert_header(header);
    }
    response
}

/// Weak, because a compressing layer may send the same file in other bytes.
fn entity_tag(file: &EmbeddedFile) -> EntityTag {
    let hash = file.metadata.sha256_hash();
    EntityTag::new_weak(hash[..12].iter().map(|byte| format!("{byte:02x}")).collect())
}

fn client_has(request: &HttpRequest, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        None => false,
    }
}

fn media_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    match (guess.type_().as_str(), guess.subtype().as_str()) {
        ("text", _) | ("application", "javascript" | "json") => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}
