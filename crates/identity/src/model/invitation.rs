use rialto_kernel::{Instant, InvalidValue, InvitationId, UserId};

use super::{SecretDigest, SecretToken};

/// Lets people register where registration is by invitation. Its token is known to whoever was given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Names it.
    pub id: InvitationId,
    /// What whoever made it wants to remember.
    pub note: InvitationNote,
    /// Which admin made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops working; `None` is never.
    pub expires_at: Option<Instant>,
    /// How many accounts it is good for; `None` is any number.
    pub max_uses: Option<u32>,
    /// How many accounts were made with it.
    pub uses: u32,
}

impl Invitation {
    /// Whether one more account can be made with it.
    #[must_use]
    pub fn is_usable(&self, at: Instant) -> bool {
        self.expires_at.is_none_or(|end| at < end) && self.max_uses.is_none_or(|most| self.uses < most)
    }
}

/// An invitation about to be kept: its digest, never its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// What is shown of it.
    pub invitation: Invitation,
    /// What a presented token is looked up by.
    pub digest: SecretDigest,
}

/// An invitation and the one time its token is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedInvitation {
    /// What is kept.
    pub invitation: Invitation,
    /// For whoever is invited.
    pub token: SecretToken,
}

/// A few words about whom an invitation is for: at most 200 characters; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationNote(String);

impl InvitationNote {
    /// Reads a note as typed; white space around it is dropped.
    ///
    /// # Errors
    /// `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let note = text.trim();
        InvalidValue::check_length(note, 0, 200)?;
        if note.chars().any(char::is_control) {
            return Err(InvalidValue::new("invalid_character", "must not hold control characters"));
        }
        Ok(Self(note.to_owned()))
    }

    /// The note.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::service::fixtures::{invitation, now};

    #[test]
    fn an_invitation_works_until_it_is_used_up_or_over() {
        let once = Invitation { max_uses: Some(1), ..invitation() };
        assert!(once.is_usable(now()));
        assert!(!Invitation { uses: 1, ..once.clone() }.is_usable(now()));
        assert!(!Invitation { expires_at: Some(now()), ..once.clone() }.is_usable(now()));
        assert!(Invitation { expires_at: Some(now() + Duration::from_secs(1)), ..once }.is_usable(now()));
        assert!(Invitation { max_uses: None, uses: u32::MAX, ..invitation() }.is_usable(now()));
    }

    #[test]
    fn a_note_is_short_and_has_no_control_characters() {
        assert_eq!(InvitationNote::parse(" for Bob ").unwrap().as_str(), "for Bob");
        assert_eq!(InvitationNote::parse(&"x".repeat(201)).unwrap_err().code, "too_long");
        assert_eq!(InvitationNote::parse("a\0b").unwrap_err().code, "invalid_character");
    }
}
