//! Answers that a client may have already: it names the version it has, and gets it again only if there is a newer
//! one (RFC 9110, section 13.1.2).

use std::hash::{DefaultHasher, Hash, Hasher};

use actix_web::http::header::{ETag, EntityTag, Header, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::error::ApiError;

/// Answers `value` as JSON with its version, or 304 to whoever has that version.
pub(crate) fn answer<T: Serialize>(req: &HttpRequest, value: &T) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(value).map_err(ApiError::internal)?;
    let tag = version_of(&body);
    let is_known = IfNoneMatch::parse(req).is_ok_and(|known| match known {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(&tag)),
    });
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(ETag(tag));
    Ok(if is_known { response.finish() } else { response.content_type("application/json").body(body) })
}

fn version_of(body: &[u8]) -> EntityTag {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    EntityTag::new_strong(format!("{:x}-{:016x}", body.len(), hasher.finish()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_version_is_sent_once() {
        let first = answer(&TestRequest::get().to_http_request(), &"hi").unwrap();
        assert_eq!(first.status(), 200);
        let tag = first.headers().get("etag").unwrap().clone();
        let again = TestRequest::get().insert_header(("if-none-match", tag)).to_http_request();
        assert_eq!(answer(&again, &"hi").unwrap().status(), 304);
        assert_eq!(answer(&again, &"ho").unwrap().status(), 200);
    }
}
