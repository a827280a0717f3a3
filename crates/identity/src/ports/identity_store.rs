use async_trait::async_trait;
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use crate::model::{
    GuestUpgrade, Login, LoginChange, MemberPage, NewAccount, NewRefreshToken, PasswordHash, Redemption, Session,
    Sought, User,
};

/// Keeps accounts, credentials, sessions and refresh tokens. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait IdentityStore: Send + Sync {
    /// Stores user, credential, session and first refresh token, and uses the invitation up if there is one, all
    /// or none.
    ///
    /// # Errors
    /// `InvitationInvalid` unless the invitation is [usable](crate::Invitation::is_usable) when the account is
    /// made, `UsernameTaken` if [`Username::key`](crate::Username::key) exists, `EmailTaken` if
    /// [`Email::key`](crate::Email::key) exists; of two at once, one wins. An invitation is never used more often
    /// than it may be.
    async fn insert_account(&self, account: NewAccount) -> Result<(), InsertAccountError>;

    /// Makes the guest whose session it is a member, in one act: username, address, password and role are
    /// stored, the session's unused refresh token counts as used and the new one is stored, and the invitation is
    /// used up if there is one. The user's id, and all that hangs on it, stays. Answers the session and its user as they are now.
    ///
    /// # Errors
    /// In this order: `SessionEnded` if there is no such live session, `NotAGuest` if its user is none,
    /// `UsernameTaken` and `EmailTaken` if another user's key is the same; and
    /// `InvitationInvalid` unless the invitation is usable. Nothing is stored then. Of two
    /// upgrades of one guest, or to one name, at once, one wins.
    async fn upgrade_guest(&self, upgrade: GuestUpgrade) -> Result<(Session, User), UpgradeGuestError>;

    /// The account that a login names, with its password hash; `None` if there is no such account or it
    /// has no password. Disabled ones are found too: whoever asks must look.
    async fn find_credentials(&self, login: &Login) -> Result<Option<(User, PasswordHash)>, StoreError>;

    /// Opens a session with its first refresh token.
    async fn insert_session(&self, session: Session, refresh_token: NewRefreshToken) -> Result<(), StoreError>;

    /// Trades a refresh token for its replacement, in one act: an unused, unexpired token of a live session
    /// is marked used, with its retry key, and the replacement stored. A token that was used before is rotated
    /// again if it comes with the very key that it was used with, has not expired, and the replacement that it got is
    /// unused still: that replacement counts as used from now on, and the new one takes its place. A redemption with that
    /// key that is older than the one that was last answered is `Overtaken`, and changes nothing: it is a request that
    /// its client gave up. In every other case a token that was used before revokes its whole session. So a session never
    /// has two unused tokens. Of several redemptions of one token at once without a key exactly one is `Rotated`.
    ///
    /// A disabled user has no live session. With `Rotated` the session counts as used at that instant, from that address.
    async fn redeem_refresh_token(&self, redemption: Redemption) -> Result<Redeemed, StoreError>;

    /// The session and its user, if the session is not revoked and the user not disabled.
    async fn find_live_session(&self, id: SessionId) -> Result<Option<(Session, User)>, StoreError>;

    /// Ends a session; `false` if it had ended before or never was.
    async fn revoke_session(&self, id: SessionId, at: Instant) -> Result<bool, StoreError>;

    /// Ends every live session of a user and names them.
    async fn revoke_sessions_of(&self, user_id: UserId, at: Instant) -> Result<Vec<SessionId>, StoreError>;

    /// A user by id.
    async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// Users who are [`Sought`], in order of [`Username::key`](crate::Username::key); guests and deleted accounts are
    /// left out. Display names are looked at by [`DisplayName::index`](crate::DisplayName::index).
    async fn list_users(
        &self,
        sought: &Sought,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError>;

    /// Those who have an account, guests and deleted accounts left out, in order of [`User::id`]: `limit` of them after the
    /// first `skipped`, and how many there are.
    async fn list_members(&self, skipped: u64, limit: PageLimit) -> Result<MemberPage, StoreError>;

    /// Somebody who has an account; `None` for guests and deleted accounts.
    async fn find_member(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// Changes by what a member signs in, all that is given or nothing. With another address the links of mails that
    /// reset the password end: they went to the old one.
    ///
    /// # Errors
    /// `UnknownUser` unless there is such a member, `UsernameTaken` and `EmailTaken` if another user's key is the same; of
    /// two at once, one wins.
    async fn change_login(&self, id: UserId, change: LoginChange) -> Result<User, ChangeLoginRefusal>;
}

/// Why a user goes on to sign in by what they did.
#[derive(Debug, thiserror::Error)]
pub enum ChangeLoginRefusal {
    /// There is no such member.
    #[error("there is no such user")]
    UnknownUser,
    /// Somebody else has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody else has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an account was not stored.
#[derive(Debug, thiserror::Error)]
pub enum InsertAccountError {
    /// Somebody has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// There is no such invitation, or it is over or used up.
    #[error("the invitation is not valid any more; ask for another one")]
    InvitationInvalid,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a guest did not become a member.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeGuestError {
    /// The session is not live.
    #[error("the session has ended")]
    SessionEnded,
    /// The user has an account already.
    #[error("only a guest can become a member")]
    NotAGuest,
    /// Somebody else has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody else has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// There is no such invitation, or it is over or used up.
    #[error("the invitation is not valid any more; ask for another one")]
    InvitationInvalid,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of presenting a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "the large variant is the ordinary one")]
pub enum Redeemed {
    /// The replacement is stored and works.
    Rotated {
        /// The session that goes on.
        session: Session,
        /// Whose it is.
        user: User,
    },
    /// The token had been used before: the session is revoked now.
    Reused {
        /// The session that ended.
        session_id: SessionId,
        /// Whose it was.
        user_id: UserId,
    },
    /// The same client has asked again meanwhile, and was answered.
    Overtaken,
    /// The token is too old.
    Expired,
    /// No such token, or its session has ended.
    Unknown,
}
