use rialto_kernel::Instant;

use super::User;

/// Somebody whom one has blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Whom.
    pub user: User,
    /// When.
    pub at: Instant,
}
