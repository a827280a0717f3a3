//! Messages from bytes: what a client may send, and every way to break it.

use proptest::prelude::*;

use super::*;

const MAX: usize = 1_000;
const MASK: [u8; 4] = [7, 0, 255, 1];

/// A masked frame whose header claims `length`.
fn claiming(first: u8, length: usize, payload: &[u8]) -> Vec<u8> {
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
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    claiming(first, payload.len(), payload)
}

/// All that is received from these bytes, up to the first fault.
fn receive(bytes: &[u8]) -> Result<Vec<Received>, Fault> {
    let mut decoder = Decoder::new(MAX);
    decoder.feed(bytes);
    let mut received = Vec::new();
    while let Some(message) = decoder.next()? {
        received.push(message);
    }
    Ok(received)
}

fn text(text: &str) -> Received {
    Received::Text(text.to_owned())
}

#[test]
fn messages_are_put_together_from_fragments_with_control_frames_between() {
    let bytes = [
        frame(0x81, "whole κ".as_bytes()),
        frame(0x01, &"κ".as_bytes()[..1]),
        frame(0x89, b"still there?"),
        frame(0x00, b""),
        frame(0x80, &"κ".as_bytes()[1..]),
        frame(0x82, &[0xff]),
        frame(0x8a, b""),
        frame(0x88, b"\x03\xe8bye"),
    ];
    let ping = Received::Ping(Bytes::from_static(b"still there?"));
    let expected = [text("whole κ"), ping, text("κ"), Received::Binary, Received::Pong, Received::Close(Some(1000))];
    assert_eq!(receive(&bytes.concat()).unwrap(), expected);
    assert_eq!(receive(&frame(0x88, b"")).unwrap(), [Received::Close(None)]);
}

#[test]
fn a_frame_that_is_too_long_is_refused_by_its_header() {
    for length in [MAX + 1, 70_000, 1 << 33] {
        assert_eq!(receive(&claiming(0x81, length, b"")), Err(Fault::TooBig), "{length}");
        assert_eq!(receive(&claiming(0x89, length, b"")), Err(Fault::Protocol), "{length}");
    }
    let fragments = [frame(0x01, &[b'x'; MAX]), claiming(0x00, 1, b"")];
    assert_eq!(receive(&fragments.concat()), Err(Fault::TooBig));
    assert_eq!(receive(&frame(0x81, &[b'x'; MAX])).unwrap().len(), 1);
}

#[test]
fn what_websocket_forbids_is_a_protocol_fault() {
    let cases: [(&str, Vec<u8>); 13] = [
        ("reserved bits", frame(0xc1, b"")),
        ("an unknown opcode", frame(0x83, b"")),
        ("an unknown control opcode", frame(0x8b, b"")),
        ("no mask", vec![0x81, 0x00]),
        ("a continuation of nothing", frame(0x80, b"")),
        ("text inside a message", [frame(0x01, b"a"), frame(0x81, b"b")].concat()),
        ("a ping in fragments", frame(0x09, b"")),
        ("a long ping", frame(0x89, &[0; 126])),
        ("a close of one byte", frame(0x88, &[3])),
        ("a code nobody may send", frame(0x88, &1005_u16.to_be_bytes())),
        ("a code of nobody", frame(0x88, &2999_u16.to_be_bytes())),
        ("a length in more bytes than it needs", [&[0x81, 0x80 | 126, 0, 1][..], &MASK, b"x"].concat()),
        ("a length below zero", [&[0x81, 0x80 | 127][..], &[0xff; 8], &MASK].concat()),
    ];
    for (name, bytes) in cases {
        assert_eq!(receive(&bytes), Err(Fault::Protocol), "{name}");
    }
}

#[test]
fn invalid_text_is_found_in_the_fragment_that_holds_it() {
    for bytes in [&[0xff][..], b"\xed\xa0\x80", b"\xc0\xaf", b"a\xf4\x90"] {
        assert_eq!(receive(&frame(0x01, bytes)), Err(Fault::Utf8), "{bytes:?}");
    }
    assert_eq!(receive(&frame(0x81, &"κ".as_bytes()[..1])), Err(Fault::Utf8), "an unfinished character at the end");
    assert_eq!(receive(&frame(0x88, b"\x03\xe8\xff")), Err(Fault::Utf8));
}

#[test]
fn fragments_of_a_byte_are_kept_as_bytes() {
    let mut decoder = Decoder::new(MAX);
    decoder.feed(&frame(0x01, b"x"));
    for _ in 1..MAX {
        decoder.feed(&frame(0x00, b"x"));
        assert_eq!(decoder.next(), Ok(None));
    }
    assert!(decoder.buffer.is_empty() && decoder.buffer.capacity() == 0);
    assert!(decoder.begun.as_ref().unwrap().payload.capacity() < 2 * MAX + 64);
}

proptest! {
    #[test]
    fn however_the_bytes_arrive_the_same_is_received(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        cuts in proptest::collection::vec(1_usize..20, 1..50),
    ) {
        let mut stream = frame(0x81, b"first");
        stream.extend(&bytes);
        let at_once = receive(&stream);
        let (mut decoder, mut pieces) = (Decoder::new(MAX), Vec::new());
        let (mut rest, mut outcome) = (&stream[..], Ok(()));
        for cut in cuts.iter().cycle() {
            if rest.is_empty() || outcome.is_err() {
                break;
            }
            let (piece, later) = rest.split_at((*cut).min(rest.len()));
            decoder.feed(piece);
            rest = later;
            loop {
                match decoder.next() {
                    Ok(Some(message)) => pieces.push(message),
                    Ok(None) => break,
                    Err(fault) => {
                        outcome = Err(fault);
                        break;
                    }
                }
            }
        }
        prop_assert_eq!(at_once, outcome.map(|()| pieces));
    }
}
