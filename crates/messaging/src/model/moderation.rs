use rialto_kernel::{ConversationId, Instant, InvalidValue, MessageId, ReportId, UserId};

use super::{MessageContent, Profile};

/// Why somebody asks for, or does, something: at most 500 characters without control characters but line
/// breaks; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads a reason as typed; white space around it is dropped.
    ///
    /// # Errors
    /// `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let reason = text.trim();
        InvalidValue::check_length(reason, 0, 500)?;
        if reason.chars().any(|c| c.is_control() && c != '\n') {
            return Err(InvalidValue::new("invalid_character", "must not hold control characters"));
        }
        Ok(Self(reason.to_owned()))
    }

    /// The reason.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message that somebody finds wrong. It keeps what the message said when it was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Where the message is.
    pub conversation_id: ConversationId,
    /// Which message.
    pub message_id: MessageId,
    /// Who said it.
    pub sender: Profile,
    /// What it said then; `None` if it was deleted already.
    pub content: Option<MessageContent>,
    /// Who reports it.
    pub reporter: Profile,
    /// Why.
    pub reason: Reason,
    /// When.
    pub created_at: Instant,
    /// What came of it; `None` while it is open.
    pub closed: Option<ReportClosed>,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportClosed {
    /// Which way.
    pub outcome: ReportOutcome,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

/// Which way a report was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOutcome {
    /// Something was done about it.
    Resolved,
    /// Nothing was wrong.
    Dismissed,
}

impl ReportOutcome {
    /// The word used in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Resolved, Self::Dismissed].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// A user who may not come into a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Who.
    pub user: Profile,
    /// Who decided.
    pub by: UserId,
    /// Why.
    pub reason: Reason,
    /// When.
    pub at: Instant,
}

/// Something that was decided over a conversation or over somebody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Instant,
    /// Who did it.
    pub actor: Profile,
    /// What.
    pub action: AuditAction,
    /// To whom, if to somebody.
    pub user_id: Option<UserId>,
    /// To which message, if to one.
    pub message_id: Option<MessageId>,
    /// More about it: a role, a reason; may be empty.
    pub detail: String,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// What was decided.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $name,)+
        }

        impl AuditAction {
            /// The word used in storage and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Reads the word back.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

actions! {
    /// A member was taken out.
    MemberRemoved = "member.removed",
    /// A member's role was changed; the detail is the new role.
    RoleChanged = "member.role_changed",
    /// A member was silenced; the detail is until when.
    MemberMuted = "member.muted",
    /// A member may write again.
    MemberUnmuted = "member.unmuted",
    /// A user was banned; the detail is the reason.
    UserBanned = "user.banned",
    /// A ban was lifted.
    UserUnbanned = "user.unbanned",
    /// A moderator deleted somebody else's message.
    MessageDeleted = "message.deleted",
    /// Name, topic, visibility or settings were changed; the detail names which.
    ConversationChanged = "conversation.changed",
    /// A report was closed; the detail is the outcome.
    ReportClosed = "report.closed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_short_and_printable() {
        assert_eq!(Reason::parse(" spam\n").unwrap().as_str(), "spam");
        assert_eq!(Reason::parse(&"r".repeat(501)).unwrap_err().code, "too_long");
        assert_eq!(Reason::parse("a\0b").unwrap_err().code, "invalid_character");
    }

    #[test]
    fn actions_are_read_back() {
        assert_eq!(AuditAction::from_word(AuditAction::UserBanned.as_str()), Some(AuditAction::UserBanned));
        assert_eq!(AuditAction::from_word("x"), None);
    }
}
