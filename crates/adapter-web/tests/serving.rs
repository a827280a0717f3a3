//! What a browser, or somebody who is none, gets from the web client's addresses.

#![allow(clippy::unwrap_used, reason = "tests")]

use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, StatusCode};
use actix_web::{App, test};

async fn ask(request: test::TestRequest) -> ServiceResponse {
    let app = test::init_service(App::new().configure(rialto_adapter_web::configure)).await;
    test::call_service(&app, request.to_request()).await
}

async fn get(address: &str) -> ServiceResponse {
    ask(test::TestRequest::get().uri(address)).await
}

fn header_of(response: &ServiceResponse, name: HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn text_of(response: ServiceResponse) -> String {
    String::from_utf8(to_bytes(response.into_body()).await.unwrap().to_vec()).unwrap()
}

#[actix_web::test]
async fn pages_and_their_parts_come_with_their_type() {
    for (address, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/reset-password", "text/html; charset=utf-8"),
        ("/assets/app/reset_password.js", "text/javascript; charset=utf-8"),
        ("/setup", "text/html; charset=utf-8"),
        ("/assets/app/setup.js", "text/javascript; charset=utf-8"),
        ("/assets/app/main.js", "text/javascript; charset=utf-8"),
        ("/assets/styles/base.css", "text/css; charset=utf-8"),
        ("/assets/icon.svg", "image/svg+xml"),
        ("/sdk/rialto.js", "text/javascript; charset=utf-8"),
    ] {
        let response = get(address).await;
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), media_type, "{address}");
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache", "{address}");
        assert!(!text_of(response).await.is_empty(), "{address}");
    }
}

#[actix_web::test]
async fn every_answer_carries_the_strict_headers() {
    for address in ["/", "/docs", "/reset-password", "/setup", "/assets/app/main.js", "/sdk/rialto.js", "/nowhere"] {
        let response = get(address).await;
        let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'self';"), "{address}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{address}: {policy}");
        assert_eq!(header_of(&response, header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{address}");
        assert_eq!(header_of(&response, header::REFERRER_POLICY), "no-referrer", "{address}");
    }
}

#[actix_web::test]
async fn a_known_version_is_not_sent_again() {
    let tag = header_of(&get("/assets/app/main.js").await, header::ETAG);
    for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
        let request = test::TestRequest::get().uri("/assets/app/main.js").insert_header((header::IF_NONE_MATCH, known));
        let response = ask(request).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header_of(&response, header::ETAG), tag);
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");
        assert_eq!(text_of(response).await, "");
    }
    let stale = test::TestRequest::get().uri("/assets/app/main.js").insert_header((header::IF_NONE_MATCH, "\"other\""));
    assert_eq!(ask(stale).await.status(), StatusCode::OK);
}

#[actix_web::test]
async fn an_unknown_address_shows_a_page_that_says_where_to_go() {
    for address in ["/nowhere", "/assets/", "/assets/app/none.js", "/sdk/", "/docs/none", "/index.html"] {
        let response = get(address).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{address}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/html; charset=utf-8", "{address}");
        let text = text_of(response).await;
        assert!(text.contains("href=\"/\"") && text.contains("href=\"/docs\""), "{address}");
    }
}

#[actix_web::test]
async fn pages_have_one_address_each() {
    for address in ["/assets/index.html", "/assets/docs.html", "/assets/sdk/rialto.js", "/sdk/../index.html"] {
        assert_eq!(get(address).await.status(), StatusCode::NOT_FOUND, "{address}");
    }
}

#[actix_web::test]
async fn nothing_outside_the_folder_can_be_reached() {
    let outside = ["Cargo.toml", "src/lib.rs", "build.rs", "etc/passwd"];
    let up = "../ ../../ ..%2f %2e%2e/ %2e%2e%2f %252e%252e%252f ..%5c ..\\ ....// app/../../ app/..%2f..%2f ..;/";
    let ways: Vec<_> = up.split(' ').chain(["/", "//", "%00../"]).collect();
    for base in ["/", "/assets/", "/assets/app/", "/sdk/"] {
        for (way, file) in ways.iter().flat_map(|way| outside.iter().map(move |file| (way, file))) {
            let address = format!("{base}{way}{file}").replace('\\', "%5c");
            let response = get(&address).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{address}");
            let text = text_of(response).await;
            assert!(!text.contains("[package]") && !text.contains("root:") && !text.contains("fn "), "{address}");
        }
    }
}

#[actix_web::test]
async fn pages_are_only_to_read() {
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let response = ask(test::TestRequest::default().method(method).uri("/assets/app/main.js")).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header_of(&response, header::ALLOW), "GET, HEAD");
    }
    assert_eq!(ask(test::TestRequest::default().method(Method::HEAD).uri("/")).await.status(), StatusCode::OK);
}
