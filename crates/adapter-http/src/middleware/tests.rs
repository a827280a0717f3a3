use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use actix_web::test::{TestRequest, call_service, init_service};
use rialto_kernel::StoreError;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::fixtures::Mocks;

async fn answer(req: TestRequest) -> actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody> {
    let app = init_service(Mocks::default().app()).await;
    call_service(&app, req.to_request()).await
}

macro_rules! header {
    ($res:expr, $name:literal) => {
        $res.headers().get($name).map(|value| value.to_str().unwrap())
    };
}

#[actix_web::test]
async fn an_answer_carries_the_name_of_its_exchange() {
    let res = answer(TestRequest::get().uri("/health/live").insert_header(("x-request-id", "abc-1"))).await;
    assert_eq!(header!(res, "x-request-id"), Some("abc-1"));
    let res = answer(TestRequest::get().uri("/health/live").insert_header(("x-request-id", "a b{}"))).await;
    assert_eq!(header!(res, "x-request-id"), Some("00000000-0000-0000-0000-00000000002a"));
}

#[actix_web::test]
async fn a_problem_names_its_exchange_too() {
    let res = answer(TestRequest::get().uri("/api/v1/nope").insert_header(("x-request-id", "abc-1"))).await;
    let body: serde_json::Value = actix_web::test::read_body_json(res).await;
    assert_eq!((body["request_id"].as_str(), body["code"].as_str()), (Some("abc-1"), Some("route_not_found")));
}

#[actix_web::test]
async fn answers_are_not_sniffed_framed_or_kept() {
    let res = answer(TestRequest::get().uri("/api/v1/auth/me").insert_header(("authorization", "Bearer good"))).await;
    assert_eq!(res.status(), 200);
    assert_eq!(header!(res, "x-content-type-options"), Some("nosniff"));
    assert_eq!(header!(res, "x-frame-options"), Some("DENY"));
    assert_eq!(header!(res, "referrer-policy"), Some("no-referrer"));
    assert_eq!(header!(res, "cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn a_document_keeps_its_own_content_policy() {
    let res = answer(TestRequest::get().uri("/")).await;
    assert_eq!(header!(res, "content-security-policy"), Some("default-src 'self'"));
    assert_eq!(header!(res, "cache-control"), None);
}

#[actix_web::test]
async fn a_listed_origin_may_read_answers_with_credentials() {
    let req = TestRequest::get().uri("/health/live").insert_header(("origin", "https://app.example.org"));
    let res = answer(req).await;
    assert_eq!(header!(res, "access-control-allow-origin"), Some("https://app.example.org"));
    assert_eq!(header!(res, "access-control-allow-credentials"), Some("true"));
    assert_eq!(header!(res, "vary"), Some("Origin"));
}

#[actix_web::test]
async fn no_other_origin_is_echoed() {
    for origin in ["https://evil.example", "null", "https://app.example.org.evil.example"] {
        let res = answer(TestRequest::get().uri("/health/live").insert_header(("origin", origin))).await;
        assert_eq!(res.status(), 200);
        assert_eq!(header!(res, "access-control-allow-origin"), None, "{origin}");
        assert_eq!(header!(res, "access-control-allow-credentials"), None, "{origin}");
    }
}

#[actix_web::test]
async fn a_preflight_is_granted_to_listed_origins_alone() {
    let ask = |origin| {
        TestRequest::with_uri("/api/v1/conversations")
            .method(actix_web::http::Method::OPTIONS)
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "POST"))
    };
    let res = answer(ask("https://app.example.org")).await;
    assert_eq!(res.status(), 204);
    assert_eq!(header!(res, "access-control-allow-origin"), Some("https://app.example.org"));
    assert!(header!(res, "access-control-allow-headers").unwrap().contains("Idempotency-Key"));
    let res = answer(ask("https://evil.example")).await;
    assert_eq!(res.status(), 403);
    assert_eq!(header!(res, "access-control-allow-methods"), None);
}

