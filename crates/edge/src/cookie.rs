//! A cookie among others.

/// The value of the first cookie of this name that has one, out of the values of `Cookie` headers.
#[must_use]
pub fn read<'a>(headers: impl IntoIterator<Item = &'a [u8]>, name: &str) -> Option<&'a str> {
    headers
        .into_iter()
        .filter_map(|cookies| str::from_utf8(cookies).ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .map(|(found, value)| (found, value.trim_matches('"')))
        .find_map(|(found, value)| (found == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = || [b"theme=dark; xrialto_access=no".as_slice(), b"\xff", b"rialto_access=a.b.c; empty="];
        assert_eq!(read(headers(), "rialto_access"), Some("a.b.c"));
        assert_eq!(read(headers(), "empty"), None);
        assert_eq!(read([b"a=\"quoted\"".as_slice()], "a"), Some("quoted"));
    }
}
