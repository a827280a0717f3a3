use rialto_kernel::{Instant, UserId};

use super::{DisplayName, Username};

/// What is left of an account when its user has gone, stored as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDeletion {
    /// Whose.
    pub user_id: UserId,
    /// Takes the place of the username, which is free again.
    pub username: Username,
    /// What others see from now on.
    pub display_name: DisplayName,
    /// Whether what they said goes too.
    pub erase_messages: bool,
    /// When.
    pub at: Instant,
}

/// A deletion of which the rest of the server has not followed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfinishedDeletion {
    /// Whose account it was.
    pub user_id: UserId,
    /// Whether what they said goes too.
    pub erase_messages: bool,
}
