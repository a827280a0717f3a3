use super::{DisplayName, Email, User, Username};

/// By what a user signs in from now on. `None` leaves things as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginChange {
    /// The name to be known by.
    pub username: Option<Username>,
    /// Where mail reaches them.
    pub email: Option<Email>,
    /// The name people see.
    pub display_name: Option<DisplayName>,
}

impl LoginChange {
    /// A change of name or address. Who shows their username goes on to do so.
    #[must_use]
    pub fn of(user: &User, username: Option<Username>, email: Option<Email>) -> Self {
        let shows_username = user.display_name == DisplayName::from(&user.username);
        let display_name = username.as_ref().filter(|_| shows_username).map(DisplayName::from);
        Self { username, email, display_name }
    }
}

/// Some of those who have an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPage {
    /// In order of their accounts' making.
    pub members: Vec<User>,
    /// How many there are in all.
    pub total: u64,
}
