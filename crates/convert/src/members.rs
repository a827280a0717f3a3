//! Members and presence.

use rialto_messaging::{Member, MemberRole, Presence, Profile};
use rialto_wire::messaging::{MemberRoleWord, MemberView, PresenceView, ProfileView};

/// A user's face.
#[must_use]
pub fn profile_view(profile: &Profile) -> ProfileView {
    ProfileView {
        id: profile.id.uuid(),
        username: profile.username.clone(),
        display_name: profile.display_name.clone(),
        avatar_url: profile.avatar_url.clone(),
    }
}

/// A user in a conversation.
#[must_use]
pub fn member_view(member: &Member) -> MemberView {
    MemberView {
        user: profile_view(&member.user),
        role: member.role.as_str().to_owned(),
        joined_at: member.joined_at.into(),
        muted_until: member.muted_until.map(Into::into),
    }
}

/// The domain's role of a word.
#[must_use]
pub const fn member_role(word: MemberRoleWord) -> MemberRole {
    match word {
        MemberRoleWord::Owner => MemberRole::Owner,
        MemberRoleWord::Admin => MemberRole::Admin,
        MemberRoleWord::Member => MemberRole::Member,
        MemberRoleWord::Reader => MemberRole::Reader,
    }
}

/// Whether a user is there.
#[must_use]
pub fn presence_view(presence: Presence) -> PresenceView {
    PresenceView {
        user_id: presence.user_id.uuid(),
        online: presence.online,
        last_seen_at: presence.last_seen_at.map(Into::into),
    }
}
