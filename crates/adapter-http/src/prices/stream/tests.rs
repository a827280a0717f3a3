use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::{App, HttpServer};
use futures_util::Stream;
use rialto_portfolio::Quote;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::EventStreams;
use crate::configure_app;
use crate::fixtures::{Mocks, quote_at};

const SOON: Duration = Duration::from_secs(5);

/// One tick, then silence; tells when it is dropped.
struct FakeTicks {
    first: Option<Arc<Quote>>,
    dropped: mpsc::UnboundedSender<()>,
}

impl Stream for FakeTicks {
    type Item = Arc<Quote>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Arc<Quote>>> {
        self.first.take().map_or(Poll::Pending, |quote| Poll::Ready(Some(quote)))
    }
}

impl Drop for FakeTicks {
    fn drop(&mut self) {
        let _ = self.dropped.send(());
    }
}

/// A server with one stream open, its first price read.
async fn streaming() -> (TcpStream, watch::Sender<bool>, mpsc::UnboundedReceiver<()>, EventStreams) {
    let (dropped, on_drop) = mpsc::unbounded_channel();
    let (drain, draining) = watch::channel(false);
    let mut mocks = Mocks { drain: draining, ..Mocks::default() };
    mocks.settings.sse_heartbeat = Duration::from_millis(20);
    mocks.ticker.expect_watch().returning(move |_| {
        Box::pin(FakeTicks { first: Some(Arc::new(quote_at("bitcoin", 1))), dropped: dropped.clone() })
    });
    let state = mocks.state();
    let streams = state.event_streams.clone();
    let server = HttpServer::new(move || {
        let state = state.clone();
        App::new().wrap(actix_web::middleware::Compress::default()).configure(|config| configure_app(config, state))
    });
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address: SocketAddr = server.addrs()[0];
    actix_web::rt::spawn(server.run());

    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = "GET /api/v1/crypto/stream/prices?coins=bitcoin HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut socket, "event: price_update").await;
    assert_eq!(streams.count(), 1);
    (socket, drain, on_drop, streams)
}

async fn until_none_is_open(streams: &EventStreams) {
    let none = async {
        while streams.count() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, none).await.unwrap();
}

async fn read_until(socket: &mut TcpStream, needle: &str) {
    let mut seen = String::new();
    let mut buffer = [0; 1024];
    while !seen.contains(needle) {
        let count = timeout(SOON, socket.read(&mut buffer)).await.unwrap().unwrap();
        assert_ne!(count, 0, "the stream ended: {seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
}

#[actix_web::test]
async fn a_client_that_leaves_ends_the_watch_and_makes_room() {
    let (mut socket, _drain, mut on_drop, streams) = streaming().await;
    read_until(&mut socket, ":\n\n").await;
    drop(socket);
    timeout(SOON, on_drop.recv()).await.unwrap().unwrap();
    until_none_is_open(&streams).await;
}

#[actix_web::test]
async fn a_drain_ends_the_stream_as_a_whole_answer() {
    let (mut socket, drain, mut on_drop, streams) = streaming().await;
    drain.send(true).unwrap();
    // The last chunk of a chunked body.
    read_until(&mut socket, "0\r\n\r\n").await;
    timeout(SOON, on_drop.recv()).await.unwrap().unwrap();
    until_none_is_open(&streams).await;
}

#[actix_web::test]
async fn an_address_with_enough_streams_is_refused_before_its_ticket_is_used_up() {
    let state = Mocks::default().state();
    let request = || {
        let request = TestRequest::get().uri("/api/v1/crypto/stream/prices?coins=bitcoin&ticket=t");
        request.peer_addr("192.0.2.1:4000".parse().unwrap())
    };
    let admit = || state.event_streams.admit(&request().to_http_request(), &state.settings);
    let open: Vec<_> = std::iter::from_fn(|| admit().ok()).collect();
    assert_eq!(open.len(), 64);
    let app = init_service(App::new().configure(|config| configure_app(config, state.clone()))).await;
    // The board of tickets expects nobody.
    let response = call_service(&app, request().to_request()).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers().get("retry-after").unwrap(), "5");
    let problem: serde_json::Value = read_body_json(response).await;
    assert_eq!(problem["code"], "too_many_connections");
}
