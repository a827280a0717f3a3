//! What strangers can have this server reach.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rialto_adapter_outgoing::{OutgoingPictureFetcher, OutgoingSettings};
use rialto_identity::{FetchPictureError, PictureAddress, PictureFetcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Answers every connection the same, and counts them.
struct Site {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
}

impl Site {
    async fn at(host: &str, answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind(host).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (visits, answer) = (Arc::new(AtomicUsize::new(0)), answer.into());
        tokio::spawn({
            let visits = visits.clone();
            async move {
                while let Ok((connection, _)) = listener.accept().await {
                    visits.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(serve(connection, answer.clone()));
                }
            }
        });
        Self { address, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

async fn serve(mut connection: TcpStream, answer: Vec<u8>) {
    let mut request = [0; 4_096];
    let _ = connection.read(&mut request).await;
    let _ = connection.write_all(&answer).await;
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn found(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn fetcher(allowed: &[SocketAddr]) -> OutgoingPictureFetcher {
    let timeout = Duration::from_secs(2);
    OutgoingPictureFetcher::new(OutgoingSettings { timeout, allowed_private_hosts: allowed.to_vec() }).unwrap()
}

async fn fetch(fetcher: &OutgoingPictureFetcher, url: &str) -> Result<Vec<u8>, FetchPictureError> {
    fetcher.fetch(&PictureAddress::parse(url).unwrap()).await
}

const SPELLINGS: [&str; 24] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "１２７.0.0.1",
    "127。0。0。1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "0.0.0.0",
    "0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::]",
];

#[tokio::test(flavor = "multi_thread")]
async fn loopback_is_not_reached_however_it_is_spelt() {
    let site = Site::at("0.0.0.0:0", found(b"secret")).await;
    let port = site.address.port();
    let v6 = Site::at(&format!("[::1]:{port}"), found(b"secret")).await;
    let fetcher = fetcher(&[]);
    for host in SPELLINGS.iter().chain(&["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "ann:pw@127.0.0.1"]) {
        for scheme in ["http", "https"] {
            let outcome = fetch(&fetcher, &format!("{scheme}://{host}:{port}/a.png")).await;
            assert_eq!(outcome, Err(FetchPictureError::Unreachable), "{scheme} {host}");
        }
    }
    assert_eq!((site.visits(), v6.visits()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_leads_to_loopback() {
    let secret = Site::at("0.0.0.0:0", found(b"secret")).await;
    let port = secret.address.port();
    for host in SPELLINGS {
        for target in [format!("http://{host}:{port}/"), format!("//{host}:{port}/")] {
            let open = Site::at("127.0.0.1:0", redirect(&target)).await;
            let outcome = fetch(&fetcher(&[open.address]), &format!("http://{}/", open.address)).await;
            assert_eq!(outcome, Err(FetchPictureError::Unreachable), "{target}");
            assert_eq!(open.visits(), 1, "{target}");
        }
    }
    for target in ["file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "javascript:alert(1)"] {
        let open = Site::at("127.0.0.1:0", redirect(target)).await;
        let outcome = fetch(&fetcher(&[open.address]), &format!("http://{}/", open.address)).await;
        assert_eq!(outcome, Err(FetchPictureError::Unreachable), "{target}");
    }
    assert_eq!(secret.visits(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_redirects_are_followed_and_no_more() {
    let picture = Site::at("127.0.0.1:0", found(b"GIF89a")).await;
    let mut allowed = vec![picture.address];
    let mut next = picture.address;
    for hops in 1..=4 {
        let hop = Site::at("127.0.0.1:0", redirect(&format!("http://{next}/"))).await;
        next = hop.address;
        allowed.push(next);
        let outcome = fetch(&fetcher(&allowed), &format!("http://{next}/")).await;
        let wanted = if hops <= 3 { Ok(b"GIF89a".to_vec()) } else { Err(FetchPictureError::Unreachable) };
        assert_eq!(outcome, wanted, "{hops}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_not_read() {
    let announced = Site::at("127.0.0.1:0", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nx").await;
    let endless = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec(), vec![0; 2 << 20]].concat();
    let endless = Site::at("127.0.0.1:0", endless).await;
    for site in [announced, endless] {
        let outcome = fetch(&fetcher(&[site.address]), &format!("http://{}/", site.address)).await;
        assert_eq!(outcome, Err(FetchPictureError::TooLarge));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_slowly_is_not_waited_for() {
    let slow = Site::at("127.0.0.1:0", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx").await;
    // The connection stays open behind the first byte.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = listener.local_addr().unwrap();
    let began = Instant::now();
    let (one, other) = (fetcher(&[slow.address]), fetcher(&[silent]));
    let slow = format!("http://{}/", slow.address);
    let silent = format!("http://{silent}/");
    let (slow, silent) = tokio::join!(fetch(&one, &slow), fetch(&other, &silent));
    assert_eq!((slow, silent), (Err(FetchPictureError::Unreachable), Err(FetchPictureError::Unreachable)));
    assert!(began.elapsed() < Duration::from_secs(5));
    drop(listener);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_success_brings_nothing() {
    for answer in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        "nonsense",
    ] {
        let site = Site::at("127.0.0.1:0", answer).await;
        let outcome = fetch(&fetcher(&[site.address]), &format!("http://{}/", site.address)).await;
        assert_eq!(outcome, Err(FetchPictureError::Unreachable), "{answer}");
    }
}
