//! Which pages may act for their user. Browsers send cookies wherever a page asks them to, so the origin of the page
//! decides (CWE-352, CWE-1385). Origins are compared whole: `https://app.example.org.evil.example` is another.

/// What the `Origin` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// None: not a browser, or a browser that reads from the server's own page.
    Absent,
    /// The server's own page, or one that is named in the settings: it may use the cookie.
    Trusted,
    /// Allowed because every page is; it may not use the cookie.
    Tolerated,
    /// Any other, `null`, given twice, or unreadable.
    Foreign,
}

/// Judges where a request comes from: by its `Origin` headers, its `Host`, and the origins that are allowed. An
/// allowed `*` stands for every page.
#[must_use]
pub fn judge<'a>(origins: impl IntoIterator<Item = &'a [u8]>, host: Option<&[u8]>, allowed: &[String]) -> Origin {
    let mut origins = origins.into_iter();
    let Some(origin) = origins.next() else { return Origin::Absent };
    if origins.next().is_some() {
        return Origin::Foreign;
    }
    let Ok(origin) = str::from_utf8(origin) else { return Origin::Foreign };
    let host = host.and_then(|host| str::from_utf8(host).ok());
    if is_listed(origin, allowed) || host.is_some_and(|host| is_of_host(origin, host)) {
        Origin::Trusted
    } else if allowed.iter().any(|other| other == "*") {
        Origin::Tolerated
    } else {
        Origin::Foreign
    }
}

/// Whether an origin is named among the allowed ones.
#[must_use]
pub fn is_listed(origin: &str, allowed: &[String]) -> bool {
    origin != "*" && allowed.iter().any(|other| other.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

/// Whether an origin names this host and port, the scheme's own port being the same as none.
fn is_of_host(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |authority: &str| authority.strip_suffix(default_port).unwrap_or(authority).to_ascii_lowercase();
    !authority.is_empty() && bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_one(origin: &str, host: &str, allowed: &[String]) -> Origin {
        judge([origin.as_bytes()], Some(host.as_bytes()), allowed)
    }

    #[test]
    fn only_the_same_host_and_named_origins_are_trusted() {
        let allowed = ["https://chat.example.org".to_owned()];
        let judge = |origin| judge_one(origin, "rialto.example:8080", &allowed);
        for origin in ["http://rialto.example:8080", "https://Rialto.example:8080", "https://chat.example.org"] {
            assert_eq!(judge(origin), Origin::Trusted, "{origin}");
        }
        for origin in [
            "null",
            "",
            "*",
            "http://",
            "http://rialto.example",
            "http://rialto.example:80801",
            "http://rialto.example:8080.evil.org",
            "http://rialto.example:8080@evil.org",
            "http://evil.org/rialto.example:8080",
            "http://evilrialto.example:8080",
            "https://chat.example.org.evil.org",
            "https://evil-chat.example.org",
            "http://chat.example.org",
            "file://rialto.example:8080",
        ] {
            assert_eq!(judge(origin), Origin::Foreign, "{origin}");
        }
    }

    #[test]
    fn the_ports_of_the_schemes_go_without_saying() {
        let judge = |origin, host| judge_one(origin, host, &[]);
        assert_eq!(judge("https://a.example", "a.example:443"), Origin::Trusted);
        assert_eq!(judge("http://a.example:80", "a.example"), Origin::Trusted);
        assert_eq!(judge("http://a.example", "a.example:443"), Origin::Foreign);
    }

    #[test]
    fn a_star_lets_everyone_in_without_the_cookie() {
        assert_eq!(judge_one("https://evil.org", "a.example", &["*".to_owned()]), Origin::Tolerated);
    }

    #[test]
    fn no_header_is_no_page_and_two_are_a_trick() {
        assert_eq!(judge([], Some(b"a.example"), &[]), Origin::Absent);
        let own = b"http://a.example".as_slice();
        assert_eq!(judge([own, own], Some(b"a.example"), &[]), Origin::Foreign);
        assert_eq!(judge([b"http://\xff".as_slice()], Some(b"\xff"), &[]), Origin::Foreign);
    }
}
