use std::time::Duration;

use rialto_kernel::text::{fold, is_hidden, is_joiner, is_visible};
use rialto_kernel::{ConversationId, Instant, InvalidValue, UserId};
use uuid::Uuid;

use super::{Epoch, MemberRole, Message, ReadState};

/// The well-known channel that everyone is in, guests too. The same id on every server, so that a
/// client can open it without looking for it: a well-formed UUIDv7 of the epoch's first instant.
pub const LOBBY: ConversationId = ConversationId::from_uuid(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

/// Where messages live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Stable for ever.
    pub id: ConversationId,
    /// Direct, group or channel.
    pub kind: ConversationKind,
    /// `None` for direct conversations.
    pub name: Option<ConversationName>,
    /// What it is about; may be empty.
    pub topic: Topic,
    /// Who may find and join it.
    pub visibility: Visibility,
    /// When it was made.
    pub created_at: Instant,
    /// Number of the last logged event; 0 when there is none.
    pub last_seq: u64,
    /// Number of the last message; 0 when there is none.
    pub last_ordinal: u64,
    /// When the last event was logged.
    pub last_event_at: Instant,
    /// Which history the numbers belong to.
    pub epoch: Epoch,
    /// Since when nobody writes in it any more.
    pub archived_at: Option<Instant>,
    /// How people talk in it.
    pub settings: ConversationSettings,
}

/// How people talk in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationSettings {
    /// How many seconds a member waits between two messages; 0 to [`MAX_SLOWMODE_S`](Self::MAX_SLOWMODE_S).
    pub slowmode_s: u32,
    /// Whether guests may write; counts in channels only.
    pub guests_may_write: bool,
    /// Whether members see how far the others have read.
    pub receipts: bool,
}

impl ConversationSettings {
    /// Six hours.
    pub const MAX_SLOWMODE_S: u32 = 21_600;

    /// What a new conversation starts with: receipts between people who know one another, none in channels.
    #[must_use]
    pub fn of_new(kind: ConversationKind) -> Self {
        Self { slowmode_s: 0, guests_may_write: false, receipts: kind != ConversationKind::Channel }
    }

    /// The pause between two messages of a member.
    #[must_use]
    pub const fn slowmode(&self) -> Duration {
        Duration::from_secs(self.slowmode_s as u64)
    }
}

/// What kind of conversation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConversationKind {
    /// Two users, one conversation per pair.
    Direct,
    /// Named, by invitation.
    Group,
    /// Named uniquely; joinable when public.
    Channel,
}

impl ConversationKind {
    /// The word used in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Channel => "channel",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Direct, Self::Group, Self::Channel].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who may find and join a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Listed in the directory; any user may join. Channels only.
    Public,
    /// Known to its members alone.
    Private,
}

impl Visibility {
    /// The word used in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Public, Self::Private].into_iter().find(|visibility| visibility.as_str() == word)
    }
}

/// The name of a group or channel: 1 to 100 characters on one line, none of them hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationName(String);

impl ConversationName {
    const MAX_KEY_CHARACTERS: usize = 300;

    /// Reads a name as typed; white space around it is dropped.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let name = text.trim();
        InvalidValue::check_length(name, 1, 100)?;
        if name.chars().any(is_hidden) {
            return Err(InvalidValue::new("invalid_character", "must not hold invisible or direction characters"));
        }
        if !is_visible(name) {
            return Err(InvalidValue::new("too_short", "must have at least one visible character"));
        }
        // A few characters stand for many: without them a key would outgrow what a store can index.
        InvalidValue::check_length(&key_of(name), 1, Self::MAX_KEY_CHARACTERS)?;
        Ok(Self(name.to_owned()))
    }

    /// What is called so has no name that could be one.
    #[must_use]
    pub fn unnamed() -> Self {
        Self("conversation".to_owned())
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique among channels: the name without what does not tell names apart, such as the
    /// case of letters.
    #[must_use]
    pub fn key(&self) -> String {
        key_of(&self.0)
    }
}

/// The name without the case of letters, compatibility forms, joiners, and with single spaces.
fn key_of(name: &str) -> String {
    let shown: String = name.chars().filter(|c| !is_joiner(*c)).collect();
    fold(&shown).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a conversation is about: at most 500 characters without control characters but line breaks and
/// tabs; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    /// Reads a topic as typed; white space around it is dropped.
    ///
    /// # Errors
    /// `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let topic = text.trim();
        InvalidValue::check_length(topic, 0, 500)?;
        if topic.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(InvalidValue::new("invalid_character", "must not hold control characters"));
        }
        Ok(Self(topic.to_owned()))
    }

    /// The topic.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A conversation about to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConversation {
    /// Its id.
    pub id: ConversationId,
    /// What it is.
    pub kind: NewConversationKind,
    /// What it is about.
    pub topic: Topic,
    /// How people talk in it.
    pub settings: ConversationSettings,
    /// Its first members, each with a role; logged as `member.added` in this order.
    pub members: Vec<(UserId, MemberRole)>,
    /// Its first epoch.
    pub epoch: Epoch,
    /// When.
    pub at: Instant,
}

/// What a new conversation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewConversationKind {
    /// Between the two members.
    Direct,
    /// A group of this name.
    Group(ConversationName),
    /// A channel of this name.
    Channel(ConversationName, Visibility),
}

