use rialto_kernel::{Instant, SessionId, UserId};

/// Something that happened to an account, written down for those who run the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityEntry {
    /// When.
    pub at: Instant,
    /// What.
    pub act: SecurityAct,
    /// Who did it; `None` when nobody had proven who they are.
    pub actor: Option<UserId>,
    /// Whose account it is about, if it is about one.
    pub user_id: Option<UserId>,
    /// In which session, or about which.
    pub session_id: Option<SessionId>,
    /// The network address it was asked from, where it is known.
    pub address: Option<String>,
    /// More about it, such as the new role; may be empty, never holds a secret.
    pub detail: String,
}

impl SecurityEntry {
    /// That somebody did something to their own account.
    #[must_use]
    pub fn own(at: Instant, act: SecurityAct, user_id: UserId) -> Self {
        Self {
            at,
            act,
            actor: Some(user_id),
            user_id: Some(user_id),
            session_id: None,
            address: None,
            detail: String::new(),
        }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// What happened to an account.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SecurityAct {
            $($(#[$doc])* $name,)+
        }

        impl SecurityAct {
            /// Every act there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

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

acts! {
    /// An account was made.
    Registered = "registered",
    /// A guest came in.
    GuestEntered = "guest_entered",
    /// A guest became a member.
    Upgraded = "upgraded",
    /// Somebody signed in.
    LoggedIn = "logged_in",
    /// Somebody did not prove who they are.
    LogInFailed = "login_failed",
    /// Somebody tried too often and must wait.
    LogInThrottled = "login_throttled",
    /// A session was ended by its own user.
    LoggedOut = "logged_out",
    /// All sessions were ended by their own user.
    LoggedOutEverywhere = "logged_out_everywhere",
    /// A session was ended from another one, or by an admin.
    SessionRevoked = "session_revoked",
    /// A refresh token was used twice, which ended its session.
    RefreshTokenReused = "refresh_token_reused",
    /// A password was changed by who knew the old one.
    PasswordChanged = "password_changed",
    /// A mail that resets the password was asked for.
    PasswordResetAsked = "password_reset_asked",
    /// A password was set anew by such a mail, or by an admin.
    PasswordReset = "password_reset",
    /// An account got another name or address.
    LoginChanged = "login_changed",
    /// A second factor was set up.
    TotpEnabled = "totp_enabled",
    /// A second factor was taken away.
    TotpDisabled = "totp_disabled",
    /// A recovery code took the place of the second factor.
    RecoveryCodeUsed = "recovery_code_used",
    /// A token for a program was made.
    ApiTokenCreated = "api_token_created",
    /// A token for a program was ended.
    ApiTokenRevoked = "api_token_revoked",
    /// Somebody took all their data away.
    DataExported = "data_exported",
    /// An account was deleted by its own user, or by an admin.
    AccountDeleted = "account_deleted",
    /// An account was made by an admin or on the command line.
    UserCreated = "user_created",
    /// A user's role on the server changed.
    RoleChanged = "role_changed",
    /// An account was closed by an admin.
    UserDisabled = "user_disabled",
    /// A closed account was opened again.
    UserEnabled = "user_enabled",
    /// An invitation to register was made.
    InvitationCreated = "invitation_created",
    /// An invitation was taken back.
    InvitationRevoked = "invitation_revoked",
    /// The first admin set the server up.
    ServerSetUp = "server_set_up",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for act in SecurityAct::ALL {
            assert_eq!(SecurityAct::from_word(act.as_str()), Some(*act));
        }
        assert_eq!(SecurityAct::from_word("nonsense"), None);
    }
}
