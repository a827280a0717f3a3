//! WebSocket framing (RFC 6455, section 5.2), as far as clients and references of this crate use it: no
//! fragments.

pub const TEXT: u8 = 0x1;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

/// One frame at the start of what was read.
pub struct Frame<'a> {
    pub opcode: u8,
    /// As it came: still masked if it has a mask.
    pub payload: &'a [u8],
    pub mask: Option<[u8; 4]>,
    /// How many bytes the frame takes, header included.
    pub length: usize,
}

impl Frame<'_> {
    /// Appends the payload without its mask.
    pub fn unmask_into(&self, target: &mut Vec<u8>) {
        match self.mask {
            None | Some([0, 0, 0, 0]) => target.extend_from_slice(self.payload),
            Some(mask) => target.extend(self.payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key)),
        }
    }
}

/// The frame at the start of `bytes`; `None` while it is not whole.
pub fn first(bytes: &[u8]) -> Option<Frame<'_>> {
    let [opening, second, ..] = bytes else { return None };
    let (size, mut header) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)).ok()?, 10),
        short => (usize::from(short), 2),
    };
    let mut mask = None;
    if second & 0x80 != 0 {
        mask = Some(*bytes.get(header..)?.first_chunk()?);
        header += 4;
    }
    let length = header + size;
    Some(Frame { opcode: opening & 0x0f, payload: bytes.get(header..length)?, mask, length })
}

/// Appends a frame as a server sends it.
pub fn server_frame(opcode: u8, payload: &[u8], target: &mut Vec<u8>) {
    append(opcode, payload, false, target);
}

/// Appends a frame as a client sends it. Its mask is zero: nobody between here and loopback is to be
/// protected, and masking would only cost.
pub fn client_frame(opcode: u8, payload: &[u8], target: &mut Vec<u8>) {
    append(opcode, payload, true, target);
}

fn append(opcode: u8, payload: &[u8], masked: bool, target: &mut Vec<u8>) {
    let flag = if masked { 0x80 } else { 0 };
    target.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => target.push(flag | short),
        (_, Ok(medium)) => {
            target.push(flag | 126);
            target.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            target.push(flag | 127);
            target.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    if masked {
        target.extend_from_slice(&[0; 4]);
    }
    target.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_framed_is_read_back_at_every_length() {
        for length in [0, 125, 126, 65_535, 65_536] {
            let payload = vec![7; length];
            for encode in [server_frame, client_frame] {
                let mut bytes = Vec::new();
                encode(TEXT, &payload, &mut bytes);
                let whole = bytes.len();
                bytes.push(0);
                let frame = first(&bytes).unwrap();
                assert_eq!((frame.opcode, frame.payload, frame.length), (TEXT, &payload[..], whole));
                assert!(first(&bytes[..whole - 1]).is_none());
            }
        }
    }

    #[test]
    fn a_mask_is_taken_off() {
        let bytes = [0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2];
        let mut payload = Vec::new();
        first(&bytes).unwrap().unmask_into(&mut payload);
        assert_eq!(payload, b"hi");
    }
}
