//! The WebSocket framing of what clients send (RFC 6455, sections 5 and 7): messages from bytes. Pure.
//!
//! A frame is judged by its header, before its payload is waited for, so that nobody can make the server
//! hold more than one message of the largest size and what came with its last bytes. Fragments are put
//! together at once, so their number costs nothing.

use bytes::{Buf, Bytes, BytesMut};

/// The longest payload of a control frame.
const CONTROL_MAX: usize = 125;

/// A whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Text(String),
    Binary,
    Ping(Bytes),
    Pong,
    /// The client's code, if it gave one.
    Close(Option<u16>),
}

/// What a client did that WebSocket forbids. Nothing can be read after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Protocol,
    Utf8,
    TooBig,
}

impl Fault {
    /// The close code and reason of the fault.
    pub const fn close(self) -> (u16, &'static str) {
        match self {
            Self::Protocol => (1002, "protocol error"),
            Self::Utf8 => (1007, "invalid UTF-8"),
            Self::TooBig => (1009, "message too big"),
        }
    }
}

/// Puts messages together from the bytes of one client.
pub(crate) struct Decoder {
    max: usize,
    buffer: BytesMut,
    /// The fragments so far of a message whose end has not come yet.
    begun: Option<Begun>,
}

struct Begun {
    is_text: bool,
    payload: Vec<u8>,
    /// Up to here the payload is valid text; what follows is the beginning of one character at most.
    valid: usize,
}

impl Decoder {
    /// Reads messages of at most `max` bytes, whatever the number of their fragments.
    pub fn new(max: usize) -> Self {
        Self { max, buffer: BytesMut::new(), begun: None }
    }

    /// Takes bytes as they come.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message; `None` until more bytes have come.
    ///
    /// # Errors
    /// The fault after which nothing can be read.
    pub fn next(&mut self) -> Result<Option<Received>, Fault> {
        while let Some(header) = Header::read(&self.buffer)? {
            self.judge(&header)?;
            if self.buffer.len() < header.size + header.length {
                break;
            }
            self.buffer.advance(header.size);
            let mut payload = self.buffer.split_to(header.length);
            for (byte, mask) in payload.iter_mut().zip(header.mask.iter().cycle()) {
                *byte ^= mask;
            }
            if self.buffer.is_empty() {
                // An idle socket keeps no memory of what it once sent.
                self.buffer = BytesMut::new();
            }
            if let Some(received) = self.receive(&header, payload.freeze())? {
                return Ok(Some(received));
            }
        }
        Ok(None)
    }

    /// Whether a frame may come now and is not too long.
    fn judge(&self, header: &Header) -> Result<(), Fault> {
        let fits = match header.opcode {
            Opcode::Text | Opcode::Binary if self.begun.is_some() => return Err(Fault::Protocol),
            Opcode::Text | Opcode::Binary => header.length <= self.max,
            Opcode::Continuation => {
                let begun = self.begun.as_ref().ok_or(Fault::Protocol)?;
                header.length <= self.max - begun.payload.len()
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => {
                let allowed = header.is_last && header.length <= CONTROL_MAX;
                return if allowed { Ok(()) } else { Err(Fault::Protocol) };
            }
        };
        if fits { Ok(()) } else { Err(Fault::TooBig) }
    }

    fn receive(&mut self, header: &Header, payload: Bytes) -> Result<Option<Received>, Fault> {
        let begun = match header.opcode {
            Opcode::Ping => return Ok(Some(Received::Ping(payload))),
            Opcode::Pong => return Ok(Some(Received::Pong)),
            Opcode::Close => return read_close(&payload).map(|code| Some(Received::Close(code))),
            Opcode::Text | Opcode::Binary => {
                let begun = Begun { is_text: header.opcode == Opcode::Text, payload: payload.into(), valid: 0 };
                self.begun.insert(begun)
            }
            Opcode::Continuation => {
                let begun = self.begun.as_mut().ok_or(Fault::Protocol)?;
                begun.payload.extend_from_slice(&payload);
                begun
            }
        };
        if begun.is_text {
            begun.validate()?;
        }
        if !header.is_last {
            return Ok(None);
        }
        let Some(whole) = self.begun.take() else { return Ok(None) };
        if !whole.is_text {
            return Ok(Some(Received::Binary));
        }
        String::from_utf8(whole.payload).map(|text| Some(Received::Text(text))).map_err(|_| Fault::Utf8)
    }
}

impl Begun {
    /// Finds invalid text as soon as it is there, looking at every byte once.
    fn validate(&mut self) -> Result<(), Fault> {
        let unseen = self.payload.get(self.valid..).unwrap_or_default();
        match std::str::from_utf8(unseen) {
            Ok(_) => self.valid = self.payload.len(),
            Err(error) if error.error_len().is_none() => self.valid += error.valid_up_to(),
            Err(_) => return Err(Fault::Utf8),
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// The header of a frame.
struct Header {
    is_last: bool,
    opcode: Opcode,
    mask: [u8; 4],
    /// Bytes of the payload.
    length: usize,
    /// Bytes of the header itself.
    size: usize,
}

impl Header {
    /// Reads the header at the beginning of `bytes`; `None` until it is all there.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
        // Extensions are never agreed on, so the bits kept for them are clear. Clients mask.
        if first & 0x70 != 0 || second & 0x80 == 0 {
            return Err(Fault::Protocol);
        }
        let opcode = match first & 0x0f {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xa => Opcode::Pong,
            _ => return Err(Fault::Protocol),
        };
        let (length, extended) = match second & 0x7f {
            126 => match rest.first_chunk() {
                Some(length) => (u64::from(u16::from_be_bytes(*length)), 2),
                None => return Ok(None),
            },
            127 => match rest.first_chunk() {
                Some(length) => (u64::from_be_bytes(*length), 8),
                None => return Ok(None),
            },
            short => (u64::from(short), 0),
        };
        let is_shortest = match extended {
            2 => length > 125,
            8 => length > u64::from(u16::MAX) && length <= i64::MAX as u64,
            _ => true,
        };
        if !is_shortest {
            return Err(Fault::Protocol);
        }
        let length = usize::try_from(length).map_err(|_| Fault::TooBig)?;
        // The mask is not needed to judge a frame, but a frame without one is not there yet.
        let mask = rest.get(extended..).and_then(|rest| rest.first_chunk()).copied();
        let Some(mask) = mask else { return Ok(None) };
        Ok(Some(Self { is_last: first & 0x80 != 0, opcode, mask, length, size: 2 + extended + mask.len() }))
    }
}

/// Reads the payload of a close frame.
fn read_close(payload: &[u8]) -> Result<Option<u16>, Fault> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok(None) } else { Err(Fault::Protocol) };
    };
    let code = u16::from_be_bytes(*code);
    // Section 7.4 and the IANA registry: the rest is reserved, or must not be seen on the wire.
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(Fault::Protocol);
    }
    std::str::from_utf8(reason).map(|_| Some(code)).map_err(|_| Fault::Utf8)
}

#[cfg(test)]
mod tests;
