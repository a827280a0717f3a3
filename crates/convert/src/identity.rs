//! Users and tokens.

use rialto_identity::{Block, Role, TokenPair, User};
use rialto_messaging::{Actor, Presence};
use rialto_wire::identity::{BlockView, TokensView, UserView};
use rialto_wire::messaging::ProfileView;

/// A user as `reader` sees them: the e-mail address is for its owner and for admins.
#[must_use]
pub fn user_view(user: &User, presence: Option<Presence>, reader: Actor) -> UserView {
    UserView {
        id: user.id.uuid(),
        username: user.username.as_str().to_owned(),
        display_name: user.display_name.as_str().to_owned(),
        bio: user.bio.clone(),
        avatar_url: user.avatar_url.clone(),
        role: user.role.as_str().to_owned(),
        online: presence.is_some_and(|presence| presence.online),
        last_seen_at: presence.and_then(|presence| presence.last_seen_at).map(Into::into),
        created_at: user.created_at.into(),
        email: user
            .email
            .as_ref()
            .filter(|_| user.id == reader.id || reader.is_admin)
            .map(|email| email.as_str().to_owned()),
        presence: (user.id == reader.id).then(|| user.presence.as_str().to_owned()),
    }
}

/// Somebody who is blocked.
#[must_use]
pub fn block_view(block: &Block) -> BlockView {
    let Block { user, at } = block;
    BlockView {
        user: ProfileView {
            id: user.id.uuid(),
            username: user.username.as_str().to_owned(),
            display_name: user.display_name.as_str().to_owned(),
            avatar_url: user.avatar_url.clone(),
        },
        created_at: (*at).into(),
    }
}

/// A pair of tokens, revealed to their owner.
#[must_use]
pub fn tokens_view(tokens: &TokenPair) -> TokensView {
    TokensView {
        access_token: tokens.access.reveal().to_owned(),
        refresh_token: tokens.refresh.reveal().to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: tokens.access_lifetime.as_secs(),
    }
}

/// The user as somebody who acts in conversations.
#[must_use]
pub fn actor(user: &User) -> Actor {
    Actor { id: user.id, is_guest: user.role == Role::Guest, is_admin: user.role == Role::Admin }
}
