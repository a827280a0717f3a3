//! The `Authorization` header (RFC 9110, section 11.6.2), as far as it holds a bearer token (RFC 6750, section 2.1).

use std::str;

/// What an `Authorization` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization<'h> {
    /// There is none.
    Absent,
    /// A bearer token; empty where there is a scheme without one.
    Bearer(&'h str),
    /// Another scheme, or none. It is not ours to judge: a proxy may have its own.
    Other,
    /// It is no text.
    Unreadable,
}

impl<'h> Authorization<'h> {
    /// Reads the value of the header, if there is one.
    #[must_use]
    pub fn read(value: Option<&'h [u8]>) -> Self {
        let Some(value) = value else { return Self::Absent };
        let is_text = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        let Some(value) = str::from_utf8(value).ok().filter(|_| is_text).map(str::trim) else {
            return Self::Unreadable;
        };
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if scheme.eq_ignore_ascii_case("bearer") { Self::Bearer(token.trim()) } else { Self::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_what_stands_behind_the_scheme() {
        for (value, said) in [
            ("Bearer abc.def", Authorization::Bearer("abc.def")),
            ("bEARER  abc ", Authorization::Bearer("abc")),
            (" Bearer abc", Authorization::Bearer("abc")),
            ("Bearer", Authorization::Bearer("")),
            ("Bearer ", Authorization::Bearer("")),
            ("Basic YTpi", Authorization::Other),
            ("abc.def", Authorization::Other),
            ("", Authorization::Other),
            ("Bearer ä", Authorization::Unreadable),
            ("Bearer a\0", Authorization::Unreadable),
        ] {
            assert_eq!(Authorization::read(Some(value.as_bytes())), said, "{value:?}");
        }
        assert_eq!(Authorization::read(None), Authorization::Absent);
    }
}
