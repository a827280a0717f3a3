//! Health, metrics, and what all answers have in common.

use super::*;

at_both_places! { "gochat":
    health_is_told,
    refusals_name_the_exchange,
    metrics_are_a_page_and_figures,
    pages_of_every_origin_may_ask,
    bodies_are_read_whatever_they_are_called,
    a_hundred_requests_a_minute_are_let_through,
}

async fn health_is_told(at: At) {
    let expected = json!({ "status": "ok", "message": "GoChat API is running" });
    assert_eq!(at.get("/api/v1/health").await, (StatusCode::OK, expected));
}

async fn refusals_name_the_exchange(at: At) {
    let refused = at.ask(Method::GET, "/api/v1/auth/me").send().await.unwrap();
    let header = refused.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(refused.headers()["x-content-type-options"], "nosniff");
    assert_eq!(refused.json::<Value>().await.unwrap()["request_id"], json!(header));
    let named = at.ask(Method::GET, "/api/v1/auth/me").header("x-request-id", "abc-1");
    assert_eq!(answer(named).await.1["request_id"], "abc-1");
    assert!(at.ask(Method::GET, "/api/v1/health").send().await.unwrap().headers().contains_key("x-request-id"));
    assert_refused(at.get("/api/v1/nope").await, 404, "Not Found");
    assert_refused(answer(at.ask(Method::DELETE, "/api/v1/conversations")).await, 405, "Method Not Allowed");
}

async fn metrics_are_a_page_and_figures(at: At) {
    let page = at.ask(Method::GET, "/metrics").header("accept", "text/html").send().await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    let page = page.text().await.unwrap();
    for file in ["metrics/page.js", "metrics/page.css"] {
        assert!(page.contains(file), "{page}");
        assert_eq!(at.get(&format!("/{file}")).await.0, StatusCode::OK);
    }
    assert_refused(at.get("/metrics/other.js").await, 404, "Not Found");
    let ann = User::register(&at, "ann").await;
    let _socket = ann.connect(&at).await;
    let (status, figures) = answer(at.ask(Method::GET, "/metrics").header("accept", "application/json")).await;
    assert_eq!(status, StatusCode::OK);
    let (own, machine) = (&figures["pid"], &figures["os"]);
    // A server that runs has some of each; no process has more than the machine.
    assert!(own["ram"].as_u64().unwrap() > 1_000_000, "{figures}");
    assert!(machine["total_ram"].as_u64().unwrap() > machine["ram"].as_u64().unwrap(), "{figures}");
    assert!(own["conns"].as_u64().unwrap() >= 2, "a listener and a socket: {figures}");
    assert!(machine["conns"].as_u64().unwrap() >= own["conns"].as_u64().unwrap(), "{figures}");
    for value in [&own["cpu"], &machine["cpu"], &machine["load_avg"]] {
        assert!(value.as_f64().unwrap() >= 0.0, "{figures}");
    }
}

async fn pages_of_every_origin_may_ask(at: At) {
    let preflight = at.ask(Method::OPTIONS, "/api/v1/auth/login").header("origin", "null").send().await.unwrap();
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    let refused = at.ask(Method::GET, "/api/v1/auth/me").header("origin", "https://a.example").send().await.unwrap();
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
    assert!(!refused.headers().contains_key("access-control-allow-credentials"));
}

async fn bodies_are_read_whatever_they_are_called(at: At) {
    let body = json!({ "email": "ann@example.org", "username": "ann", "password": "correct horse" }).to_string();
    let request = at.ask(Method::POST, "/api/v1/auth/register");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    assert_eq!(answer(request).await.0, StatusCode::CREATED);
}

async fn a_hundred_requests_a_minute_are_let_through(mut at: At) {
    let strict = ("RIALTO__LIMITS__LOOPBACK_FACTOR", "1");
    at.server.restart_with(&[strict]).await;
    let place = at.server.places_of("gochat")[0].clone();
    let ask = || reqwest::Client::new().get(format!("{place}/api/v1/health"));
    for n in 0..100 {
        assert_eq!(ask().send().await.unwrap().status(), StatusCode::OK, "{n}");
    }
    // A little of the allowance came back meanwhile.
    let refused = loop {
        let answer = ask().send().await.unwrap();
        if answer.status() != StatusCode::OK {
            break answer;
        }
    };
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    let message = "Rate limit exceeded. Please try again later.";
    let expected = json!({ "success": false, "error": "Too Many Requests", "message": message });
    assert_eq!(refused.json::<Value>().await.unwrap(), expected);
    let preflight = reqwest::Client::new().request(Method::OPTIONS, format!("{place}/api/v1/health"));
    assert_eq!(preflight.send().await.unwrap().status(), StatusCode::NO_CONTENT);
}
