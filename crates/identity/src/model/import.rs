use rialto_kernel::{Arrival, Instant, Remark, UserId};

/// An account as another server has it: nothing of it is checked.
#[derive(Clone, Default)]
pub struct AccountThere {
    /// Its id there.
    pub id: String,
    /// The name by which it is known.
    pub username: String,
    /// Where mail reaches its owner.
    pub email: Option<String>,
    /// The name people see.
    pub display_name: Option<String>,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// What is kept of the password.
    pub password_hash: Option<String>,
    /// When it was made.
    pub created_at: Option<Instant>,
    /// Whether its owner may not sign in.
    pub disabled: bool,
}

/// What became of an account of another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHere {
    /// Who its owner is here; `None` if the account was refused.
    pub user_id: Option<UserId>,
    /// Whether it came in.
    pub arrival: Arrival,
    /// What is different here, or why it was refused.
    pub remarks: Vec<Remark>,
}

/// How accounts are taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportRules {
    /// Whether an account whose e-mail address somebody has here is theirs. Only for whoever knows that addresses were
    /// checked on both servers: what was said under the account there is said by them here.
    pub merge_by_email: bool,
    /// Whether everything is looked at and nothing stored.
    pub dry_run: bool,
}
