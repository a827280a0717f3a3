//! A socket without a WebSocket library: sends what such a library would not.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::Server;

const PATIENCE: Duration = Duration::from_secs(10);
const UPGRADE: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n";

/// A connection that became a WebSocket.
pub struct RawSocket {
    stream: TcpStream,
    received: Vec<u8>,
}

impl RawSocket {
    /// Upgrades a connection.
    pub async fn open(server: &Server, headers: &[(&str, &str)]) -> Self {
        Self::open_at(server, "/ws", headers).await
    }

    /// Upgrades a connection to this path and query.
    pub async fn open_at(server: &Server, target: &str, headers: &[(&str, &str)]) -> Self {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let (stream, head, received) =
            ask(server, &format!("GET {target} HTTP/1.1"), &format!("{UPGRADE}{headers}")).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        Self { stream, received }
    }

    /// Sends bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Sends JSON as a text message.
    pub async fn say(&mut self, value: &Value) {
        self.write(&frame(0x81, value.to_string().as_bytes())).await;
    }

    /// The next text message, of this type; others are passed over.
    pub async fn hear(&mut self, kind: &str) -> Value {
        loop {
            let (first, payload) = self.read().await;
            assert_ne!(first, 0x88, "closed: {payload:?}");
            if first == 0x81 {
                let value: Value = serde_json::from_slice(&payload).unwrap();
                if value["type"] == kind {
                    return value;
                }
            }
        }
    }

    /// The code of the close frame; what comes before is passed over.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            let (first, payload) = self.read().await;
            if first == 0x88 {
                return payload.first_chunk().map(|code| u16::from_be_bytes(*code));
            }
        }
    }

    /// The next frame: its first byte and its payload.
    async fn read(&mut self) -> (u8, Vec<u8>) {
        loop {
            if let Some((size, length)) = header(&self.received)
                && self.received.len() >= size + length
            {
                let rest = self.received.split_off(size + length);
                let frame = std::mem::replace(&mut self.received, rest);
                return (frame[0], frame[size..].to_vec());
            }
            let read = timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await;
            assert_ne!(read.expect("nothing came").unwrap(), 0, "gone without a close frame");
        }
    }
}

/// Asks for an upgrade that is refused: the status and the problem.
pub async fn refused_upgrade(server: &Server, first_line: &str, headers: &str) -> (u16, Value) {
    let (mut stream, head, mut body) = ask(server, first_line, headers).await;
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length.expect("a length");
    while body.len() < length {
        let read = timeout(PATIENCE, stream.read_buf(&mut body)).await;
        assert_ne!(read.expect("the rest of the answer").unwrap(), 0, "half an answer");
    }
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_slice(&body).unwrap())
}

/// The connection, the head of the answer, and what came behind it.
async fn ask(server: &Server, first_line: &str, headers: &str) -> (TcpStream, String, Vec<u8>) {
    let url = server.url("");
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("{first_line}\r\nHost: {host}\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = received.split_off(end + 4);
            return (stream, String::from_utf8(received).unwrap(), rest);
        }
        let read = timeout(PATIENCE, stream.read_buf(&mut received)).await;
        assert_ne!(read.expect("no answer").unwrap(), 0, "gone without an answer");
    }
}

/// A whole frame, masked with zeros.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = claiming(first, payload.len());
    bytes.extend(payload);
    bytes
}

/// The header of a frame whose payload is said to have this length.
pub fn claiming(first: u8, length: usize) -> Vec<u8> {
    let mut bytes = vec![first];
    match length {
        0..=125 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes
}

/// The size of a server's frame header and the length of its payload.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        126 => Some((4, usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)))),
        127 => Some((10, usize::try_from(u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)).unwrap())),
        short => Some((2, usize::from(short))),
    }
}
