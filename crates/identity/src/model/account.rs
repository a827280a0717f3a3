use rialto_kernel::{Instant, SessionId};

use super::{Email, Role, SecurityAct, User, Username};

/// Which accounts an admin wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// What their username or address starts with.
    pub start: Option<AccountStart>,
    /// Their role.
    pub role: Option<Role>,
    /// Whether they are disabled.
    pub disabled: Option<bool>,
}

/// What names and addresses start with, as they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStart {
    /// The start of a [`Username::key`].
    pub username_key: String,
    /// The start of an [`Email::key`].
    pub email_key: String,
}

impl AccountStart {
    /// What was typed, in any letter case; nothing typed is no condition.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let start = Self { username_key: Username::key_prefix(text), email_key: Email::key_prefix(text) };
        (!text.is_empty()).then_some(start)
    }
}

/// How an admin changes an account; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Whether the user runs the server. Guests cannot.
    pub admin: Option<bool>,
    /// Whether the account is closed.
    pub disabled: Option<bool>,
}

impl AccountChange {
    /// The account before and after it; `None` if a guest were to run the server.
    #[must_use]
    pub fn apply(self, before: User, at: Instant) -> Option<AccountChanged> {
        let role = match (before.role, self.admin) {
            (Role::Guest, Some(true)) => return None,
            (role @ Role::Guest, Some(false)) | (role, None) => role,
            (Role::Admin | Role::Member, Some(true)) => Role::Admin,
            (Role::Admin | Role::Member, Some(false)) => Role::Member,
        };
        let disabled_at = match self.disabled {
            Some(true) => before.disabled_at.or(Some(at)),
            Some(false) => None,
            None => before.disabled_at,
        };
        let after = User { role, disabled_at, ..before.clone() };
        Some(AccountChanged { before, after, ended: Vec::new() })
    }
}

/// An account before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChanged {
    /// As it was.
    pub before: User,
    /// As it is.
    pub after: User,
    /// The sessions that ended with the change.
    pub ended: Vec<SessionId>,
}

impl AccountChanged {
    /// Whether one fewer runs the server.
    #[must_use]
    pub fn takes_an_admin(&self) -> bool {
        self.before.runs_the_server() && !self.after.runs_the_server()
    }

    /// Whether sessions must end: nothing that is open may go on by a right that is gone.
    #[must_use]
    pub fn signs_out(&self) -> bool {
        let is_disabled_now = self.before.disabled_at.is_none() && self.after.disabled_at.is_some();
        is_disabled_now || (self.before.role == Role::Admin && self.after.role != Role::Admin)
    }

    /// What is to be written down: nothing if the account was like that already.
    #[must_use]
    pub fn acts(&self) -> Vec<(SecurityAct, &'static str)> {
        let mut acts = Vec::new();
        if self.before.role != self.after.role {
            acts.push((SecurityAct::RoleChanged, self.after.role.as_str()));
        }
        match (self.before.disabled_at, self.after.disabled_at) {
            (None, Some(_)) => acts.push((SecurityAct::UserDisabled, "")),
            (Some(_), None) => acts.push((SecurityAct::UserEnabled, "")),
            (None, None) | (Some(_), Some(_)) => {}
        }
        acts
    }
}

/// How many accounts there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountCounts {
    /// Who runs the server.
    pub admins: u64,
    /// Who has a password and does not run it.
    pub members: u64,
    /// Who has no password.
    pub guests: u64,
    /// Of all these, whose account is closed.
    pub disabled: u64,
    /// Devices that are signed in and can still refresh.
    pub live_sessions: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{now, user};

    #[test]
    fn what_did_not_change_is_not_written_down() {
        let changed = |after| AccountChanged { before: user(), after, ended: Vec::new() }.acts();
        assert_eq!(changed(user()), []);
        let disabled_admin = User { role: Role::Admin, disabled_at: Some(now()), ..user() };
        assert_eq!(changed(disabled_admin), [(SecurityAct::RoleChanged, "admin"), (SecurityAct::UserDisabled, "")]);
    }

    #[test]
    fn what_is_typed_is_compared_as_names_and_addresses_are() {
        let start = AccountStart::of("ANN@Ex").unwrap();
        assert_eq!((start.username_key.as_str(), start.email_key.as_str()), ("ann@ex", "ann@ex"));
        assert_eq!(AccountStart::of(""), None);
    }

    #[test]
    fn only_who_loses_a_right_is_signed_out() {
        let admin = || User { role: Role::Admin, ..user() };
        let apply = |user, admin, disabled| AccountChange { admin, disabled }.apply(user, now()).unwrap();
        let effects = |changed: AccountChanged| (changed.takes_an_admin(), changed.signs_out());
        assert_eq!(effects(apply(admin(), Some(false), None)), (true, true));
        assert_eq!(effects(apply(admin(), None, Some(true))), (true, true));
        assert_eq!(effects(apply(user(), None, Some(true))), (false, true));
        assert_eq!(effects(apply(user(), Some(true), Some(false))), (false, false));
        let disabled = User { disabled_at: Some(now()), ..admin() };
        assert_eq!(effects(apply(disabled.clone(), Some(false), None)), (false, true));
        assert_eq!(effects(apply(disabled, None, Some(true))), (false, false));
    }

    #[test]
    fn a_guest_never_runs_the_server() {
        let guest = User { role: Role::Guest, ..user() };
        assert_eq!(AccountChange { admin: Some(true), disabled: None }.apply(guest.clone(), now()), None);
        let demoted = AccountChange { admin: Some(false), disabled: None }.apply(guest, now()).unwrap();
        assert_eq!(demoted.after.role, Role::Guest);
    }
}
