//! What both limits share: one thread, epoll, the handshake. Who asks for `/receive` gets what anybody sends.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use rustix::buffer::spare_capacity;
use rustix::event::epoll;

use crate::error::{Result, broken};
use crate::load::{TEXT, first};

/// Comes before the address on standard output.
pub const MARKER: &str = "listening on ";
const LISTENER: u64 = u64::MAX;
const EVENTS: usize = 1_024;

/// How a message gets to the receivers.
pub trait Fan {
    /// A message has come.
    fn message(&mut self, payload: &[u8], receivers: &mut Receivers) -> Result<()>;

    /// All that epoll told of was read.
    fn round_ends(&mut self, receivers: &mut Receivers) -> Result<()>;
}

/// The connections that get everything.
#[derive(Default)]
pub struct Receivers(Vec<TcpStream>);

impl Receivers {
    /// One `send` to each.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        for receiver in &mut self.0 {
            // What is in flight fits into the kernel's buffers, so no queue is needed, and its absence is
            // part of the limit.
            if receiver.write(bytes)? != bytes.len() {
                return broken("a receiver of the reference fell behind");
            }
        }
        Ok(())
    }
}

struct Connection {
    stream: TcpStream,
    upgraded: bool,
    read: Vec<u8>,
}

/// Serves until it is killed.
pub fn serve(mut fan: impl Fan) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    writeln!(io::stdout(), "{MARKER}{}", listener.local_addr()?)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(io::Error::from)?;
    let watch = |stream: &TcpStream, number: u64| {
        epoll::add(&epoll, stream, epoll::EventData::new_u64(number), epoll::EventFlags::IN).map_err(io::Error::from)
    };
    epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)
        .map_err(io::Error::from)?;
    let (mut connections, mut receivers) = (Vec::<Connection>::new(), Receivers::default());
    let (mut events, mut buffer, mut payload) = (Vec::with_capacity(EVENTS), vec![0; 1 << 16], Vec::new());
    loop {
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None).map_err(io::Error::from)?;
        for event in &events {
            if event.data.u64() == LISTENER {
                while let Ok((stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    stream.set_nonblocking(true)?;
                    watch(&stream, connections.len() as u64)?;
                    connections.push(Connection { stream, upgraded: false, read: Vec::new() });
                }
                continue;
            }
            let number = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
            let Some(connection) = connections.get_mut(number) else { continue };
            match connection.stream.read(&mut buffer) {
                Ok(0) => epoll::delete(&epoll, &connection.stream).map_err(io::Error::from)?,
                Ok(read) => connection.read.extend_from_slice(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error.into()),
            }
            if !connection.upgraded && !connection.upgrade(&mut receivers)? {
                continue;
            }
            let mut used = 0;
            while let Some(frame) = first(&connection.read[used..]) {
                used += frame.length;
                if frame.opcode == TEXT {
                    payload.clear();
                    frame.unmask_into(&mut payload);
                    fan.message(&payload, &mut receivers)?;
                }
            }
            connection.read.drain(..used);
        }
        fan.round_ends(&mut receivers)?;
    }
}

impl Connection {
    /// Answers the request once it is whole; whether it is.
    fn upgrade(&mut self, receivers: &mut Receivers) -> Result<bool> {
        let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(false) };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        let key = head.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let Some(key) = key else { return broken("a request without a key") };
        let seed = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept = STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, seed.as_bytes()));
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        self.stream.write_all(answer.as_bytes())?;
        self.read.drain(..end + 4);
        self.upgraded = true;
        if head.starts_with("GET /receive ") {
            receivers.0.push(self.stream.try_clone()?);
        }
        Ok(true)
    }
}
