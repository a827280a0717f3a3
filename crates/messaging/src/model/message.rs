use rialto_kernel::text::is_visible;
use rialto_kernel::{ConversationId, Instant, InvalidValue, MessageId, UserId};

use super::{Actor, Emoji, Profile};

/// Content by a user in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Stable for ever.
    pub id: MessageId,
    /// Where it was said.
    pub conversation_id: ConversationId,
    /// Number of the event that made it, among all events of the conversation.
    pub seq: u64,
    /// Number among the messages of the conversation.
    pub ordinal: u64,
    /// Who said it.
    pub sender: Profile,
    /// What is said now; `None` once it is deleted.
    pub content: Option<MessageContent>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The first message of the thread it belongs to.
    pub thread_root: Option<MessageId>,
    /// The thread it starts or belongs to, as it is now; `None` if nobody has replied.
    pub thread: Option<Thread>,
    /// Whom it mentions, in the order of the text.
    pub mentions: Vec<Mention>,
    /// Who reacted how, the first emoji first.
    pub reactions: Vec<Reaction>,
    /// Since when it is pinned.
    pub pinned_at: Option<Instant>,
    /// When it was last said differently.
    pub edited_at: Option<Instant>,
    /// When it was taken back.
    pub deleted_at: Option<Instant>,
    /// When it was said.
    pub created_at: Instant,
    /// The sender's own mark; shown to the sender alone.
    pub nonce: Nonce,
}

/// What hangs on a message that others replied to in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// How many replies there are, deleted ones included.
    pub replies: u64,
    /// When the last one was said.
    pub last_reply_at: Instant,
}

/// Whom a message mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// A member.
    User {
        /// Who.
        id: UserId,
        /// Their name now.
        username: String,
    },
    /// Everybody in the conversation.
    All,
    /// Everybody who was online then.
    Here,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Which.
    pub emoji: Emoji,
    /// How many users react so.
    pub count: u64,
    /// Whether the reader does; `false` in events, which are the same for all.
    pub mine: bool,
}

/// What a message said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// What it said.
    pub content: MessageContent,
    /// Since when.
    pub at: Instant,
}

/// What is said: 1 to 8,000 characters where it is typed, kept as typed; at least one of them visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageContent(String);

impl MessageContent {
    /// The most characters a message may have.
    pub const MAX_CHARACTERS: usize = 8_000;
    /// The most that a message may have that came by a way which takes longer ones; what stores read.
    pub const LONGEST: usize = 10_240;

    /// Reads content as typed.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::parse_of_at_most(text, Self::MAX_CHARACTERS)
    }

    /// The same where another server's clients say more at once: at most `max` characters, and never more than
    /// [`LONGEST`](Self::LONGEST).
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_of_at_most(text: &str, max: usize) -> Result<Self, InvalidValue> {
        InvalidValue::check_length(text, 1, max.min(Self::LONGEST))?;
        if !is_visible(text) {
            return Err(InvalidValue::new("too_short", "must have at least one visible character"));
        }
        // PostgreSQL's TEXT cannot hold it, and no one types it.
        if text.contains('\0') {
            return Err(InvalidValue::new("invalid_character", "must not hold the NUL character"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mark that a sender gives a message, so that sending it again does not say it again: 1 to 64
/// printable ASCII characters, unique per sender.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// Reads a nonce.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        InvalidValue::check_length(text, 1, 64)?;
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(InvalidValue::new("invalid_character", "must be printable ASCII without spaces"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The nonce of a message whose sender gave none: unique because the id is.
    #[must_use]
    pub fn from_id(id: MessageId) -> Self {
        Self(id.to_string())
    }

    /// The nonce.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message about to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id, if it turns out to be new.
    pub id: MessageId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Who says it.
    pub sender: Actor,
    /// The sender's mark.
    pub nonce: Nonce,
    /// What.
    pub content: MessageContent,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The first message of the thread it belongs to.
    pub thread_root: Option<MessageId>,
    /// Whom it wants to mention.
    pub mentions: WantedMentions,
    /// When.
    pub at: Instant,
}

/// Whom a text wants to mention. Those of them who are members are mentioned; the groups only if the sender
/// [may](super::Standing::may_mention_everyone).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedMentions {
    /// Usernames in folded form ([`rialto_kernel::text::fold`]), in the order of the text.
    pub usernames: Vec<String>,
    /// `@all`.
    pub all: bool,
    /// `@here`, with the users who are online now, members or not.
    pub here: Option<Vec<UserId>>,
}

impl NewMessage {
    /// Whether `earlier`, sent under the same nonce, is this message: then this is a retry, otherwise a
    /// conflict. `original` is what it said first, before any edit; `None` once it is deleted, and then the
    /// content is not compared.
    #[must_use]
    pub fn is_retry_of(&self, earlier: &Message, original: Option<&MessageContent>) -> bool {
        self.conversation_id == earlier.conversation_id
            && self.reply_to == earlier.reply_to
            && self.thread_root == earlier.thread_root
            && original.is_none_or(|original| self.content == *original)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_kept_as_typed_within_bounds() {
        assert_eq!(MessageContent::parse(" hi\n").unwrap().as_str(), " hi\n");
        assert!(MessageContent::parse(&"界".repeat(8_000)).is_ok());
        assert_eq!(MessageContent::parse(&"x".repeat(8_001)).unwrap_err().code, "too_long");
        assert!(MessageContent::parse_of_at_most(&"x".repeat(10_240), usize::MAX).is_ok());
        assert_eq!(MessageContent::parse_of_at_most(&"x".repeat(10_241), usize::MAX).unwrap_err().code, "too_long");
        assert_eq!(MessageContent::parse("").unwrap_err().code, "too_short");
        for nothing in [" \n\t", "\u{200b}", "\u{3164}", "\u{200d}\u{fe0f} \u{2060}"] {
            assert_eq!(MessageContent::parse(nothing).unwrap_err().code, "too_short", "{nothing:?}");
        }
        assert_eq!(MessageContent::parse("a\0b").unwrap_err().code, "invalid_character");
    }

    #[test]
    fn nonces_are_short_printable_ascii() {
        assert!(Nonce::parse("0198f-7c2e.A").is_ok());
        assert_eq!(Nonce::parse("").unwrap_err().code, "too_short");
        assert_eq!(Nonce::parse(&"n".repeat(65)).unwrap_err().code, "too_long");
        assert_eq!(Nonce::parse("a b").unwrap_err().code, "invalid_character");
    }
}
