use std::sync::atomic::{AtomicUsize, Ordering};

use actix_service::map_config;
use actix_web::App;
use actix_web::body::to_bytes;
use actix_web::dev::AppConfig;
use actix_web::test::TestRequest;
use futures_util::stream;
use rialto_edge::Rates;

use super::*;
use crate::fixtures::{FakeIds, Mocks, quote_at};
use crate::{Edge, configure_app};

/// A server that holds the price of every asset; and how often its route asked for one.
async fn server(
    mut mocks: Mocks,
) -> (impl Service<Request, Response = Response<EitherBody<impl MessageBody + 'static>>, Error: Debug>, Arc<AtomicUsize>)
{
    let routed = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&routed);
    mocks.feed.expect_quotes().returning(move |mut assets, _| {
        asked.fetch_add(1, Ordering::SeqCst);
        let asset = assets.remove(0);
        let quote = quote_at(asset.as_str(), 7);
        Box::pin(stream::iter([(asset, Ok(quote))]))
    });
    mocks.feed.expect_at_hand().returning(|asset, _| Some(Arc::new(quote_at(asset.as_str(), 7))));
    let state = mocks.state();
    let routes = state.clone();
    let edge = Edge::new(&state.settings, Arc::new(FakeIds), state.limits.clone());
    let app = App::new().wrap(edge).configure(move |config| configure_app(config, routes));
    let app = map_config(actix_service::IntoServiceFactory::into_factory(app), |()| AppConfig::default());
    let shortcut = Shortcut::new(app, state, Arc::new(FakeIds));
    (shortcut.new_service(()).await.unwrap(), routed)
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path).peer_addr("192.0.2.1:4000".parse().unwrap())
}

/// Status, headers in order of their names, and body.
type Answer = (u16, Vec<(String, String)>, Bytes);

async fn answer<B: MessageBody + 'static>(
    server: &impl Service<Request, Response = Response<EitherBody<B>>, Error: Debug>,
    req: TestRequest,
) -> Answer {
    let res = server.call(req.to_request()).await.unwrap();
    let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    let mut headers: Vec<_> = res.headers().iter().map(header).collect();
    headers.sort();
    let status = res.status().as_u16();
    let Ok(body) = to_bytes(res.into_body()).await else { panic!("the body broke off") };
    (status, headers, body)
}

#[actix_web::test]
async fn what_was_answered_is_answered_the_same_without_the_route() {
    let rates = Rates { enabled: true, address: 100, ..Rates::NONE };
    for path in ["/api/v1/crypto/bitcoin", "/api/v1/crypto/bnb?currency=eur"] {
        let (server, routed) = server(Mocks { rates, ..Mocks::default() }).await;
        let (status, mut headers, body) = answer(&server, get(path)).await;
        assert_eq!((status, routed.load(Ordering::SeqCst)), (200, 1));
        let told = answer(&server, get(path)).await;
        assert_eq!(routed.load(Ordering::SeqCst), 1, "{path} was routed again");
        // One less is left of what the address may ask for.
        for (name, value) in [("ratelimit-remaining", "98"), ("ratelimit-reset", "2")] {
            headers.iter_mut().find(|(header, _)| header == name).unwrap().1 = value.into();
        }
        assert_eq!(told, (status, headers, body));
    }
}

#[actix_web::test]
async fn who_asks_too_often_is_refused_as_by_the_route() {
    let rates = Rates { enabled: true, address: 1, ..Rates::NONE };
    let (server, routed) = server(Mocks { rates, ..Mocks::default() }).await;
    assert_eq!(answer(&server, get("/api/v1/crypto/bitcoin")).await.0, 200);
    let by_shortcut = answer(&server, get("/api/v1/crypto/bitcoin")).await;
    let by_route = answer(&server, get("/api/v1/crypto/ethereum")).await;
    assert_eq!((by_shortcut.0, routed.load(Ordering::SeqCst)), (429, 1));
    assert_eq!(by_shortcut, by_route);
}

#[actix_web::test]
async fn a_request_with_anything_unusual_goes_to_the_route() {
    let path = "/api/v1/crypto/bitcoin";
    let (server, routed) = server(Mocks::default()).await;
    answer(&server, get(path)).await;
    for req in [
        get(path).insert_header(("authorization", "Bearer rialto_0")),
        get(path).insert_header(("origin", "https://app.example.org")),
        get(path).insert_header(("accept-encoding", "gzip, identity;q=0")),
        get(path).insert_header(("content-type", "application/json")).set_payload("{}"),
        TestRequest::with_uri(path).method(Method::HEAD),
        get("/api/v1/crypto/bitcoin?currency=usd"),
    ] {
        let before = routed.load(Ordering::SeqCst);
        let (status, ..) = answer(&server, req).await;
        assert!(routed.load(Ordering::SeqCst) > before || status == 401, "{status}");
    }
    assert_eq!(answer(&server, TestRequest::post().uri(path)).await.0, 405);
}

#[actix_web::test]
async fn what_the_route_refused_is_never_answered() {
    let (server, _) = server(Mocks::default()).await;
    for path in ["/api/v1/crypto/bitcoin?currency=", "/api/v1/crypto/bitcoin?color=red", "/api/v1/crypto/a%20b"] {
        let first = answer(&server, get(path)).await;
        assert_eq!(answer(&server, get(path)).await, first, "{path}");
    }
}

#[actix_web::test]
async fn a_price_that_is_not_at_hand_is_waited_for() {
    let mut mocks = Mocks::default();
    mocks.feed.expect_at_hand().returning(|_, _| None);
    let (server, routed) = server(mocks).await;
    for _ in 0..2 {
        assert_eq!(answer(&server, get("/api/v1/crypto/bitcoin")).await.0, 200);
    }
    assert_eq!(routed.load(Ordering::SeqCst), 2);
}
