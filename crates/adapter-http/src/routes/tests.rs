use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use rialto_identity::ports::MockIdentityStore;
use rialto_identity::{
    ApiToken, ApiTokenName, ChangeAccountError, PasswordHash, Redeemed, Role, Scopes, TicketHolder, User,
};
use rialto_kernel::Page;
use serde_json::{Value, json};

use crate::fixtures::{Mocks, ann, guest, now, quote_at, session};

const ID: &str = "0190a0e0-0000-7000-8000-000000000001";

/// Status, `Set-Cookie`s and body of an answer.
async fn ask(mocks: Mocks, req: TestRequest) -> (u16, Vec<String>, Value) {
    let app = init_service(mocks.app()).await;
    let res = call_service(&app, req.to_request()).await;
    let cookies = res.headers().get_all("set-cookie").map(|c| c.to_str().unwrap().to_owned()).collect();
    let status = res.status().as_u16();
    let body = read_body(res).await;
    (status, cookies, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn refusal(req: TestRequest) -> (u16, String) {
    let mut mocks = Mocks::default();
    mocks.feed.expect_popular().returning(|_, _| Ok(vec![]));
    let (status, _, body) = ask(mocks, req).await;
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn get(uri: &str) -> TestRequest {
    TestRequest::get().uri(uri)
}

fn post(uri: &str) -> TestRequest {
    TestRequest::post().uri(uri).insert_header(("host", "rialto.example"))
}

#[actix_web::test]
async fn every_documented_operation_is_mounted_and_guarded_as_documented() {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let uri = path.replace("{id}", ID).replace("{user_id}", ID).replace("{coin}", "!").replace("{emoji}", "x");
        for (method, operation) in item.as_object().unwrap() {
            let is_public = operation["security"].is_array();
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let (status, code) = refusal(TestRequest::with_uri(&uri).method(method.clone())).await;
            assert_ne!(code, "route_not_found", "{method} {path}");
            assert_ne!(code, "method_not_allowed", "{method} {path}");
            let wants_refresh_token = path.ends_with("/refresh");
            assert_eq!(code == "token_missing", !is_public || wants_refresh_token, "{method} {path}: {status} {code}");
        }
        assert_eq!(refusal(TestRequest::with_uri(&uri).method(Method::TRACE)).await.0, 405, "{path}");
    }
}

#[actix_web::test]
async fn wrong_paths_and_methods_are_problems() {
    for uri in ["/api", "/api/", "/api/v1", "/api/v2/users", "/api/v1/users/", "/api/v1/crypto/a/b"] {
        assert_eq!(refusal(get(uri)).await, refused(404, "route_not_found"), "{uri}");
    }
    let app = init_service(Mocks::default().app()).await;
    // A fixed path is never taken for a pattern.
    let res = call_service(&app, get("/api/v1/crypto/bulk").to_request()).await;
    assert_eq!(res.status(), 405);
    assert_eq!(res.headers().get("allow").unwrap(), "POST");
    let res = call_service(&app, post(&format!("/api/v1/users/{ID}")).to_request()).await;
    assert_eq!(read_body_json::<Value, _>(res).await["code"], "method_not_allowed");
}

#[actix_web::test]
async fn tokens_are_told_apart() {
    let me = || get("/api/v1/auth/me");
    let with = |value| me().insert_header(("authorization", value));
    assert_eq!(refusal(me()).await, refused(401, "token_missing"));
    assert_eq!(refusal(with("Basic YTpi")).await, refused(401, "token_missing"));
    assert_eq!(refusal(with("Bearer")).await, refused(401, "token_invalid"));
    assert_eq!(refusal(with("Bearer forged")).await, refused(401, "token_invalid"));
    assert_eq!(refusal(with("Bearer old")).await, refused(401, "token_expired"));
    let (status, _, body) = ask(Mocks::default(), with("bearer good")).await;
    assert_eq!((status, &body["email"], &body["online"]), (200, &json!("ann@example.org"), &json!(true)));
}

#[actix_web::test]
async fn whoever_has_no_token_learns_nothing_about_the_input() {
    for uri in ["/api/v1/conversations/nope/messages?limit=x", "/api/v1/users?nope=1"] {
        assert_eq!(refusal(get(uri)).await, refused(401, "token_missing"), "{uri}");
    }
    assert_eq!(refusal(post("/api/v1/conversations").set_payload("{")).await, refused(401, "token_missing"));
}

#[actix_web::test]
async fn a_path_that_holds_no_id_names_nothing() {
    let signed = |uri| get(uri).insert_header(("authorization", "Bearer good"));
    assert_eq!(refusal(signed("/api/v1/users/ann")).await, refused(404, "user_not_found"));
    assert_eq!(refusal(signed("/api/v1/conversations/lobby")).await, refused(404, "conversation_not_found"));
    assert_eq!(refusal(get("/api/v1/crypto/a%20b")).await, refused(404, "unknown_asset"));
}

#[actix_web::test]
async fn at_most_one_position_in_the_history_is_taken() {
    let uri = format!("/api/v1/conversations/{ID}/messages?before=3&after=1");
    let req = get(&uri).insert_header(("authorization", "Bearer good"));
    assert_eq!(refusal(req).await, refused(400, "conflicting_parameters"));
}

#[actix_web::test]
async fn a_cookie_reads_from_anywhere_but_acts_only_from_our_pages() {
    let cookie = ("cookie", "rialto_access=good");
    let (status, _, _) = ask(Mocks::default(), get("/api/v1/auth/me").insert_header(cookie)).await;
    assert_eq!(status, 200);
    let log_out = || post("/api/v1/auth/logout").insert_header(cookie);
    assert_eq!(refusal(log_out()).await, refused(403, "origin_mismatch"));
    let foreign = log_out().insert_header(("origin", "https://evil.example"));
    assert_eq!(refusal(foreign).await, refused(403, "origin_mismatch"));
    for origin in ["https://rialto.example", "https://app.example.org"] {
        let mut mocks = Mocks::default();
        mocks.identity.expect_revoke_session().returning(|_, _| Ok(true));
        let (status, cookies, _) = ask(mocks, log_out().insert_header(("origin", origin))).await;
        assert_eq!((status, cookies.len()), (204, 2));
        assert!(cookies.iter().all(|cookie| cookie.contains("=; ") && cookie.contains("Max-Age=0")), "{cookies:?}");
    }
}

#[actix_web::test]
async fn a_bearer_token_acts_whatever_the_origin() {
    let mut mocks = Mocks::default();
    mocks.identity.expect_revoke_session().returning(|_, _| Ok(true));
    let req = post("/api/v1/auth/logout")
        .insert_header(("authorization", "Bearer good"))
        .insert_header(("origin", "https://evil.example"));
    assert_eq!(ask(mocks, req).await.0, 204);
}

fn rotating() -> Mocks {
    let mut mocks = Mocks::default();
    let rotated = |_| Ok(Redeemed::Rotated { session: session(), user: ann() });
    mocks.identity.expect_redeem_refresh_token().returning(rotated);
    mocks
}

#[actix_web::test]
async fn a_refresh_token_is_taken_from_the_body_or_from_the_cookie_of_our_pages() {
    let refresh = || post("/api/v1/auth/refresh");
    let (status, cookies, body) = ask(rotating(), refresh().set_payload(r#"{"refresh_token":"r"}"#)).await;
    assert_eq!((status, cookies.len(), &body["tokens"]["refresh_token"]), (200, 0, &json!("next-refresh")));

    let by_cookie = || refresh().insert_header(("cookie", "rialto_refresh=r"));
    assert_eq!(refusal(by_cookie()).await, refused(403, "origin_mismatch"));
    let (status, cookies, _) = ask(rotating(), by_cookie().insert_header(("origin", "https://rialto.example"))).await;
    assert_eq!(status, 200);
    assert_eq!(cookies[0], "rialto_access=access.jwt; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure");
    assert!(cookies[1].starts_with("rialto_refresh=next-refresh; Path=/api/v1/auth; Max-Age=604800; HttpOnly"));
    assert_eq!(refusal(refresh()).await, refused(401, "token_missing"));
}

#[actix_web::test]
async fn another_site_signs_nobody_in_by_cookie() {
    let guest = |uri| post(uri).insert_header(("origin", "https://evil.example")).set_payload(r#"{"name":"Ann"}"#);
    assert_eq!(refusal(guest("/api/v1/auth/guest?cookie=true")).await, refused(403, "origin_mismatch"));
    let mut mocks = Mocks::default();
    mocks.identity.expect_insert_account().returning(|_| Ok(()));
    let (status, cookies, body) = ask(mocks, guest("/api/v1/auth/guest")).await;
    assert_eq!((status, cookies.len(), &body["user"]["role"]), (201, 0, &json!("guest")));
}

#[actix_web::test]
async fn everything_wrong_with_an_account_is_told_at_once() {
    let body = r#"{"username":"a","email":"nope","password":"short"}"#;
    let (status, _, problem) = ask(Mocks::default(), post("/api/v1/auth/register").set_payload(body)).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_body")));
    assert_eq!(fields, ["username", "email", "password"]);
}

/// The token `good` is a guest's, who may become Ann.
fn with_a_guest() -> Mocks {
    let mut mocks = Mocks { identity: MockIdentityStore::new(), ..Mocks::default() };
    mocks.identity.expect_find_live_session().returning(|_| Ok(Some((session(), guest()))));
    mocks.identity.expect_upgrade_guest().returning(|_| Ok((session(), ann())));
    mocks.hasher.expect_hash().returning(|_| Ok(PasswordHash::new("hash".into())));
    mocks
}

fn upgrade() -> TestRequest {
    let body = r#"{"username":"ann","email":"ann@example.org","password":"correct horse"}"#;
    post("/api/v1/auth/upgrade").set_payload(body)
}

#[actix_web::test]
async fn a_guest_becomes_a_member_and_the_tokens_go_back_as_they_came() {
    let by_bearer = upgrade().insert_header(("authorization", "Bearer good"));
    let (status, cookies, body) = ask(with_a_guest(), by_bearer).await;
    assert_eq!((status, cookies.len(), &body["user"]["role"]), (200, 0, &json!("member")));
    assert_eq!(body["tokens"]["refresh_token"], "next-refresh");
    let by_cookie = || upgrade().insert_header(("cookie", "rialto_access=good"));
    assert_eq!(ask(with_a_guest(), by_cookie()).await.2["code"], "origin_mismatch");
    let ours = by_cookie().insert_header(("origin", "https://rialto.example"));
    let (status, cookies, _) = ask(with_a_guest(), ours).await;
    assert_eq!((status, cookies.len()), (200, 2));
}

#[actix_web::test]
async fn only_a_guest_becomes_a_member_and_is_told_at_once_what_is_wrong() {
    let by_member = upgrade().insert_header(("authorization", "Bearer good"));
    assert_eq!(refusal(by_member).await, refused(409, "not_a_guest"));
    assert_eq!(refusal(upgrade()).await, refused(401, "token_missing"));
    let body = r#"{"username":"a","email":"nope","password":"short","display_name":" "}"#;
    let wrong = upgrade().set_payload(body).insert_header(("authorization", "Bearer good"));
    let (status, _, problem) = ask(with_a_guest(), wrong).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_body")));
    assert_eq!(fields, ["username", "email", "password", "display_name"]);
}

#[actix_web::test]
async fn a_ticket_is_for_the_session_that_asks_and_says_how_long_it_works() {
    let mut mocks = Mocks::default();
    let holder = TicketHolder { user_id: ann().id, session_id: session().id };
    mocks.tickets.expect_issue().withf(move |ticket| ticket.holder == holder).once().returning(|_| Ok(()));
    let req = post("/api/v1/auth/tickets").insert_header(("authorization", "Bearer good"));
    let (status, _, body) = ask(mocks, req).await;
    let wanted = json!({"ticket": "fresh-ticket", "expires_at": "2023-11-14T22:13:50.000Z", "expires_in": 30});
    assert_eq!((status, body), (201, wanted));
    let by_cookie = post("/api/v1/auth/tickets").insert_header(("cookie", "rialto_access=good"));
    assert_eq!(refusal(by_cookie).await, refused(403, "origin_mismatch"));
}

#[actix_web::test]
async fn a_page_of_users_shows_no_email_of_others() {
    let mut mocks = Mocks::default();
    mocks.identity.expect_list_users().returning(|sought, _, _| {
        assert_eq!(sought.name_prefix, "b");
        let mut bob = ann();
        bob.id = uuid::Uuid::from_u128(9).into();
        Ok(Page { items: vec![ann(), bob], next_cursor: None })
    });
    let req = get("/api/v1/users?query=B").insert_header(("authorization", "Bearer good"));
    let (_, _, body) = ask(mocks, req).await;
    assert_eq!(body["items"][0]["email"], "ann@example.org");
    assert!(body["items"][1].get("email").is_none());
}

#[actix_web::test]
async fn prices_stream_as_events_that_go_on_from_the_last_one_seen() {
    let mut mocks = Mocks::default();
    mocks.ticker.expect_watch().returning(|assets| {
        assert_eq!(assets.len(), 2);
        let quotes = vec![quote_at("bitcoin", 1), quote_at("ethereum", 2)].into_iter().map(std::sync::Arc::new);
        Box::pin(futures_util::stream::iter(quotes.collect::<Vec<_>>()))
    });
    let app = init_service(mocks.app()).await;
    let uri = "/api/v1/crypto/stream/prices?coins=bitcoin,ethereum&interval=1&max_updates=1";
    let res = call_service(&app, get(uri).insert_header(("last-event-id", "41")).to_request()).await;
    assert_eq!(res.headers().get("content-type").unwrap(), "text/event-stream");
    let text = String::from_utf8(read_body(res).await.to_vec()).unwrap();
    let events: Vec<_> = text.split_terminator("\n\n").collect();
    for (event, (id, asset, price)) in events.iter().zip([(42, "bitcoin", "1"), (43, "ethereum", "2")]) {
        let data = event.strip_prefix(&format!("id: {id}\nevent: price_update\ndata: ")).unwrap();
        let quote: Value = serde_json::from_str(data).unwrap();
        assert_eq!((&quote["asset_id"], &quote["price"]), (&json!(asset), &json!(price)));
    }
    assert_eq!(events.len(), 2);
}

#[actix_web::test]
async fn a_stream_of_nothing_is_refused() {
    let uri = |query| format!("/api/v1/crypto/stream/prices{query}");
    for query in ["", "?coins=", "?coins=a%20b", "?coins=bitcoin&interval=0", "?coins=bitcoin&max_updates=-1"] {
        assert_eq!(refusal(get(&uri(query))).await, refused(400, "invalid_query"), "{query}");
    }
}

#[actix_web::test]
async fn health_names_the_part_that_is_ill() {
    let (status, _, body) = ask(Mocks::default(), get("/health")).await;
    assert_eq!((status, &body["status"], &body["prices"]), (200, &json!("degraded"), &json!("unavailable")));
    assert_eq!(ask(Mocks::default(), get("/health/ready")).await.0, 200);
}

#[actix_web::test]
async fn who_is_no_admin_learns_nothing_about_what_admins_do() {
    for (method, uri) in [
        (Method::GET, "/api/v1/admin/users?nope=1"),
        (Method::PATCH, "/api/v1/admin/users/nobody"),
        (Method::POST, "/api/v1/admin/invitations"),
        (Method::GET, "/api/v1/admin/audit?act=nonsense"),
    ] {
        let ask = || TestRequest::with_uri(uri).method(method.clone()).set_payload("{");
        assert_eq!(refusal(ask()).await, refused(401, "token_missing"), "{uri}");
        let signed = ask().insert_header(("authorization", "Bearer good"));
        assert_eq!(refusal(signed).await, refused(403, "not_allowed"), "{uri}");
    }
}

/// The API token `rlt_bot` is Ann's, with these scopes.
fn with_a_bot(scopes: &'static [&'static str]) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.api_tokens.expect_find_live_api_token().returning(|_, _| {
        let token = ApiToken {
            id: session().id,
            user_id: ann().id,
            name: ApiTokenName::parse("bot").unwrap(),
            scopes: Scopes::parse(scopes.iter().copied()).unwrap(),
            created_at: now(),
            expires_at: None,
            last_used_at: Some(now()),
        };
        Ok(Some((token, ann())))
    });
    mocks
}

#[actix_web::test]
async fn an_api_token_is_a_bearer_token_for_its_scopes_and_never_a_cookie() {
    let bot = |req: TestRequest| req.insert_header(("authorization", "Bearer rlt_bot"));
    let (status, _, body) = ask(with_a_bot(&["profile:read"]), bot(get("/api/v1/auth/me"))).await;
    assert_eq!((status, &body["username"]), (200, &json!("ann")));
    let (status, _, body) = ask(with_a_bot(&["messages:read"]), bot(get("/api/v1/auth/me"))).await;
    assert_eq!((status, &body["code"]), (403, &json!("scope_missing")));
    assert!(body["detail"].as_str().unwrap().contains("profile:read"), "{body}");
    for req in [post("/api/v1/auth/logout"), post("/api/v1/auth/tickets"), post("/api/v1/auth/%74ickets")] {
        let (status, _, body) = ask(with_a_bot(&["profile:read"]), bot(req)).await;
        assert_eq!((status, &body["code"]), (403, &json!("scope_missing")));
        assert!(body["detail"].as_str().unwrap().contains("session"), "{body}");
    }
    let cookie = get("/api/v1/auth/me").insert_header(("cookie", "rialto_access=rlt_bot"));
    assert_eq!(ask(with_a_bot(&["profile:read"]), cookie).await.2["code"], "token_invalid");
}

#[actix_web::test]
async fn prices_are_for_everybody_but_for_programs_without_the_scope() {
    let bot = || get("/api/v1/crypto/popular").insert_header(("authorization", "Bearer rlt_bot"));
    for (scope, wanted) in [(&["prices:read"], 200), (&["profile:read"], 403)] {
        let mut mocks = with_a_bot(scope);
        mocks.feed.expect_popular().returning(|_, _| Ok(vec![]));
        assert_eq!(ask(mocks, bot()).await.0, wanted);
    }
}

#[actix_web::test]
async fn everything_wrong_with_a_new_api_token_is_told_at_once() {
    let body = r#"{"name":" ","scopes":[],"expires_in_days":0}"#;
    let req = post("/api/v1/auth/api-tokens").insert_header(("authorization", "Bearer good")).set_payload(body);
    let (status, _, problem) = ask(Mocks::default(), req).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!((status, fields), (422, vec![json!("name"), json!("scopes"), json!("expires_in_days")]));
}

#[actix_web::test]
async fn an_admin_is_told_what_is_wrong_and_that_the_last_one_stays() {
    let as_admin = || {
        let mut mocks = Mocks { identity: MockIdentityStore::new(), ..Mocks::default() };
        let root = User { role: Role::Admin, ..ann() };
        mocks.identity.expect_find_live_session().returning(move |_| Ok(Some((session(), root.clone()))));
        mocks.accounts.expect_change_account().returning(|_, _, _| Err(ChangeAccountError::LastAdmin));
        mocks
    };
    let signed = |req: TestRequest| req.insert_header(("authorization", "Bearer good"));
    let (status, _, problem) = ask(as_admin(), signed(get("/api/v1/admin/audit?act=nonsense&user_id=1&limit=0"))).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!((status, fields), (400, vec![json!("user_id"), json!("act"), json!("limit")]));
    let body = r#"{"expires_in_hours":0,"max_uses":0,"note":"\u0000"}"#;
    let (status, _, problem) = ask(as_admin(), signed(post("/api/v1/admin/invitations").set_payload(body))).await;
    assert_eq!((status, problem["errors"].as_array().unwrap().len()), (422, 3), "{problem}");
    let uri = format!("/api/v1/admin/users/{ID}");
    let demote = || signed(TestRequest::patch().uri(&uri).set_payload(r#"{"role":"member"}"#));
    assert_eq!(ask(as_admin(), demote()).await.2["code"], "last_admin");
    let guest = signed(TestRequest::patch().uri(&uri).set_payload(r#"{"role":"guest"}"#));
    assert_eq!(ask(as_admin(), guest).await.0, 422);
}
