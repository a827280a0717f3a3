use rialto_kernel::text::{is_hidden, is_joiner};
use rialto_kernel::{InvalidValue, UserId};

use super::{DisplayName, Picture};

/// A few words about oneself: at most 500 characters, none of them hidden; may be empty, may have several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bio(String);

impl Bio {
    /// Reads words as typed; white space around them is dropped.
    ///
    /// # Errors
    /// `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let bio = text.trim();
        InvalidValue::check_length(bio, 0, 500)?;
        // Of the joiners those of emoji and of scripts that need them may stay; tags draw nothing by themselves.
        let is_refused = |c| c != '\n' && (is_hidden(c) || (is_joiner(c) && matches!(c, '\u{e0020}'..='\u{e007f}')));
        if bio.chars().any(is_refused) {
            let message = "must not hold invisible, direction or control characters but line breaks";
            return Err(InvalidValue::new("invalid_character", message));
        }
        Ok(Self(bio.to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether others see that one is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PresenceSetting {
    /// They do.
    #[default]
    Shown,
    /// To them one is offline, and never was there.
    Hidden,
}

impl PresenceSetting {
    /// The word used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Hidden => "hidden",
        }
    }

    /// Whether it is hidden, as stores keep it.
    #[must_use]
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::Hidden)
    }

    /// Reads it back.
    #[must_use]
    pub const fn from_hidden(hidden: bool) -> Self {
        if hidden { Self::Hidden } else { Self::Shown }
    }
}

/// What becomes of a profile. `None` leaves things as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChanges {
    /// The name people see.
    pub display_name: Option<DisplayName>,
    /// A few words about oneself.
    pub bio: Option<Bio>,
    /// The picture.
    pub avatar: Option<AvatarChange>,
    /// Whether others see that one is there.
    pub presence: Option<PresenceSetting>,
}

/// What becomes of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AvatarChange {
    /// It is this one from now on.
    Put(Picture),
    /// There is none any more.
    Removed,
}

/// Where this server shows the picture of a user. The version makes every picture an address of its own.
#[must_use]
pub fn avatar_url(user_id: UserId, picture: &Picture) -> String {
    format!("/api/v1/users/{user_id}/avatar?v={}", picture.version())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bio_has_lines_and_emoji_but_nothing_hidden() {
        let text = "Climber.\nLikes \u{1f468}\u{200d}\u{1f469} ❤\u{fe0f}";
        assert_eq!(Bio::parse(&format!("  {text} \n")).unwrap().as_str(), text);
        assert_eq!(Bio::parse("").unwrap(), Bio::default());
        assert!(Bio::parse(&"é".repeat(500)).is_ok());
        assert_eq!(Bio::parse(&"é".repeat(501)).unwrap_err().code, "too_long");
        for hidden in ['\u{202e}', '\u{200b}', '\t', '\r', '\0', '\u{2066}', '\u{e0041}', '\u{1b}'] {
            assert_eq!(Bio::parse(&format!("a{hidden}b")).unwrap_err().code, "invalid_character", "{hidden:?}");
        }
    }
}
