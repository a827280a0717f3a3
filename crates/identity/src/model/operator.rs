use rialto_kernel::{Instant, SessionId, UserId};

use super::{SecurityAct, SecurityEntry, User};

/// Who runs the server: an admin, or whoever has its command line. Only who is one of them has a value of it, so
/// acts that take one need not ask again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    id: Option<UserId>,
    session_id: Option<SessionId>,
    address: Option<String>,
}

impl Operator {
    /// The user as an operator; `None` unless they are an admin.
    #[must_use]
    pub fn admin(user: &User, session_id: SessionId, address: Option<String>) -> Option<Self> {
        user.runs_the_server().then_some(Self { id: Some(user.id), session_id: Some(session_id), address })
    }

    /// Whoever has the command line, and with it the database.
    #[must_use]
    pub const fn command_line() -> Self {
        Self { id: None, session_id: None, address: None }
    }

    /// Which admin; `None` on the command line.
    #[must_use]
    pub const fn id(&self) -> Option<UserId> {
        self.id
    }

    /// That they did something, perhaps to somebody.
    #[must_use]
    pub fn entry(&self, at: Instant, act: SecurityAct, user_id: Option<UserId>, detail: &str) -> SecurityEntry {
        // The log has no column for it, and an entry that nobody did must still say where it came from.
        let detail = match (self.id, detail) {
            (Some(_), detail) => detail.to_owned(),
            (None, "") => "command line".to_owned(),
            (None, detail) => format!("{detail}; command line"),
        };
        SecurityEntry {
            at,
            act,
            actor: self.id,
            user_id,
            session_id: self.session_id,
            address: self.address.clone(),
            detail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;
    use crate::service::fixtures::{now, session, user};

    #[test]
    fn only_an_admin_whose_account_is_open_is_an_operator() {
        let as_operator = |user: &User| Operator::admin(user, session().id, None);
        let admin = User { role: Role::Admin, ..user() };
        assert_eq!(as_operator(&admin).unwrap().id(), Some(user().id));
        assert_eq!(as_operator(&user()), None);
        assert_eq!(as_operator(&User { role: Role::Guest, ..user() }), None);
        assert_eq!(as_operator(&User { disabled_at: Some(now()), ..admin }), None);
    }

    #[test]
    fn an_entry_of_the_command_line_says_so() {
        let entry = |detail| Operator::command_line().entry(now(), SecurityAct::RoleChanged, None, detail);
        assert_eq!((entry("").actor, entry("").detail.as_str()), (None, "command line"));
        assert_eq!(entry("admin").detail, "admin; command line");
    }
}
