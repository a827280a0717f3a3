//! A letter as the bytes that travel.

use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use rialto_identity::{Mail, MailError};

/// Tells programs that answer mails to be quiet (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Writes a letter. The library encodes the subject and the text, so that neither can hold a header.
///
/// # Errors
/// `Refused` for an address that is none in the world of mail.
pub fn write(from: &Mailbox, mail: Mail) -> Result<Message, MailError> {
    let refused = |reason: String| MailError::Refused(reason);
    let to =
        mail.to.as_str().parse().map_err(|_| refused("the address is none that mail can be sent to".to_owned()))?;
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| MailError::Unavailable(error.to_string()))?;
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject)
        .message_id(Some(format!("<{random}@{}>", from.email.domain())))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text)
        .map_err(|error| refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use rialto_identity::Email;

    use super::*;

    fn written(to: &str, subject: &str, text: &str) -> Result<String, MailError> {
        let mail = Mail { to: Email::parse(to).unwrap(), subject: subject.to_owned(), text: text.to_owned() };
        let from: Mailbox = "Rialto <rialto@chat.example>".parse().unwrap();
        write(&from, mail).map(|message| String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_letter_says_who_it_is_from_and_that_nobody_need_answer() {
        let letter = written("ann@example.org", "Hi", "text").unwrap();
        for line in ["From: Rialto <rialto@chat.example>", "To: ann@example.org", "Auto-Submitted: auto-generated"] {
            assert!(letter.contains(&format!("{line}\r\n")), "{letter}");
        }
        assert!(letter.contains("@chat.example>\r\n") && letter.contains("Date: "), "{letter}");
    }

    #[test]
    fn no_line_of_a_subject_becomes_a_header() {
        // Past the domain's own care, which leaves no line break in a subject.
        for subject in
            ["Hi\r\nBcc: eve@example.org", "Hi\nBcc: eve@example.org", "Hi\r\n\r\nBcc: eve@example.org", "é\r\nBcc: x"]
        {
            if let Ok(letter) = written("ann@example.org", subject, "text") {
                let (headers, _) = letter.split_once("\r\n\r\n").unwrap();
                assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{letter}");
            }
        }
    }

    #[test]
    fn addresses_that_would_be_two_or_hold_a_command_are_refused() {
        for to in
            ["ann@example.org,eve", "<eve>ann@example.org", "ann>@example.org", "ann@example.org>", "a:b;@example.org"]
        {
            let outcome = written(to, "Hi", "text");
            assert!(matches!(outcome, Err(MailError::Refused(_))), "{to}: {outcome:?}");
        }
    }
}
