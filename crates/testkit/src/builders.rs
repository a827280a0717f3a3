//! Valid values in few words. Whatever a test does not care about has a plain default; what it does
//! care about it changes with struct update syntax.

use chrono::TimeDelta;
use rialto_identity::{
    AccountDeletion, ApiToken, ApiTokenName, Device, DisplayName, Email, GuestUpgrade, Invitation, InvitationNote,
    NewAccount, NewApiToken, NewInvitation, NewRefreshToken, NewReset, NewTicket, Password, PasswordHash, Picture,
    PresenceSetting, Redemption, RefreshDigest, ResetDigest, Role, Scopes, SecretDigest, Session, Sought, TicketDigest,
    TicketHolder, User, Username,
};
use rialto_kernel::text::fold;
use rialto_kernel::{ConversationId, Instant, MessageId, PageLimit, SessionId, UserId};
use rialto_messaging::{
    Actor, ConversationName, Emoji, Mentions, MessageContent, NewMessage, Nonce, Profile, Reason, WantedMentions,
};
use rialto_portfolio::AssetId;

use crate::ids::FakeIds;

/// A username.
#[must_use]
pub fn username(text: &str) -> Username {
    Username::parse(text).unwrap()
}

/// An e-mail address.
#[must_use]
pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// A password.
#[must_use]
pub fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

/// A conversation's name.
#[must_use]
pub fn conversation_name(text: &str) -> ConversationName {
    ConversationName::parse(text).unwrap()
}

/// What a message says.
#[must_use]
pub fn content(text: &str) -> MessageContent {
    MessageContent::parse(text).unwrap()
}

/// An emoji.
#[must_use]
pub fn emoji(text: &str) -> Emoji {
    Emoji::parse(text).unwrap()
}

/// Why somebody does something.
#[must_use]
pub fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

/// A sender's mark.
#[must_use]
pub fn nonce(text: &str) -> Nonce {
    Nonce::parse(text).unwrap()
}

/// An asset.
#[must_use]
pub fn asset(text: &str) -> AssetId {
    AssetId::parse(text).unwrap()
}

/// How many items a page may hold.
#[must_use]
pub fn limit(items: u64) -> PageLimit {
    PageLimit::parse(items).unwrap()
}

/// A member of this name, whose address is the name at `example.org`.
#[must_use]
pub fn user(ids: &FakeIds, name: &str, at: Instant) -> User {
    User {
        id: ids.next(),
        username: username(name),
        email: Some(email(&format!("{name}@example.org"))),
        display_name: DisplayName::parse(name).unwrap(),
        bio: String::new(),
        avatar_url: None,
        role: Role::Member,
        presence: PresenceSetting::Shown,
        created_at: at,
        disabled_at: None,
    }
}

/// The face that a user shows to others.
#[must_use]
pub fn profile(user: &User) -> Profile {
    Profile {
        id: user.id,
        username: user.username.as_str().to_owned(),
        display_name: user.display_name.as_str().to_owned(),
        avatar_url: user.avatar_url.clone(),
    }
}

/// A signed-in device of a user.
#[must_use]
pub fn session(ids: &FakeIds, user_id: UserId, at: Instant) -> Session {
    let device = Device::new("testkit/1.0 (“quoted”; 世界)", Some("2001:db8::1".to_owned()));
    Session { id: ids.next(), user_id, device, created_at: at }
}

/// A refresh token with a digest of its own, good for a week from `at`.
#[must_use]
pub fn refresh_token(ids: &FakeIds, at: Instant) -> NewRefreshToken {
    let id: uuid::Uuid = ids.next();
    NewRefreshToken { id: id.into(), digest: RefreshDigest(digest_of(id)), expires_at: at + TimeDelta::days(7) }
}

/// Trades a refresh token for another one, without a key and from nowhere in particular.
#[must_use]
pub fn redemption(digest: RefreshDigest, replacement: NewRefreshToken, at: Instant) -> Redemption {
    Redemption { digest, retry_key: None, replacement, address: None, at }
}

/// A reset token of a user, good for an hour from `at`.
#[must_use]
pub fn reset(ids: &FakeIds, user: &User, at: Instant) -> NewReset {
    NewReset {
        digest: ResetDigest(digest_of(ids.next())),
        user_id: user.id,
        email: user.email.clone().unwrap(),
        at,
        expires_at: at + TimeDelta::hours(1),
    }
}

/// Bytes from both ends of the range, so that a store that reads them as text is found out.
fn digest_of(id: uuid::Uuid) -> [u8; 32] {
    let mut digest = [0xff; 32];
    digest[..16].copy_from_slice(id.as_bytes());
    digest[16] = 0;
    digest
}

