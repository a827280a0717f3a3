//! Enough of HTTP/1.1 to answer one request per connection, well or badly.

use std::collections::HashMap;
use std::time::Duration;

use rialto_kernel::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path, as it came.
    pub path: String,
    /// When, on the market's clock.
    pub at: Instant,
    query: HashMap<String, String>,
    headers: HashMap<String, String>,
}

impl Request {
    /// A parameter, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_lowercase()).map(String::as_str)
    }

    /// Reads the head of a request; `None` if the client left.
    pub(super) async fn read(socket: &mut TcpStream, at: Instant) -> Option<Self> {
        let mut head = Vec::with_capacity(1_024);
        // A question has no body, and the next one comes on a connection of its own.
        while !head.ends_with(b"\r\n\r\n") {
            let read = socket.read_buf(&mut head).await.ok()?;
            if read == 0 || head.len() > 1024 * 1024 {
                return None;
            }
        }
        let head = String::from_utf8(head).ok()?;
        let mut lines = head.lines();
        let target = lines.next()?.split(' ').nth(1)?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = lines.filter_map(|line| line.split_once(": "));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Some(Self {
            path: path.to_owned(),
            at,
            query: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect(),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        })
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.filter(|_| byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(if byte == b'+' { b' ' } else { byte }));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What to answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) after: Duration,
    pub(super) reset: bool,
}

impl Reply {
    /// A status with a body of some kind.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), after: Duration::ZERO, reset: false }
    }

    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "application/json; charset=utf-8", body)
    }

    /// A page.
    #[must_use]
    pub fn html(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "text/html", body)
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a `Retry-After`, if there is to be one.
    #[must_use]
    pub fn retry_after(self, seconds: Option<u32>) -> Self {
        match seconds {
            Some(seconds) => self.with("retry-after", &seconds.to_string()),
            None => self,
        }
    }

    /// Sends it. The client may have left; that is its right.
    pub(super) async fn send(self, mut socket: TcpStream) {
        let mut text = format!("HTTP/1.1 {} Whatever\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("connection: close\r\n\r\n");
        let sent = if self.reset { self.body.len() / 2 } else { self.body.len() };
        let _ = socket.write_all(text.as_bytes()).await;
        let _ = socket.write_all(&self.body[..sent]).await;
        if self.reset {
            // Dropping it now throws away what is not sent and says so.
            let _ = socket.set_zero_linger();
            return;
        }
        let _ = socket.shutdown().await;
    }
}
