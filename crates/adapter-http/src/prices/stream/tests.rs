use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::{App, HttpServer};
use futures_util::Stream;
use rialto_portfolio::Quote;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

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
async fn streaming() -> (TcpStream, watch::Sender<bool>, mpsc::UnboundedReceiver<()>) {
    let (dropped, on_drop) = mpsc::unbounded_channel();
    let (drain, draining) = watch::channel(false);
    let mut mocks = Mocks { drain: draining, ..Mocks::default() };
    mocks.settings.sse_heartbeat = Duration::from_millis(20);
    mocks.ticker.expect_watch().returning(move |_| {
        Box::pin(FakeTicks { first: Some(Arc::new(quote_at("bitcoin", 1))), dropped: dropped.clone() })
    });
    let state = mocks.state();
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
    (socket, drain, on_drop)
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
async fn a_client_that_leaves_ends_the_watch() {
    let (mut socket, _drain, mut on_drop) = streaming().await;
    read_until(&mut socket, ":\n\n").await;
    drop(socket);
    timeout(SOON, on_drop.recv()).await.unwrap().unwrap();
}

#[actix_web::test]
async fn a_drain_ends_the_stream_as_a_whole_answer() {
    let (mut socket, drain, mut on_drop) = streaming().await;
    drain.send(true).unwrap();
    // The last chunk of a chunked body.
    read_until(&mut socket, "0\r\n\r\n").await;
    timeout(SOON, on_drop.recv()).await.unwrap().unwrap();
}
