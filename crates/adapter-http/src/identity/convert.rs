//! Between the wire and the identity domain.

use rialto_identity::service::{BecomeMember, ChangeProfile, EnterAsGuest, LogIn, NewAvatar, Register};
use rialto_identity::{
    Bio, Device, DisplayName, Email, IssuedTicket, Login, Password, PictureAddress, PresenceSetting, Username,
};
use rialto_wire::identity::{
    GuestRequest, LoginRequest, PresenceWord, RegisterRequest, TicketView, UpdateProfileRequest, UpgradeRequest,
};

use crate::auth::Authenticated;
use crate::error::ApiError;
use crate::fields::FieldErrors;

pub(super) fn register(request: &RegisterRequest, device: Device) -> Result<Register, ApiError> {
    let mut errors = FieldErrors::default();
    let username = errors.check("username", Username::parse(&request.username));
    let email = errors.check("email", Email::parse(&request.email));
    let password = errors.check("password", Password::parse(&request.password));
    let (Some(username), Some(email), Some(password)) = (username, email, password) else {
        return Err(errors.into_invalid_body());
    };
    Ok(Register { username, email, password, device })
}

pub(super) fn become_member(request: &UpgradeRequest, caller: Authenticated) -> Result<BecomeMember, ApiError> {
    let mut errors = FieldErrors::default();
    let username = errors.check("username", Username::parse(&request.username));
    let email = errors.check("email", Email::parse(&request.email));
    let password = errors.check("password", Password::parse(&request.password));
    let display_name = request.display_name.as_deref().map(DisplayName::parse);
    let display_name = display_name.and_then(|name| errors.check("display_name", name));
    let (Some(username), Some(email), Some(password), true) = (username, email, password, errors.is_empty()) else {
        return Err(errors.into_invalid_body());
    };
    Ok(BecomeMember { guest: caller.user, session_id: caller.session_id, username, email, password, display_name })
}

pub(super) fn log_in(request: &LoginRequest, device: Device) -> LogIn {
    LogIn { login: Login::parse(&request.login), password: Password::claimed(&request.password), device }
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

pub(super) fn ticket_view(issued: &IssuedTicket) -> TicketView {
    TicketView {
        ticket: issued.ticket.reveal().to_owned(),
        expires_at: issued.expires_at.into(),
        expires_in: issued.lifetime.as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use rialto_convert::identity::user_view;

    use crate::fixtures::ann;

    #[test]
    fn an_email_address_is_shown_to_its_owner_alone() {
        let owner = ann().id;
        assert_eq!(user_view(&ann(), None, owner).email.as_deref(), Some("ann@example.org"));
        assert_eq!(user_view(&ann(), None, uuid::Uuid::nil().into()).email, None);
    }
}
