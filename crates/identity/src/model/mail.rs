use super::Email;

/// A letter of plain text to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// To whom. An [`Email`] holds no line break, so that no header can follow it.
    pub to: Email,
    /// What it is about, in one line.
    pub subject: String,
    /// What it says; may hold a link that works once.
    pub text: String,
}

impl Mail {
    /// A letter. Line breaks and whatever else cannot be seen in the subject become spaces: what follows a line break
    /// there would be a header.
    #[must_use]
    pub fn new(to: Email, subject: &str, text: String) -> Self {
        let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { to, subject, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_address_nor_subject_can_hold_a_header() {
        for text in ["ann@example.org\r\nBcc: eve@example.org", "ann@example.org\nBcc:eve@x", "ann@exam\rple.org"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        let mail = Mail::new(Email::parse("ann@example.org").unwrap(), "Hi\r\nBcc: eve@example.org", String::new());
        assert_eq!(mail.subject, "Hi  Bcc: eve@example.org");
    }
}
