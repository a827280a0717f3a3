//! Enough of HTTP/1.1 to answer one request per connection, well or badly.

use std::collections::HashMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    query: HashMap<String, String>,
    headers: HashMap<String, String>,
}

impl Request {
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_lowercase()).map(String::as_str)
    }
}

/// What to answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    sent_bytes: usize,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), sent_bytes: usize::MAX }
    }

    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "application/json; charset=utf-8", body)
    }

    pub fn html(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "text/html", body)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Promises the whole body, sends this much of it, and closes the connection.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.sent_bytes = bytes;
        self
    }
}

pub async fn serve<F: Future<Output = Reply>>(mut socket: TcpStream, answer: impl FnOnce(Request) -> F) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let reply = answer(parse(&String::from_utf8(head).unwrap())).await;
    let mut text = format!("HTTP/1.1 {} Whatever\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("connection: close\r\n\r\n");
    // The client may have left; that is its right.
    let _ = socket.write_all(text.as_bytes()).await;
    let _ = socket.write_all(&reply.body[..reply.sent_bytes.min(reply.body.len())]).await;
    let _ = socket.shutdown().await;
}

fn parse(head: &str) -> Request {
    let mut lines = head.lines();
    let target = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = |text: &str, separator: &str| text.split_once(separator).map(|(a, b)| (a.to_owned(), b.to_owned()));
    let headers = lines.filter_map(|line| pairs(line, ": ")).map(|(name, value)| (name.to_lowercase(), value));
    Request {
        path: path.to_owned(),
        query: query.split('&').filter_map(|pair| pairs(pair, "=")).collect(),
        headers: headers.collect(),
    }
}
