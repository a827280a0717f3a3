//! JSON bodies: read within a bound of bytes and time, then refused field by field.

use std::fmt;
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use crate::error::ApiError;
use crate::fields::FieldErrors;
use crate::state::{HttpSettings, state_of};

/// A JSON body that has the shape of `T`.
#[derive(Debug)]
pub(crate) struct ValidJson<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for ValidJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(&req, payload).await?;
            if bytes.is_empty() {
                return Err(malformed("a JSON body is needed"));
            }
            parse(&bytes).map(|Object(value)| Self(value))
        })
    }
}

/// Like [`ValidJson`], but no body at all, or `null`, is `T::default()`.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(&req, payload).await?;
            let value = if bytes.is_empty() { None } else { parse::<Option<Object<T>>>(&bytes)? };
            Ok(Self(value.map(|Object(value)| value).unwrap_or_default()))
        })
    }
}

/// A body of at most `MAX` bytes, whatever it is and says it is.
#[derive(Debug)]
pub(crate) struct RawBody<const MAX: usize>(pub(crate) Bytes);

impl<const MAX: usize> FromRequest for RawBody<MAX> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let state = state_of(&req)?;
            if declared_length(&req).is_some_and(|length| length > MAX as u64) {
                return Err(too_large(MAX));
            }
            collect_in_time(payload, MAX, &state.settings).await.map(Self)
        })
    }
}

async fn read(req: &HttpRequest, payload: Payload) -> Result<Bytes, ApiError> {
    let state = state_of(req)?;
    check_headers(req, &state.settings)?;
    collect_in_time(payload, state.settings.max_body_bytes, &state.settings).await
}

async fn collect_in_time(payload: Payload, max: usize, settings: &HttpSettings) -> Result<Bytes, ApiError> {
    let body = collect(payload, max);
    match tokio::time::timeout(settings.body_timeout, body).await {
        Ok(outcome) => outcome,
        Err(_) => Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", "the body took too long to arrive")),
    }
}

fn check_headers(req: &HttpRequest, settings: &HttpSettings) -> Result<(), ApiError> {
    // A content type other than JSON is also what a form of another site would send.
    let json = req.headers().get(header::CONTENT_TYPE).is_none()
        || req.mime_type().ok().flatten().is_some_and(|mime| {
            let suffix = mime.suffix().map(|suffix| suffix.as_str());
            mime.type_() == "application" && (mime.subtype() == "json" || suffix == Some("json"))
        });
    let plain = req.headers().get(header::CONTENT_ENCODING).is_none_or(|coding| coding.as_bytes() == b"identity");
    if !json || !plain {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "send application/json without a content encoding",
        ));
    }
    if declared_length(req).is_some_and(|length| length > settings.max_body_bytes as u64) {
        return Err(too_large(settings.max_body_bytes));
    }
    Ok(())
}

fn declared_length(req: &HttpRequest) -> Option<u64> {
    req.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(mut payload: Payload, max: usize) -> Result<Bytes, ApiError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| malformed("the body broke off"))?;
        if body.len() + chunk.len() > max {
            return Err(too_large(max));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(max: usize) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", format!("a body may have at most {max} bytes"))
}

fn malformed(detail: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    ApiError::bad_request("malformed_json", detail)
}

/// A `T` that is written as an object. Left to itself, serde takes an array too, its items in the order
/// of the fields, none of them named.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        // Where one of a few words is due, serde calls any other JSON malformed.
        let is_json = error.inner().is_syntax() && is_json(bytes);
        if is_json { wrong_type(&path) } else { refusal(&path, error.inner()) }
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

/// Whether the whole body is JSON, whatever it holds. What is passed over unread may be no text at all.
fn is_json(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

fn wrong_type(path: &str) -> ApiError {
    let mut errors = FieldErrors::default();
    errors.refuse(path, "wrong_type", "has the wrong form");
    errors.into_invalid_body()
}

fn refusal(path: &str, error: &serde_json::Error) -> ApiError {
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            malformed(format!("the body is not JSON: line {}, column {}", error.line(), error.column()))
        }
        Category::Data => {
            let mut errors = FieldErrors::default();
            let (field, code, message) = explain(path, &error.to_string());
            errors.refuse(&field, code, message);
            errors.into_invalid_body()
        }
    }
}

/// Turns serde's sentence into a field, a code and a sentence that does not repeat what was sent.
fn explain(path: &str, sentence: &str) -> (String, &'static str, String) {
    let parent = if path == "." { "" } else { path };
    if let Some(rest) = sentence.strip_prefix("unknown field `") {
        let name = ["`, expected", "`, there are no fields"].iter().find_map(|end| rest.rsplit_once(end));
        return (below(parent, name.map_or(rest, |(name, _)| name)), "unknown_field", "is not known here".into());
    }
    for (prefix, code, message) in
        [("missing field `", "missing_field", "is needed"), ("duplicate field `", "duplicate_field", "is given twice")]
    {
        if let Some((name, _)) = sentence.strip_prefix(prefix).and_then(|rest| rest.split_once('`')) {
            return (below(parent, name), code, message.into());
        }
    }
    let expected = sentence.rsplit_once("expected ").map(|(_, expected)| expected);
    let expected = expected.and_then(|expected| expected.split(" at line ").next());
    let message = expected.map_or("has the wrong form".into(), |expected| format!("must be {expected}"));
    (parent.to_owned(), "wrong_type", message)
}

/// serde_path_to_error already ends in the field's name when the key itself is refused.
fn below(parent: &str, name: &str) -> String {
    if parent.is_empty() || parent == name || parent.ends_with(&format!(".{name}")) {
        return if parent.is_empty() { name.to_owned() } else { parent.to_owned() };
    }
    format!("{parent}.{name}")
}

#[cfg(test)]
mod tests;
