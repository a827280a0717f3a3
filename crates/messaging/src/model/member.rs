use rialto_kernel::{ConversationId, Instant, UserId};

/// The face a user shows to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub id: UserId,
    /// Unique name.
    pub username: String,
    /// The name people see.
    pub display_name: String,
    /// Where the picture is.
    pub avatar_url: Option<String>,
}

/// A user in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: Profile,
    /// What they may do in it.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: Instant,
    /// May not write until then.
    pub muted_until: Option<Instant>,
}

/// What a member may do in a conversation. Ordered: a greater role may do all that a lesser may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberRole {
    /// Reads.
    Reader,
    /// Reads and writes.
    Member,
    /// Also invites and removes.
    Admin,
    /// Also decides over the conversation itself.
    Owner,
}

impl MemberRole {
    /// Whether the role may send messages.
    #[must_use]
    pub fn may_write(self) -> bool {
        self >= Self::Member
    }

    /// Whether the role may bring users in.
    #[must_use]
    pub fn may_invite(self) -> bool {
        self >= Self::Admin
    }

    /// Whether the role may remove a member of role `other`.
    #[must_use]
    pub fn may_remove(self, other: Self) -> bool {
        self >= Self::Admin && self > other
    }

    /// Whether the role may give a member of role `other` the role `new`: only what is below oneself, to
    /// what is below oneself. Ownership is handed over, not given.
    #[must_use]
    pub fn may_change(self, other: Self, new: Self) -> bool {
        self >= Self::Admin && self > other && self > new
    }

    /// The word used in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Reader => "reader",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Member, Self::Reader].into_iter().find(|role| role.as_str() == word)
    }
}

/// A membership about to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: MemberRole,
    /// Who brings them in; `None` for one who comes by themselves.
    pub invited_by: Option<UserId>,
    /// When.
    pub at: Instant,
}

/// Who asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: UserId,
    /// Guests may talk where they are, but start nothing.
    pub is_guest: bool,
    /// Admins of the server keep order everywhere.
    pub is_admin: bool,
}

#[cfg(test)]
mod tests {
    use super::MemberRole::{Admin, Member, Owner, Reader};

    #[test]
    fn only_a_greater_role_removes() {
        assert!(Owner.may_remove(Admin));
        assert!(Admin.may_remove(Member));
        for (by, of) in [(Admin, Admin), (Admin, Owner), (Member, Reader)] {
            assert!(!by.may_remove(of), "{by:?} {of:?}");
        }
    }

    #[test]
    fn roles_are_given_below_ones_own() {
        assert!(Owner.may_change(Admin, Reader));
        assert!(Admin.may_change(Member, Reader));
        for (by, of, new) in [(Admin, Member, Admin), (Owner, Member, Owner), (Member, Reader, Reader)] {
            assert!(!by.may_change(of, new), "{by:?} {of:?} {new:?}");
        }
    }
}
