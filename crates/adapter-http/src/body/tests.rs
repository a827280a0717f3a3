use actix_web::ResponseError;
use actix_web::body::to_bytes;
use actix_web::test::TestRequest;
use rialto_wire::identity::{RefreshRequest, RegisterRequest};
use rialto_wire::messaging::{AddMemberRequest, CreateConversationRequest};
use rialto_wire::problem::Problem;

use super::*;
use crate::fixtures::Mocks;

async fn problem_of(error: ApiError) -> Problem {
    serde_json::from_slice(&to_bytes(error.error_response().into_body()).await.unwrap()).unwrap()
}

/// Status, code and `field: code` of each refused field.
async fn seen(error: ApiError) -> (u16, String, Vec<String>) {
    let problem = problem_of(error).await;
    let fields = problem.errors.iter().map(|error| format!("{}: {}", error.field, error.code)).collect();
    (problem.status, problem.code, fields)
}

async fn field<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> String {
    let (status, code, fields) = seen(parse::<T>(body.as_bytes()).unwrap_err()).await;
    assert_eq!((status, code.as_str()), (422, "invalid_body"), "{body}");
    fields.join(", ")
}

#[actix_web::test]
async fn a_body_of_the_wrong_shape_names_the_field() {
    assert_eq!(field::<RegisterRequest>(r#"{"username":"a","email":"b"}"#).await, "password: missing_field");
    assert_eq!(field::<RegisterRequest>(r#"{"username":1}"#).await, "username: wrong_type");
    assert_eq!(field::<RegisterRequest>(r#"{"username":"a","role":"admin"}"#).await, "role: unknown_field");
    assert_eq!(field::<RefreshRequest>(r#"{"a`, expected b":1}"#).await, "a`, expected b: unknown_field");
    assert_eq!(field::<RegisterRequest>(r#"{"username":"a","username":"b"}"#).await, "username: duplicate_field");
    assert_eq!(field::<RegisterRequest>("[]").await, ": wrong_type");
    assert_eq!(field::<AddMemberRequest>(r#"{"user_id":"ann"}"#).await, "user_id: wrong_type");
    assert_eq!(field::<CreateConversationRequest>(r#"{"kind":"party"}"#).await, "kind: wrong_type");
    assert_eq!(field::<CreateConversationRequest>(r#"{"kind":7}"#).await, "kind: wrong_type");
    let participants = r#"{"kind":"group","participant_ids":["0190a0e0-0000-7000-8000-000000000001",7]}"#;
    assert_eq!(field::<CreateConversationRequest>(participants).await, "participant_ids[1]: wrong_type");
}

#[actix_web::test]
async fn an_array_is_no_object_though_its_items_have_the_types_of_the_fields() {
    let error = extract(TestRequest::post().set_payload(r#"["ann","ann@example.org","correct horse"]"#)).await;
    assert_eq!(seen(error.unwrap_err()).await, (422, "invalid_body".into(), vec![": wrong_type".into()]));
    let req = TestRequest::post().set_payload(r#"["a token"]"#).app_data(Mocks::default().state());
    let (req, mut payload) = req.to_http_parts();
    let error = OptionalJson::<RefreshRequest>::from_request(&req, &mut payload).await.unwrap_err();
    assert_eq!(problem_of(error).await.errors[0].message, "must be an object");
}

#[actix_web::test]
async fn what_was_sent_is_not_repeated() {
    let error = parse::<RegisterRequest>(br#"{"username":"a","email":"b","password":["hunter2"]}"#).unwrap_err();
    let problem = problem_of(error).await;
    assert_eq!(problem.errors[0].message, "must be a string");
    assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"));
}

#[actix_web::test]
async fn broken_json_is_malformed_whatever_is_wrong_with_it() {
    let deep = "[".repeat(100_000);
    let broken: [&[u8]; 6] = [b"{", b"nope", b"{\"username\":\"a\",}", b"{} {}", b"\"\xff\"", deep.as_bytes()];
    for body in broken {
        let error = parse::<serde_json::Value>(body).unwrap_err();
        assert_eq!(seen(error).await, (400, "malformed_json".into(), vec![]));
    }
}

async fn extract(req: TestRequest) -> Result<RegisterRequest, ApiError> {
    let (req, mut payload) = req.app_data(Mocks::default().state()).to_http_parts();
    ValidJson::<RegisterRequest>::from_request(&req, &mut payload).await.map(|body| body.0)
}

const GOOD: &str = r#"{"username":"ann","email":"ann@example.org","password":"correct horse"}"#;

#[actix_web::test]
async fn json_is_read_under_its_media_types_or_none() {
    for kind in ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"] {
        assert!(extract(TestRequest::post().insert_header(("content-type", kind)).set_payload(GOOD)).await.is_ok());
    }
    assert!(extract(TestRequest::post().set_payload(GOOD)).await.is_ok());
}

#[actix_web::test]
async fn other_media_types_and_codings_are_refused() {
    for (header, value) in [
        ("content-type", "text/plain"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", "json"),
        ("content-encoding", "gzip"),
    ] {
        let error = extract(TestRequest::post().insert_header((header, value)).set_payload(GOOD)).await.unwrap_err();
        assert_eq!(seen(error).await.1, "unsupported_media_type", "{header}: {value}");
    }
}

#[actix_web::test]
async fn a_body_past_the_bound_is_refused_announced_or_not() {
    let large = "x".repeat(2_001);
    let error = extract(TestRequest::post().set_payload(large)).await.unwrap_err();
    assert_eq!(seen(error).await.0, 413);
    let announced = TestRequest::post().insert_header(("content-length", "99999999"));
    assert_eq!(seen(extract(announced).await.unwrap_err()).await.1, "body_too_large");
}

#[actix_web::test]
async fn no_body_is_refused_where_one_is_needed() {
    let error = extract(TestRequest::post()).await.unwrap_err();
    assert_eq!(seen(error).await.0, 400);
}
