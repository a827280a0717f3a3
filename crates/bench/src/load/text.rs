//! Fields out of JSON that is known to be flat where it matters, without reading the rest.

/// The text that follows `key`, up to the next quotation mark.
pub fn text_after<'a>(frame: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let rest = after(frame, key)?;
    rest.iter().position(|byte| *byte == b'"').map(|end| &rest[..end])
}

/// The number that follows `key`.
pub fn number_after(frame: &[u8], key: &str) -> Option<u64> {
    let digits = after(frame, key)?.iter().take_while(|byte| byte.is_ascii_digit());
    let mut number = None;
    for digit in digits {
        number = Some(number.unwrap_or(0) * 10 + u64::from(digit - b'0'));
    }
    number
}

fn after<'a>(frame: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let start = frame.windows(key.len()).position(|window| window == key.as_bytes())?;
    Some(&frame[start + key.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_key() {
        let frame = br#"{"type":"event","stream":"c:1","seq":42,"at":"x"}"#;
        assert_eq!(text_after(frame, r#""stream":""#), Some(&b"c:1"[..]));
        assert_eq!(number_after(frame, r#""seq":"#), Some(42));
        assert_eq!(number_after(frame, r#""at":"#), None);
        assert_eq!(text_after(frame, r#""nonce":""#), None);
    }
}
