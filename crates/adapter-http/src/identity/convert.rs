//! Between the wire and the identity domain.

use std::time::Duration;

use rialto_identity::service::{
    BecomeMember, ChangePassword, ChangeProfile, CreateApiToken, EnterAsGuest, LogIn, NewAvatar, Register,
    ResetPassword,
};
use rialto_identity::{
    ApiToken, ApiTokenName, Bio, Device, DisplayName, Email, IssuedApiToken, IssuedTicket, Login, Password,
    PictureAddress, PresenceSetting, ResetToken, Scopes, SecondFactor, SecretToken, SessionInUse, Username,
};
use rialto_kernel::SessionId;
use rialto_wire::identity::{
    ApiTokenView, ChangePasswordRequest, CreateApiTokenRequest, GuestRequest, IssuedApiTokenView, LoginRequest,
    PresenceWord, RegisterRequest, ResetPasswordRequest, SessionView, TicketView, UpdateProfileRequest, UpgradeRequest,
};

use crate::auth::Authenticated;
use crate::error::ApiError;
use crate::fields::FieldErrors;

pub(super) fn register(request: &RegisterRequest, device: Device) -> Result<Register, ApiError> {
    let mut errors = FieldErrors::default();
    let username = errors.check("username", Username::choose(&request.username));
    let email = errors.check("email", Email::parse(&request.email));
    let password = errors.check("password", Password::parse(&request.password));
    let (Some(username), Some(email), Some(password)) = (username, email, password) else {
        return Err(errors.into_invalid_body());
    };
    let invitation = request.invitation.clone().map(SecretToken::new);
    Ok(Register { username, email, password, invitation, device })
}

pub(super) fn become_member(request: &UpgradeRequest, caller: Authenticated) -> Result<BecomeMember, ApiError> {
    let mut errors = FieldErrors::default();
    let username = errors.check("username", Username::choose(&request.username));
    let email = errors.check("email", Email::parse(&request.email));
    let password = errors.check("password", Password::parse(&request.password));
    let display_name = request.display_name.as_deref().map(DisplayName::parse);
    let display_name = display_name.and_then(|name| errors.check("display_name", name));
    let (Some(username), Some(email), Some(password), true) = (username, email, password, errors.is_empty()) else {
        return Err(errors.into_invalid_body());
    };
    let invitation = request.invitation.clone().map(SecretToken::new);
    let (guest, session_id) = (caller.user, caller.session_id);
    Ok(BecomeMember { guest, session_id, username, email, password, display_name, invitation })
}

pub(super) fn log_in(request: &LoginRequest, device: Device) -> LogIn {
    let code = request.code.as_deref().and_then(SecondFactor::claimed);
    LogIn { login: Login::parse(&request.login), password: Password::claimed(&request.password), code, device }
}

pub(super) fn enter_as_guest(request: &GuestRequest, device: Device) -> Result<EnterAsGuest, ApiError> {
    let mut errors = FieldErrors::default();
    match errors.check("name", DisplayName::parse(&request.name)) {
        Some(name) => Ok(EnterAsGuest { name, device }),
        None => Err(errors.into_invalid_body()),
    }
}

pub(super) fn change_profile(request: &UpdateProfileRequest) -> Result<ChangeProfile, ApiError> {
    let mut errors = FieldErrors::default();
    let display_name = request.display_name.as_deref().map(DisplayName::parse);
    let bio = request.bio.as_deref().map(Bio::parse);
    let avatar = request.avatar_url.as_ref().map(|url| match url {
        Some(url) => PictureAddress::parse(url).map(NewAvatar::At),
        None => Ok(NewAvatar::Removed),
    });
    let input = ChangeProfile {
        display_name: display_name.and_then(|name| errors.check("display_name", name)),
        bio: bio.and_then(|bio| errors.check("bio", bio)),
        avatar: avatar.and_then(|avatar| errors.check("avatar_url", avatar)),
        presence: request.presence.map(|presence| match presence {
            PresenceWord::Shown => PresenceSetting::Shown,
            PresenceWord::Hidden => PresenceSetting::Hidden,
        }),
    };
    if errors.is_empty() { Ok(input) } else { Err(errors.into_invalid_body()) }
}

