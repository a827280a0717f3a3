//! Many WebSocket clients on one thread.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};

use super::frames::{self, client_frame};
use crate::error::{Result, broken};

/// What a socket heard.
pub enum Heard<'a> {
    /// The upgrade is done.
    Open,
    Text(&'a [u8]),
    /// Either side ended it; nothing more is heard.
    Closed,
}

/// WebSocket clients of one server, by number in the order in which they were made.
pub struct Swarm {
    address: SocketAddr,
    epoll: OwnedFd,
    sockets: Vec<Socket>,
    events: Vec<epoll::Event>,
    buffer: Vec<u8>,
}

struct Socket {
    stream: TcpStream,
    open: bool,
    closed: bool,
    /// The start of what has not come whole yet.
    rest: Vec<u8>,
    /// What the network did not take yet.
    waiting: Vec<u8>,
}

/// Events taken from the kernel at once.
const EVENTS: usize = 1_024;
/// Bytes read at once.
const READ: usize = 1 << 18;

impl Swarm {
    /// No clients yet.
    pub fn new(address: SocketAddr) -> Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(io::Error::from)?;
        Ok(Self { address, epoll, sockets: Vec::new(), events: Vec::with_capacity(EVENTS), buffer: vec![0; READ] })
    }

    /// Begins a connection, and gives its number. `token` goes into the upgrade.
    pub fn connect(&mut self, path: &str, token: Option<&str>) -> Result<usize> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        let credentials = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{credentials}\r\n",
            self.address
        );
        stream.write_all(request.as_bytes())?;
        stream.set_nonblocking(true)?;
        let number = self.sockets.len();
        let data = epoll::EventData::new_u64(number as u64);
        epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN).map_err(io::Error::from)?;
        self.sockets.push(Socket { stream, open: false, closed: false, rest: Vec::new(), waiting: Vec::new() });
        Ok(number)
    }

    /// Sends a text frame.
    pub fn send(&mut self, socket: usize, text: &str) -> Result<()> {
        let mut frame = Vec::with_capacity(text.len() + 14);
        client_frame(frames::TEXT, text.as_bytes(), &mut frame);
        self.write(socket, &frame)
    }

    /// Waits up to `patience` for anything to come and hands it over; an answer goes back on the same socket.
    pub fn poll(
        &mut self,
        patience: Duration,
        mut hear: impl FnMut(usize, Heard<'_>) -> Result<Option<String>>,
    ) -> Result<()> {
        let wait = Timespec::try_from(patience).unwrap_or_default();
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&wait)) {
            Ok(_) => {}
            Err(error) if error == rustix::io::Errno::INTR => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        for event in &events {
            let number = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
            let flags = event.flags;
            if flags.contains(epoll::EventFlags::OUT) {
                self.write(number, &[])?;
            }
            if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
                self.read(number, &mut hear)?;
            }
        }
        self.events = events;
        Ok(())
    }

    fn read(&mut self, number: usize, hear: &mut impl FnMut(usize, Heard<'_>) -> Result<Option<String>>) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let socket = &mut self.sockets[number];
        let read = match socket.stream.read(&mut buffer) {
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                self.buffer = buffer;
                return Ok(());
            }
            // A reset is an end like any other.
            Err(_) => 0,
        };
        let mut answers = Vec::new();
        if socket.rest.is_empty() {
            let used = socket.take(&buffer[..read], number, hear, &mut answers)?;
            socket.rest.extend_from_slice(&buffer[used..read]);
        } else {
            let mut rest = std::mem::take(&mut socket.rest);
            rest.extend_from_slice(&buffer[..read]);
            let used = socket.take(&rest, number, hear, &mut answers)?;
            rest.drain(..used);
            socket.rest = rest;
        }
        if read == 0 && !socket.closed {
            socket.closed = true;
            hear(number, Heard::Closed)?;
        }
        if socket.closed {
            epoll::delete(&self.epoll, &socket.stream).map_err(io::Error::from)?;
        } else if !answers.is_empty() {
            self.write(number, &answers)?;
        }
        self.buffer = buffer;
        Ok(())
    }

    fn write(&mut self, number: usize, bytes: &[u8]) -> Result<()> {
        let socket = &mut self.sockets[number];
        let waited = !socket.waiting.is_empty();
        socket.waiting.extend_from_slice(bytes);
        while !socket.waiting.is_empty() {
            match socket.stream.write(&socket.waiting) {
                Ok(written) => drop(socket.waiting.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let waits = !socket.waiting.is_empty();
        if waits != waited {
            let out = if waits { epoll::EventFlags::OUT } else { epoll::EventFlags::empty() };
            let data = epoll::EventData::new_u64(number as u64);
            epoll::modify(&self.epoll, &socket.stream, data, epoll::EventFlags::IN | out).map_err(io::Error::from)?;
        }
        Ok(())
    }
}

impl Socket {
    /// Hands over what has come whole; answers how many bytes that was.
    fn take(
        &mut self,
        bytes: &[u8],
        number: usize,
        hear: &mut impl FnMut(usize, Heard<'_>) -> Result<Option<String>>,
        answers: &mut Vec<u8>,
    ) -> Result<usize> {
        let mut used = 0;
        let mut answer = |answers: &mut Vec<u8>, heard: Heard<'_>| {
            if let Some(text) = hear(number, heard)? {
                client_frame(frames::TEXT, text.as_bytes(), answers);
            }
            Ok::<_, crate::error::BenchError>(())
        };
        if !self.open {
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(0) };
            if !bytes.starts_with(b"HTTP/1.1 101 ") {
                return broken(format!("no upgrade: {}", String::from_utf8_lossy(bytes)));
            }
            self.open = true;
            used = end + 4;
            answer(answers, Heard::Open)?;
        }
        while let Some(frame) = frames::first(&bytes[used..]) {
            used += frame.length;
            match frame.opcode {
                frames::TEXT => answer(answers, Heard::Text(frame.payload))?,
                frames::PING => client_frame(frames::PONG, frame.payload, answers),
                frames::CLOSE => {
                    self.closed = true;
                    answer(answers, Heard::Closed)?;
                    break;
                }
                _ => {}
            }
        }
        Ok(used)
    }
}
