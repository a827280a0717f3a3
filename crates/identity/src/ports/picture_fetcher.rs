use async_trait::async_trait;
use rialto_kernel::InvalidValue;

/// Gets a picture that lies elsewhere, once, so that those who look at it are never seen there.
///
/// The address comes from a stranger: what answers to it may be a service of the server's own network. An adapter
/// reaches public addresses only, whatever the address is spelt as or leads to.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PictureFetcher: Send + Sync {
    /// The bytes that lie at an address.
    ///
    /// # Errors
    /// See [`FetchPictureError`]; it does not tell why something did not answer.
    async fn fetch(&self, address: &PictureAddress) -> Result<Vec<u8>, FetchPictureError>;
}

/// Where a picture lies: an address of the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureAddress(String);

impl PictureAddress {
    /// Reads an address as typed. Whether it leads anywhere is for the adapter to say.
    ///
    /// # Errors
    /// `too_long` or `invalid_format`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        InvalidValue::check_length(text, 0, 2_000)?;
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !matches!(scheme.as_deref(), Some("http" | "https")) || !is_plain {
            return Err(InvalidValue::new("invalid_format", "must be an address that starts with https:// or http://"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why there are no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchPictureError {
    /// Nothing answers there that may be asked: a private address answers as one where nothing is.
    #[error("no picture could be loaded from this address")]
    Unreachable,
    /// There is more of it than is taken.
    #[error("the picture at this address is too large")]
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_taken() {
        for good in ["https://example.org/a.png", "HTTP://example.org", " http://[::1]/ "] {
            assert!(PictureAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "ftp://x",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:image/png,x",
            "http://a b",
        ] {
            assert_eq!(PictureAddress::parse(bad).unwrap_err().code, "invalid_format", "{bad}");
        }
        assert_eq!(PictureAddress::parse(&format!("http://{}", "a".repeat(2_000))).unwrap_err().code, "too_long");
    }
}
