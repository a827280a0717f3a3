//! What there is to try the surface with: a page, which is tried in a browser, and scenarios for the terminal.

use reqwest::Method;

use crate::compat::support::{At, at_both_places};
use crate::support::run;

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "chat-api":
    the_page_comes_with_all_that_it_loads_and_nothing_else,
    the_terminal_tries_every_scenario,
}

async fn the_page_comes_with_all_that_it_loads_and_nothing_else(at: At) {
    for (path, media_type) in [
        ("/websocket_test.html", "text/html; charset=utf-8"),
        ("/websocket_test.js", "text/javascript; charset=utf-8"),
        ("/websocket_test.css", "text/css; charset=utf-8"),
    ] {
        let answer = at.ask(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], media_type);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert!(!answer.text().await.unwrap().is_empty());
    }
}

async fn the_terminal_tries_every_scenario(at: At) {
    let arguments = ["chat", "--surface", "chat-api", "--scenario", "all", "--url", &at.url("")];
    let (code, shown, trouble) = run(&at.server, &arguments, "").await;
    assert_eq!(code, Some(0), "{shown}{trouble}");
    let tried: Vec<&str> = shown.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(tried, ["ok      login", "ok      global", "ok      direct", "ok      room", "ok      history"]);
}
