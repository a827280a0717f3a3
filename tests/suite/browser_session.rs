//! A browser that is signed in by cookies, from coming to leaving, and the pages that would use it.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::realtime::raw::{RawSocket, refused_upgrade};
use crate::support::{Backend, Person, Server, on_every_database};

const STREAM: &str = "crypto/stream/prices?coins=bitcoin&interval=1&max_updates=1";

/// What a browser keeps, and the page that it shows.
struct Browser<'a> {
    server: &'a Server,
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    const fn new(server: &'a Server) -> Self {
        Self { server, cookies: BTreeMap::new() }
    }

    fn header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// What a page of this origin makes the browser ask.
    fn ask(&self, origin: Option<&str>, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.server.rest().request(method, path);
        if !self.cookies.is_empty() {
            request = request.header("cookie", self.header());
        }
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    }

    async fn keep(&mut self, response: Response) -> Value {
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response.json().await.unwrap_or_default()
    }
}

/// Pages that are not ours, however they call themselves.
fn foreign(server: &Server) -> Vec<String> {
    let own = server.url("");
    vec![
        "https://evil.example".to_owned(),
        "null".to_owned(),
        format!("{own}.evil.example"),
        format!("{own}@evil.example"),
        format!("{own}1"),
        own.replacen("http://", "http://evil-", 1),
        own.rsplit_once(':').unwrap().0.to_owned(),
    ]
}

async fn is_refused(request: RequestBuilder) {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert!(!response.headers().contains_key("set-cookie"));
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "origin_mismatch");
}

on_every_database!(a_browser_lives_by_its_cookies_and_no_other_page_does, async |backend| {
    let server = Server::start(backend).await;
    let own = server.url("");
    let mut browser = Browser::new(&server);
    let account = json!({ "username": "ann", "email": "ann@example.org", "password": "correct horse" });
    let register = |browser: &Browser<'_>, origin: &str| {
        browser.ask(Some(origin), Method::POST, "auth/register?cookie=true").json(&account)
    };
    for page in foreign(&server) {
        is_refused(register(&browser, &page)).await;
    }
    let signed_in = register(&browser, &own).send().await.unwrap();
    assert_eq!(signed_in.status(), 201);
    let id = browser.keep(signed_in).await["user"]["id"].clone();
    assert_eq!(browser.cookies.len(), 2);

    for page in foreign(&server) {
        is_refused(browser.ask(Some(&page), Method::GET, "auth/me")).await;
        is_refused(browser.ask(Some(&page), Method::POST, "auth/refresh")).await;
        is_refused(browser.ask(Some(&page), Method::POST, "auth/tickets")).await;
        is_refused(browser.ask(Some(&page), Method::GET, STREAM)).await;
        is_refused(browser.ask(Some(&page), Method::POST, "auth/logout")).await;
    }
    // A write says where it comes from; a page of ours that reads need not.
    is_refused(browser.ask(None, Method::POST, "auth/refresh")).await;
    for origin in [None, Some(own.as_str())] {
        let me: Value = browser.ask(origin, Method::GET, "auth/me").send().await.unwrap().json().await.unwrap();
        assert_eq!(me["id"], id);
        let stream = browser.ask(origin, Method::GET, STREAM).send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        assert!(stream.text().await.unwrap().contains("event: price_update"));
    }

    let old = browser.cookies.clone();
    let refreshed = browser.ask(Some(&own), Method::POST, "auth/refresh").send().await.unwrap();
    assert_eq!(refreshed.status(), 200);
    browser.keep(refreshed).await;
    assert_ne!(browser.cookies["rialto_refresh"], old["rialto_refresh"]);

    let cookies = browser.header();
    for page in foreign(&server) {
        let headers = format!(
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nOrigin: {page}\r\nCookie: {cookies}\r\n"
        );
        let (status, problem) = refused_upgrade(&server, "GET /ws HTTP/1.1", &headers).await;
        assert_eq!((status, &problem["code"]), (403, &json!("origin_mismatch")), "{page}");
    }
    let mut socket = RawSocket::open(&server, &[("Origin", &own), ("Cookie", &cookies)]).await;
    assert_eq!(socket.hear("ready").await["data"]["user"]["id"], id);

    let left = browser.ask(Some(&own), Method::POST, "auth/logout").send().await.unwrap();
    assert_eq!(left.status(), 204);
    let gone = browser.cookies.clone();
    browser.keep(left).await;
    assert!(browser.cookies.is_empty());
    assert_eq!(socket.close_code().await, Some(4403));
    // Whoever copied the cookies has nothing.
    browser.cookies = gone;
    assert_eq!(browser.ask(Some(&own), Method::GET, "auth/me").send().await.unwrap().status(), 401);
    assert_eq!(browser.ask(Some(&own), Method::POST, "auth/refresh").send().await.unwrap().status(), 401);
});

#[tokio::test]
async fn prices_stream_by_bearer_by_cookie_and_by_a_ticket_once() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let ask = |path: &str| server.rest().request(Method::GET, path);
    let status = |request: RequestBuilder| async { request.send().await.unwrap().status().as_u16() };
    assert_eq!(status(ask(STREAM)).await, 200, "prices are for everybody");
    assert_eq!(status(ask(STREAM).bearer_auth(ann.token())).await, 200);
    assert_eq!(status(ask(STREAM).bearer_auth("nonsense")).await, 401);
    let cookie = format!("rialto_access={}", ann.token());
    assert_eq!(status(ask(STREAM).header("cookie", &cookie)).await, 200);
    is_refused(ask(STREAM).header("cookie", &cookie).header("origin", "https://evil.example")).await;
    assert_eq!(status(ask(STREAM).header("cookie", "rialto_access=stale")).await, 200, "a stale one is no claim");

    let ticket = ann.rest.ticket().await.unwrap().ticket;
    let by_ticket = format!("{STREAM}&ticket={ticket}");
    is_refused(ask(&by_ticket).header("origin", "https://evil.example")).await;
    assert_eq!(status(ask(&by_ticket)).await, 200, "a foreign page does not use it up");
    let again = ask(&by_ticket).send().await.unwrap();
    assert_eq!(again.status(), 401);
    assert_eq!(again.json::<Value>().await.unwrap()["code"], "ticket_invalid");
    // One ticket opens one thing, whichever it is.
    let ticket = ann.rest.ticket().await.unwrap().ticket;
    let mut socket = RawSocket::open_at(&server, &format!("/ws?ticket={ticket}"), &[]).await;
    socket.hear("ready").await;
    assert_eq!(status(ask(&format!("{STREAM}&ticket={ticket}"))).await, 401);
}