impl NewConversationKind {
    /// The kind without its name.
    #[must_use]
    pub const fn kind(&self) -> ConversationKind {
        match self {
            Self::Direct => ConversationKind::Direct,
            Self::Group(_) => ConversationKind::Group,
            Self::Channel(..) => ConversationKind::Channel,
        }
    }

    /// The name, if the kind has one.
    #[must_use]
    pub const fn name(&self) -> Option<&ConversationName> {
        match self {
            Self::Direct => None,
            Self::Group(name) | Self::Channel(name, _) => Some(name),
        }
    }

    /// Who may find it; only channels can be public.
    #[must_use]
    pub const fn visibility(&self) -> Visibility {
        match self {
            Self::Direct | Self::Group(_) => Visibility::Private,
            Self::Channel(_, visibility) => *visibility,
        }
    }
}

/// A conversation as one of its members sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationSummary {
    /// The conversation.
    pub conversation: Conversation,
    /// The reader's role in it; `None` when the reader only sees it because it is public.
    pub role: Option<MemberRole>,
    /// How many members it has.
    pub members_count: u64,
    /// The newest message; `None` when there is none or the reader is no member.
    pub last_message: Option<Message>,
    /// What the reader has read; `None` when the reader is no member.
    pub read: Option<ReadState>,
}

/// What is to be different about a conversation; `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationChanges {
    /// Its name.
    pub name: Option<ConversationName>,
    /// What it is about.
    pub topic: Option<Topic>,
    /// Who may find and join it.
    pub visibility: Option<Visibility>,
    /// Whether it is archived.
    pub archived: Option<bool>,
    /// How long members wait between two messages, in seconds.
    pub slowmode_s: Option<u32>,
    /// Whether guests may write.
    pub guests_may_write: Option<bool>,
    /// Whether members see how far the others have read.
    pub receipts: Option<bool>,
}

impl ConversationChanges {
    /// The conversation with the changes made at `at`.
    #[must_use]
    pub fn applied_to(&self, conversation: &Conversation, at: Instant) -> Conversation {
        let mut changed = conversation.clone();
        changed.name = self.name.clone().or(changed.name);
        changed.topic = self.topic.clone().unwrap_or(changed.topic);
        changed.visibility = self.visibility.unwrap_or(changed.visibility);
        changed.archived_at = match self.archived {
            Some(true) => changed.archived_at.or(Some(at)),
            Some(false) => None,
            None => changed.archived_at,
        };
        changed.settings.slowmode_s = self.slowmode_s.unwrap_or(changed.settings.slowmode_s);
        changed.settings.guests_may_write = self.guests_may_write.unwrap_or(changed.settings.guests_may_write);
        changed.settings.receipts = self.receipts.unwrap_or(changed.settings.receipts);
        changed
    }

    /// The names of what is to be different, for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        let named = [
            ("name", self.name.is_some()),
            ("topic", self.topic.is_some()),
            ("visibility", self.visibility.is_some()),
            ("archived", self.archived.is_some()),
            ("slowmode", self.slowmode_s.is_some()),
            ("guests_may_write", self.guests_may_write.is_some()),
            ("receipts", self.receipts.is_some()),
        ];
        named.iter().filter(|(_, is_named)| *is_named).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// The least role that may make them: who may find a conversation and whether it goes on is the owner's.
    #[must_use]
    pub fn needed_role(&self) -> MemberRole {
        if self.visibility.is_some() || self.archived.is_some() { MemberRole::Owner } else { MemberRole::Admin }
    }
}

/// A public channel in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelListing {
    /// The channel.
    pub conversation: Conversation,
    /// How many members it has.
    pub members_count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_one_name_or_none() {
        let key = |text| ConversationName::parse(text).unwrap().key();
        for twin in ["LOBBY", " lobby ", "ｌｏｂｂｙ", "lob\u{200d}by", "lobby\u{fe0f}", "𝐥𝐨𝐛𝐛𝐲"] {
            assert_eq!(key(twin), "lobby", "{twin:?}");
        }
        assert_eq!(key("Straße"), key("STRASSE"));
        assert_eq!(key("café"), key("cafe\u{301}"));
        assert_eq!(key("the \u{a0}crew"), key("The crew"));
        for hidden in ['\u{200b}', '\u{202e}', '\u{ad}', '\u{3164}', '\u{2028}', '\u{feff}', '\n'] {
            let refusal = ConversationName::parse(&format!("lob{hidden}by")).unwrap_err();
            assert_eq!(refusal.code, "invalid_character", "{hidden:?}");
        }
        assert_eq!(ConversationName::parse("\u{200d}\u{fe0f}").unwrap_err().code, "too_short");
        assert_eq!(ConversationName::parse(&"\u{fdfa}".repeat(100)).unwrap_err().code, "too_long");
        assert!(ConversationName::parse("👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}").is_ok());
    }

    #[test]
    fn topics_may_be_empty_but_hold_no_control_characters() {
        assert_eq!(Topic::parse("  ").unwrap().as_str(), "");
        assert_eq!(Topic::parse("a\nb").unwrap().as_str(), "a\nb");
        assert_eq!(Topic::parse("a\0b").unwrap_err().code, "invalid_character");
        assert_eq!(Topic::parse(&"t".repeat(501)).unwrap_err().code, "too_long");
    }
}