pub(super) fn change_password(
    request: &ChangePasswordRequest,
    caller: Authenticated,
    device: Device,
) -> Result<ChangePassword, ApiError> {
    let mut errors = FieldErrors::default();
    let current = Password::claimed(&request.current_password);
    match errors.check("new_password", Password::parse(&request.new_password)) {
        Some(new) => Ok(ChangePassword { user: caller.user, session_id: caller.session_id, current, new, device }),
        None => Err(errors.into_invalid_body()),
    }
}

pub(super) fn reset_password(
    request: &ResetPasswordRequest,
    address: Option<String>,
) -> Result<ResetPassword, ApiError> {
    let mut errors = FieldErrors::default();
    let token = ResetToken::new(request.token.clone());
    match errors.check("new_password", Password::parse(&request.new_password)) {
        Some(new_password) => Ok(ResetPassword { token, new_password, address }),
        None => Err(errors.into_invalid_body()),
    }
}

pub(super) fn create_api_token(request: &CreateApiTokenRequest) -> Result<CreateApiToken, ApiError> {
    let mut errors = FieldErrors::default();
    let name = errors.check("name", ApiTokenName::parse(&request.name));
    let scopes = errors.check("scopes", Scopes::parse(request.scopes.iter().map(String::as_str)));
    if request.expires_in_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        errors.refuse("expires_in_days", "out_of_range", "must be a whole number from 1 to 3650".to_owned());
    }
    let (Some(name), Some(scopes), true) = (name, scopes, errors.is_empty()) else {
        return Err(errors.into_invalid_body());
    };
    let lifetime = request.expires_in_days.map(|days| Duration::from_secs(u64::from(days) * 86_400));
    Ok(CreateApiToken { name, scopes, lifetime })
}

pub(super) fn api_token_view(token: &ApiToken) -> ApiTokenView {
    ApiTokenView {
        id: token.id.uuid(),
        name: token.name.as_str().to_owned(),
        scopes: token.scopes.words().map(str::to_owned).collect(),
        created_at: token.created_at.into(),
        expires_at: token.expires_at.map(Into::into),
        last_used_at: token.last_used_at.map(Into::into),
    }
}

pub(super) fn issued_api_token_view(issued: &IssuedApiToken) -> IssuedApiTokenView {
    let ApiTokenView { id, name, scopes, created_at, expires_at, .. } = api_token_view(&issued.token);
    IssuedApiTokenView { id, name, scopes, token: issued.secret.reveal().to_owned(), created_at, expires_at }
}

pub(super) fn session_view(in_use: &SessionInUse, current: SessionId) -> SessionView {
    let SessionInUse { session, last_used_at } = in_use;
    SessionView {
        id: session.id.uuid(),
        user_agent: session.device.user_agent.clone(),
        address: session.device.address.clone(),
        created_at: session.created_at.into(),
        last_used_at: (*last_used_at).into(),
        current: session.id == current,
    }
}

pub(super) fn ticket_view(issued: &IssuedTicket) -> TicketView {
    TicketView {
        ticket: issued.ticket.reveal().to_owned(),
        expires_at: issued.expires_at.into(),
        expires_in: issued.lifetime.as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use rialto_convert::identity::{actor, user_view};
    use rialto_identity::{Role, User};

    use crate::fixtures::ann;

    #[test]
    fn an_email_address_is_shown_to_its_owner_and_to_admins() {
        let stranger = User { id: uuid::Uuid::nil().into(), ..ann() };
        let seen_by = |reader: &User| user_view(&ann(), None, actor(reader)).email;
        assert_eq!(seen_by(&ann()).as_deref(), Some("ann@example.org"));
        assert_eq!(seen_by(&stranger), None);
        assert_eq!(seen_by(&User { role: Role::Admin, ..stranger }).as_deref(), Some("ann@example.org"));
    }
}
