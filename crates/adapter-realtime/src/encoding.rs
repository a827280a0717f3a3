//! The WebSocket framing of what the server sends (RFC 6455, section 5.2): unmasked, unfragmented, made
//! once per frame and shared by every socket.

use bytes::Bytes;
use rialto_wire::frame::ServerFrame;

#[derive(Clone, Copy)]
pub(crate) enum Opcode {
    Text = 0x1,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
}

/// The longest header: two bytes and a length of eight.
const ROOM: usize = 10;

/// Encodes a frame as JSON in a text frame, without copying it behind its header.
pub(crate) fn text(frame: &ServerFrame) -> Bytes {
    let mut buffer = vec![0; ROOM];
    if let Err(error) = serde_json::to_writer(&mut buffer, frame) {
        // No wire type can fail to serialise; if one ever does, the client learns that something is missing.
        tracing::error!(%error, "a frame cannot be encoded");
        buffer.truncate(ROOM);
        let internal = br#"{"type":"error","error":{"code":"internal","message":"internal error","retry":true}}"#;
        buffer.extend_from_slice(internal);
    }
    seal(Opcode::Text, buffer)
}

/// Puts a header before a payload.
pub(crate) fn framed(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut buffer = Vec::with_capacity(ROOM + payload.len());
    buffer.resize(ROOM, 0);
    buffer.extend_from_slice(payload);
    seal(opcode, buffer)
}

/// Writes the header into the end of the room that was left for it.
fn seal(opcode: Opcode, mut buffer: Vec<u8>) -> Bytes {
    let length = buffer.len() - ROOM;
    let mut header = [0_u8; ROOM];
    header[0] = 0x80 | opcode as u8;
    let size = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => {
            header[1] = short;
            2
        }
        (_, Ok(medium)) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&medium.to_be_bytes());
            4
        }
        _ => {
            header[1] = 127;
            header[2..].copy_from_slice(&(length as u64).to_be_bytes());
            ROOM
        }
    };
    buffer[ROOM - size..ROOM].copy_from_slice(&header[..size]);
    Bytes::from(buffer).slice(ROOM - size..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_the_length_that_fits() {
        for (length, header) in [
            (0, vec![0x89, 0]),
            (125, vec![0x89, 125]),
            (126, vec![0x89, 126, 0, 126]),
            (65_535, vec![0x89, 126, 255, 255]),
            (65_536, vec![0x89, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let frame = framed(Opcode::Ping, &vec![7; length]);
            assert_eq!(frame[..header.len()], header, "{length}");
            assert_eq!(frame.len(), header.len() + length);
        }
    }
}