/// A digest that no other secret has.
#[must_use]
pub fn secret(ids: &FakeIds) -> SecretDigest {
    SecretDigest(digest_of(ids.next()))
}

/// An invitation for anybody, for ever, with a digest of its own.
#[must_use]
pub fn invitation(ids: &FakeIds, at: Instant) -> NewInvitation {
    let invitation = Invitation {
        id: ids.next(),
        note: InvitationNote::parse("for “friends”; 世界").unwrap(),
        created_by: Some(ids.next()),
        created_at: at,
        expires_at: None,
        max_uses: None,
        uses: 0,
    };
    NewInvitation { invitation, digest: secret(ids) }
}

/// An API token of a user for ever, with a digest of its own.
#[must_use]
pub fn api_token(ids: &FakeIds, user_id: UserId, at: Instant) -> NewApiToken {
    let token = ApiToken {
        id: ids.next(),
        user_id,
        name: ApiTokenName::parse("a “bot”; 世界").unwrap(),
        scopes: Scopes::parse(["prices:read", "messages:write"]).unwrap(),
        created_at: at,
        expires_at: None,
        last_used_at: None,
    };
    NewApiToken { token, digest: secret(ids) }
}

/// A ticket of somebody of its own, with a digest of its own, good until `expires_at`.
#[must_use]
pub fn ticket(ids: &FakeIds, expires_at: Instant) -> NewTicket {
    let holder = TicketHolder { user_id: ids.next(), session_id: ids.next() };
    NewTicket { digest: TicketDigest(digest_of(ids.next())), holder, expires_at }
}

/// A guest of this name: no address.
#[must_use]
pub fn guest(ids: &FakeIds, name: &str, at: Instant) -> User {
    User { email: None, role: Role::Guest, ..user(ids, name, at) }
}

/// Makes the guest of a session a member of this name, whose address is the name at `example.org`.
#[must_use]
pub fn upgrade(ids: &FakeIds, session_id: SessionId, name: &str, at: Instant) -> GuestUpgrade {
    GuestUpgrade {
        session_id,
        username: username(name),
        email: email(&format!("{name}@example.org")),
        display_name: None,
        password_hash: PasswordHash::new(format!("hash of {name}")),
        refresh_token: refresh_token(ids, at),
        invitation: None,
        at,
    }
}

/// Looks for usernames that start with this, and at no display names.
#[must_use]
pub fn sought_name(prefix: &str) -> Sought {
    Sought { name_prefix: Username::key_prefix(prefix), words: Vec::new() }
}

/// A picture of this size, in pixels: each a different one.
#[must_use]
pub fn picture(width: u32, height: u32) -> Picture {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([0x00, 0xff, 0x80]);
    Picture::parse(bytes).unwrap()
}

/// Takes the account of a user away.
#[must_use]
pub fn deletion(ids: &FakeIds, user_id: UserId, at: Instant) -> AccountDeletion {
    let (_, random) = ids.next::<uuid::Uuid>().as_u64_pair();
    let username = Username::deleted(random);
    AccountDeletion { user_id, username, display_name: DisplayName::of_deleted(), erase_messages: false, at }
}

/// An account around a user: a password if they are no guest, a session and its first refresh token.
#[must_use]
pub fn account(ids: &FakeIds, user: User) -> NewAccount {
    let at = user.created_at;
    NewAccount {
        password_hash: (user.role != Role::Guest).then(|| PasswordHash::new(format!("hash of {}", user.username))),
        session: session(ids, user.id, at),
        refresh_token: refresh_token(ids, at),
        invitation: None,
        user,
    }
}

/// A user who is neither guest nor admin of the server.
#[must_use]
pub fn actor(id: UserId) -> Actor {
    Actor { id, is_guest: false, is_admin: false }
}

/// Whom a text wants to mention, while nobody is online.
#[must_use]
pub fn wanted_mentions(text: &str) -> WantedMentions {
    let Mentions { usernames, all, here } = Mentions::in_text(text);
    WantedMentions { usernames, all, here: here.then(Vec::new) }
}

/// Wants to mention users of these names.
#[must_use]
pub fn mentioning(names: &[&str]) -> WantedMentions {
    WantedMentions { usernames: names.iter().map(|name| fold(name)).collect(), ..WantedMentions::default() }
}

/// A message that answers none and mentions nobody, with a nonce of its own.
#[must_use]
pub fn message(ids: &FakeIds, conversation_id: ConversationId, sender: UserId, text: &str, at: Instant) -> NewMessage {
    let id: MessageId = ids.next();
    NewMessage {
        id,
        conversation_id,
        sender: actor(sender),
        nonce: Nonce::from_id(id),
        content: content(text),
        reply_to: None,
        thread_root: None,
        mentions: WantedMentions::default(),
        at,
    }
}
