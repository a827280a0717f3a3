//! Plain requests over connections that stay open.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::text::number_after;
use crate::error::{Result, broken};

/// Connections to one server, with one request in flight on each.
pub struct KeptAlive {
    connections: Vec<TcpStream>,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl KeptAlive {
    /// So many connections that all ask for one path.
    pub fn connect(address: SocketAddr, count: usize, path: &str) -> Result<Self> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            let connection = TcpStream::connect(address)?;
            connection.set_nodelay(true)?;
            connections.push(connection);
        }
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n").into_bytes();
        Ok(Self { connections, request, buffer: vec![0; 1 << 16] })
    }

    /// Asks once on every connection, and reads all the answers, which must be 200.
    pub fn round(&mut self) -> Result<()> {
        for connection in &mut self.connections {
            connection.write_all(&self.request)?;
        }
        for connection in &mut self.connections {
            read_answer(connection, &mut self.buffer)?;
        }
        Ok(())
    }

    /// How many requests are in a round.
    pub fn width(&self) -> usize {
        self.connections.len()
    }
}

/// Reads one answer with a stated length, as the only thing that is on its way.
fn read_answer(connection: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let Some(space) = buffer.get_mut(filled..).filter(|space| !space.is_empty()) else {
            return broken("an answer is larger than was thought");
        };
        let read = connection.read(space)?;
        if read == 0 {
            return broken("the server hung up in the middle of an answer");
        }
        filled += read;
        let seen = &buffer[..filled];
        let Some(head) = seen.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        if !seen.starts_with(b"HTTP/1.1 200 ") {
            return broken(format!("refused: {}", String::from_utf8_lossy(seen)));
        }
        let length = number_after(&seen[..head].to_ascii_lowercase(), "content-length: ").unwrap_or(0);
        if (filled - head - 4) as u64 >= length {
            return Ok(());
        }
    }
}
