use std::fmt;

use rialto_kernel::{Instant, UserId};

use super::{DisplayName, Email, PresenceSetting, Username};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Stable for ever.
    pub id: UserId,
    /// Unique in any letter case.
    pub username: Username,
    /// Shown only to the user and to admins; guests have none.
    pub email: Option<Email>,
    /// The name people see.
    pub display_name: DisplayName,
    /// A few words about oneself; may be empty.
    pub bio: String,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// What the user may do.
    pub role: Role,
    /// Whether others see that the user is there; shown to the user alone.
    pub presence: PresenceSetting,
    /// When the account was made.
    pub created_at: Instant,
    /// Since when it is closed: nobody signs in to it. Shown only to admins.
    pub disabled_at: Option<Instant>,
}

impl User {
    /// Whether they are an admin whose account is open.
    #[must_use]
    pub fn runs_the_server(&self) -> bool {
        self.role == Role::Admin && self.disabled_at.is_none()
    }

    /// A new account, which shows nothing of its owner but the name.
    #[must_use]
    pub fn new(id: UserId, username: Username, email: Option<Email>, role: Role, created_at: Instant) -> Self {
        Self {
            id,
            display_name: DisplayName::from(&username),
            username,
            email,
            bio: String::new(),
            avatar_url: None,
            role,
            presence: PresenceSetting::default(),
            created_at,
            disabled_at: None,
        }
    }
}

/// What a user may do on the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the server.
    Admin,
    /// Has a password.
    Member,
    /// Has a name and a session, but no password.
    Guest,
}

impl Role {
    /// The word used in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Guest => "guest",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Admin, Self::Member, Self::Guest].into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a person types to say who they are: a username or an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// Without an `@`.
    Username(Username),
    /// With an `@`.
    Email(Email),
}

impl Login {
    /// `None` when no account can have such a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('@') {
            Email::parse(text).ok().map(Self::Email)
        } else {
            Username::parse(text).ok().map(Self::Username)
        }
    }
}
