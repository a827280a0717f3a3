//! Which pages may open sockets. Browsers send cookies wherever a page connects to, so the origin of the
//! page decides whether it may act for the user (CWE-1385).

use actix_web::HttpRequest;
use actix_web::http::header;

/// What the `Origin` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// None: not a browser.
    Absent,
    /// The server's own page, or one that is named in the settings: it may use the cookie.
    Trusted,
    /// Allowed because every page is; it may not use the cookie.
    Tolerated,
    /// Any other, or unreadable.
    Foreign,
}

/// Judges where a request comes from.
pub(super) fn judge(request: &HttpRequest, allowed: &[String]) -> Origin {
    let mut origins = request.headers().get_all(header::ORIGIN);
    let Some(origin) = origins.next() else { return Origin::Absent };
    if origins.next().is_some() {
        return Origin::Foreign;
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    match origin.to_str() {
        Ok(origin) => judge_text(origin, host, allowed),
        Err(_) => Origin::Foreign,
    }
}

fn judge_text(origin: &str, host: Option<&str>, allowed: &[String]) -> Origin {
    let named = |other: &String| other.trim_end_matches('/').eq_ignore_ascii_case(origin);
    if allowed.iter().any(named) || host.is_some_and(|host| is_of_host(origin, host)) {
        Origin::Trusted
    } else if allowed.iter().any(|other| other == "*") {
        Origin::Tolerated
    } else {
        Origin::Foreign
    }
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

    #[test]
    fn only_the_same_host_and_named_origins_are_trusted() {
        let allowed = ["https://chat.example.org".to_owned()];
        let judge = |origin| judge_text(origin, Some("rialto.example:8080"), &allowed);
        for origin in ["http://rialto.example:8080", "https://Rialto.example:8080", "https://chat.example.org"] {
            assert_eq!(judge(origin), Origin::Trusted, "{origin}");
        }
        for origin in [
            "null",
            "",
            "http://",
            "http://rialto.example",
            "http://rialto.example:80801",
            "http://rialto.example:8080.evil.org",
            "http://evil.org/rialto.example:8080",
            "http://evilrialto.example:8080",
            "https://chat.example.org.evil.org",
            "http://chat.example.org",
            "file://rialto.example:8080",
        ] {
            assert_eq!(judge(origin), Origin::Foreign, "{origin}");
        }
    }

    #[test]
    fn the_ports_of_the_schemes_go_without_saying() {
        let judge = |origin, host| judge_text(origin, Some(host), &[]);
        assert_eq!(judge("https://a.example", "a.example:443"), Origin::Trusted);
        assert_eq!(judge("http://a.example:80", "a.example"), Origin::Trusted);
        assert_eq!(judge("http://a.example", "a.example:443"), Origin::Foreign);
    }

    #[test]
    fn a_star_lets_everyone_in_without_the_cookie() {
        assert_eq!(judge_text("https://evil.org", Some("a.example"), &["*".to_owned()]), Origin::Tolerated);
    }
}
