use rialto_kernel::InvalidValue;
use rialto_kernel::text::{is_hidden, is_joiner};
use unicode_normalization::UnicodeNormalization;

/// An e-mail address, checked only as far as form goes: whether it is someone's, a mail must tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address: one `@` with something before it and a host name after it, at most 254 bytes
    /// (RFC 5321, section 4.5.3.1.3), no white space and nothing that cannot be seen.
    ///
    /// # Errors
    /// `invalid_format` or `too_long`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if text.len() > 254 {
            return Err(InvalidValue::new("too_long", "must have at most 254 bytes"));
        }
        let well_formed = text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && !host.contains('@')
                && host.split('.').all(|label| !label.is_empty())
                && text.chars().all(|c| !c.is_whitespace() && !is_hidden(c) && !is_joiner(c))
        });
        if !well_formed {
            return Err(InvalidValue::new("invalid_format", "must be an e-mail address such as ann@example.org"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as its owner writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique: the address in lower case, its letters composed.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_prefix(&self.0)
    }

    /// What the key of every address that starts with `prefix` starts with.
    #[must_use]
    pub fn key_prefix(prefix: &str) -> String {
        prefix.nfc().flat_map(char::to_lowercase).nfc().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_local_part_and_a_host() {
        assert!(Email::parse("ann@example.org").is_ok());
        assert!(Email::parse("ann@localhost").is_ok());
        for text in ["ann", "@example.org", "ann@", "a@b@c", "ann@exa mple.org", "ann@example..org"] {
            assert_eq!(Email::parse(text).unwrap_err().code, "invalid_format", "{text:?}");
        }
    }

    #[test]
    fn addresses_that_look_the_same_are_the_same_or_refused() {
        let key = |text| Email::parse(text).unwrap().key();
        assert_eq!(key("Ren\u{e9}@Example.org"), key("rene\u{301}@example.org"));
        for hidden in ['\u{200b}', '\u{ad}', '\u{202e}', '\u{2060}', '\u{feff}'] {
            let text = format!("ann{hidden}@example.org");
            assert_eq!(Email::parse(&text).unwrap_err().code, "invalid_format", "{text:?}");
        }
    }
}
