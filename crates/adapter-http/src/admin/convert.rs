//! Between the wire and what admins do.

use std::time::Duration;

use rialto_identity::service::{InviteOthers, SetUp};
use rialto_identity::{
    AccountChange, AccountCounts, Device, Email, Invitation, InvitationNote, IssuedInvitation, Password, SecretToken,
    SecurityEntry, User, Username,
};
use rialto_kernel::{Instant, SessionId, UserId};
use rialto_messaging::{MessagingCounts, Presence};
use rialto_wire::admin::{
    AccountView, ChangeAccountRequest, CreateInvitationRequest, InvitationView, IssuedInvitationView,
    SecurityEntryView, ServerRoleWord, SetPasswordRequest, SetUpRequest, StatsView, UserCountsView,
};

use crate::error::ApiError;
use crate::fields::FieldErrors;

/// The longest that an invitation works: ten years.
const MAX_HOURS: u32 = 87_600;
const MAX_USES: u32 = 1_000_000;

pub(super) fn account_view(user: &User, presence: Option<Presence>) -> AccountView {
    AccountView {
        id: user.id.uuid(),
        username: user.username.as_str().to_owned(),
        email: user.email.as_ref().map(|email| email.as_str().to_owned()),
        display_name: user.display_name.as_str().to_owned(),
        role: user.role.as_str().to_owned(),
        online: presence.is_some_and(|presence| presence.online),
        last_seen_at: presence.and_then(|presence| presence.last_seen_at).map(Into::into),
        created_at: user.created_at.into(),
        disabled_at: user.disabled_at.map(Into::into),
    }
}

pub(super) fn account_change(request: ChangeAccountRequest) -> AccountChange {
    AccountChange { admin: request.role.map(|role| role == ServerRoleWord::Admin), disabled: request.disabled }
}

pub(super) fn new_password(request: &SetPasswordRequest) -> Result<Password, ApiError> {
    let mut errors = FieldErrors::default();
    let password = errors.check("new_password", Password::parse(&request.new_password));
    password.ok_or_else(|| errors.into_invalid_body())
}

pub(super) fn set_up(request: SetUpRequest, device: Device) -> Result<SetUp, ApiError> {
    let mut errors = FieldErrors::default();
    let username = errors.check("username", Username::choose(&request.username));
    let email = errors.check("email", Email::parse(&request.email));
    let password = errors.check("password", Password::parse(&request.password));
    let (Some(username), Some(email), Some(password)) = (username, email, password) else {
        return Err(errors.into_invalid_body());
    };
    Ok(SetUp { token: SecretToken::new(request.token), username, email, password, device })
}

pub(super) fn invite(request: &CreateInvitationRequest) -> Result<InviteOthers, ApiError> {
    let mut errors = FieldErrors::default();
    let mut bounded = |field, number: Option<u32>, most| {
        if number.is_some_and(|number| !(1..=most).contains(&number)) {
            errors.refuse(field, "out_of_range", format!("must be a whole number from 1 to {most}"));
        }
    };
    bounded("expires_in_hours", request.expires_in_hours, MAX_HOURS);
    bounded("max_uses", request.max_uses, MAX_USES);
    let note = errors.check("note", InvitationNote::parse(request.note.as_deref().unwrap_or_default()));
    match note {
        Some(note) if errors.is_empty() => Ok(InviteOthers {
            lifetime: request.expires_in_hours.map(|hours| Duration::from_secs(u64::from(hours) * 3_600)),
            max_uses: request.max_uses,
            note,
        }),
        _ => Err(errors.into_invalid_body()),
    }
}

pub(super) fn invitation_view(invitation: &Invitation, now: Instant) -> InvitationView {
    InvitationView {
        id: invitation.id.uuid(),
        note: invitation.note.as_str().to_owned(),
        created_by: invitation.created_by.map(UserId::uuid),
        created_at: invitation.created_at.into(),
        expires_at: invitation.expires_at.map(Into::into),
        max_uses: invitation.max_uses,
        uses: invitation.uses,
        usable: invitation.is_usable(now),
    }
}

/// Behind a `#`, so that no server and no proxy ever sees the token in an address.
pub(super) fn issued_invitation_view(issued: &IssuedInvitation, now: Instant) -> IssuedInvitationView {
    IssuedInvitationView {
        invitation: invitation_view(&issued.invitation, now),
        token: issued.token.reveal().to_owned(),
        link: format!("/#invitation={}", issued.token.reveal()),
    }
}

pub(super) fn security_entry_view(entry: SecurityEntry) -> SecurityEntryView {
    SecurityEntryView {
        at: entry.at.into(),
        act: entry.act.as_str().to_owned(),
        actor_id: entry.actor.map(UserId::uuid),
        user_id: entry.user_id.map(UserId::uuid),
        session_id: entry.session_id.map(SessionId::uuid),
        address: entry.address,
        detail: entry.detail,
    }
}

pub(super) fn stats_view(accounts: AccountCounts, messaging: MessagingCounts, open_sockets: u64) -> StatsView {
    StatsView {
        users: UserCountsView {
            admins: accounts.admins,
            members: accounts.members,
            guests: accounts.guests,
            disabled: accounts.disabled,
        },
        live_sessions: accounts.live_sessions,
        conversations: messaging.conversations,
        messages: messaging.messages,
        open_sockets,
    }
}
