/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationPolicy {
    /// Who becomes a member.
    pub members: Registration,
    /// Whether anybody may come in without a password.
    pub guests: bool,
}

/// Who becomes a member by asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Nobody: admins make the accounts.
    Closed,
    /// Whoever has an invitation.
    Invitation,
}