/// Keeps every log line of a test.
#[derive(Clone, Default)]
struct FakeLog(Arc<Mutex<Vec<String>>>);

impl Subscriber for FakeLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("rialto")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Line(String);
        impl Visit for Line {
            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                self.0.push_str(&format!("{}={value:?} ", field.name()));
            }
        }
        let mut line = Line(format!("{} ", event.metadata().level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[actix_web::test]
async fn a_fault_is_logged_once_with_its_cause_and_without_what_the_client_sent() {
    let log = FakeLog::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let mut mocks = Mocks::default();
    let broken = |_: &rialto_identity::Sought, _, _| Err(StoreError::unavailable("disk on fire"));
    mocks.identity.expect_list_users().returning(broken);
    let app = init_service(mocks.app()).await;
    let req = TestRequest::get()
        .uri("/api/v1/users?query=secretive")
        .insert_header(("authorization", "Bearer good"))
        .insert_header(("x-request-id", "abc-1"));
    let res = call_service(&app, req.to_request()).await;
    assert_eq!(res.status(), 503);

    let lines = log.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in ["ERROR", "abc-1", "/api/v1/users", "status=503", "store_unavailable", "disk on fire"] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    assert!(!lines[0].contains("secretive") && !lines[0].contains("good"), "{}", lines[0]);
}

async fn rates_of(rates: rialto_edge::Rates, requests: Vec<TestRequest>) -> Vec<(u16, Option<String>, Option<String>)> {
    let app = init_service(Mocks { rates, ..Mocks::default() }.app()).await;
    let mut told = Vec::new();
    for req in requests {
        let res = call_service(&app, req.peer_addr("192.0.2.1:4000".parse().unwrap()).to_request()).await;
        let header = |name: &str| res.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        told.push((res.status().as_u16(), header("ratelimit-remaining"), header("retry-after")));
    }
    told
}

fn with_token(uri: &str) -> TestRequest {
    TestRequest::get().uri(uri).insert_header(("authorization", "Bearer good"))
}

const RATES: rialto_edge::Rates = rialto_edge::Rates { enabled: true, ..rialto_edge::Rates::NONE };

#[actix_web::test]
async fn an_answer_tells_of_the_allowance_that_is_nearest_to_its_end() {
    let rates = rialto_edge::Rates { address: 10, user: 3, ..RATES };
    let live = || TestRequest::get().uri("/health/live");
    let asked = vec![with_token("/api/v1/auth/me"), TestRequest::get().uri("/api/v1/nope"), live()];
    let told = rates_of(rates, asked).await;
    assert_eq!(told[0], (200, Some("2".into()), None));
    assert_eq!(told[1], (404, Some("8".into()), None));
    assert_eq!(told[2], (200, None, None));
}

#[actix_web::test]
async fn who_asks_too_often_is_refused_whatever_they_spell() {
    let log_in = |uri: &str| TestRequest::post().uri(uri).insert_header(("content-type", "application/json"));
    let rates = rialto_edge::Rates { address: 100, sign_in: 2, ..RATES };
    let uris = ["/api/v1/auth/login", "/api/v1/auth/%6Cogin", "/api/v1/%61uth/login", "/api/v1/auth/login?x=1"];
    let told = rates_of(rates, uris.map(log_in).into()).await;
    assert_eq!(told[0].0, 400);
    assert_eq!(told[1].0, 400);
    for refused in &told[2..] {
        assert_eq!(*refused, (429, Some("0".into()), Some("30".into())));
    }
}

#[actix_web::test]
async fn a_user_who_asks_too_often_is_refused_in_their_own_name() {
    let rates = rialto_edge::Rates { address: 100, user: 1, ..RATES };
    let anonymous = TestRequest::get().uri("/api/v1/auth/me");
    let told = rates_of(rates, vec![with_token("/api/v1/auth/me"), with_token("/api/v1/auth/me"), anonymous]).await;
    assert_eq!(told.iter().map(|(status, ..)| *status).collect::<Vec<_>>(), [200, 429, 401]);
}
