use rialto_kernel::StoreError;

use super::IdentityService;
use crate::model::{
    AvatarChange, Bio, DisplayName, Picture, PictureRefusal, PresenceSetting, ProfileChanges, Role, User,
};
use crate::ports::{FetchPictureError, PictureAddress};

/// A user shows themselves differently. `None` leaves things as they are.
#[derive(Clone, Debug, Default)]
pub struct ChangeProfile {
    /// The name people see.
    pub display_name: Option<DisplayName>,
    /// A few words about oneself.
    pub bio: Option<Bio>,
    /// The picture.
    pub avatar: Option<NewAvatar>,
    /// Whether others see that one is there.
    pub presence: Option<PresenceSetting>,
}

/// Where a picture comes from.
#[derive(Clone, Debug)]
pub enum NewAvatar {
    /// It was sent along.
    Given(Picture),
    /// It lies elsewhere, and a copy of it is kept here.
    At(PictureAddress),
    /// Nowhere: there is to be none.
    Removed,
}

/// Why a profile stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeProfileError {
    /// A guest has a name and no more: what a stranger shows without an account would be nobody's to answer for.
    #[error("guests may change their name only; register to have a picture, a bio and a hidden presence")]
    GuestRefused,
    /// The account was deleted meanwhile.
    #[error("there is no such user")]
    UnknownUser,
    /// The picture could not be loaded.
    #[error(transparent)]
    Fetch(#[from] FetchPictureError),
    /// What was loaded is no picture that is taken.
    #[error(transparent)]
    Picture(#[from] PictureRefusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// Shows a user differently from now on; the user as they are then.
    ///
    /// # Errors
    /// See [`ChangeProfileError`]; nothing has changed then.
    pub async fn change_profile(&self, user: &User, input: ChangeProfile) -> Result<User, ChangeProfileError> {
        let ChangeProfile { display_name, bio, avatar, presence } = input;
        let names_only = bio.is_none() && avatar.is_none() && presence.is_none();
        if user.role == Role::Guest && !names_only {
            return Err(ChangeProfileError::GuestRefused);
        }
        let avatar = match avatar {
            Some(avatar) => Some(self.take_avatar(avatar).await?),
            None => None,
        };
        let changes = ProfileChanges { display_name, bio, avatar, presence };
        let changed = self.deps.profiles.update_profile(user.id, changes, self.deps.clock.now()).await?;
        let changed = changed.ok_or(ChangeProfileError::UnknownUser)?;
        if changed.presence != user.presence {
            self.deps.listener.visibility_changed(user.id, None).await;
        }
        Ok(changed)
    }

    async fn take_avatar(&self, avatar: NewAvatar) -> Result<AvatarChange, ChangeProfileError> {
        match avatar {
            NewAvatar::Given(picture) => Ok(AvatarChange::Put(picture)),
            NewAvatar::At(address) => {
                let bytes = self.deps.pictures.fetch(&address).await?;
                Ok(AvatarChange::Put(Picture::parse(bytes)?))
            }
            NewAvatar::Removed => Ok(AvatarChange::Removed),
        }
    }

    /// The picture of a user, if they have one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_avatar(&self, user_id: rialto_kernel::UserId) -> Result<Option<Picture>, StoreError> {
        self.deps.profiles.find_avatar(user_id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, user};

    fn at(address: &str) -> ChangeProfile {
        let address = PictureAddress::parse(address).unwrap();
        ChangeProfile { avatar: Some(NewAvatar::At(address)), ..ChangeProfile::default() }
    }

    #[tokio::test]
    async fn a_picture_that_lies_elsewhere_is_copied_once() {
        let gif = b"GIF89a\x01\0\x01\0".to_vec();
        let mut mocks = Mocks::default();
        let copy = gif.clone();
        mocks.pictures.expect_fetch().once().returning(move |_| Ok(copy.clone()));
        mocks.profiles.expect_update_profile().once().returning(move |_, changes, _| {
            assert_eq!(changes.avatar, Some(AvatarChange::Put(Picture::parse(gif.clone()).unwrap())));
            Ok(Some(user()))
        });
        mocks.service().change_profile(&user(), at("https://example.org/a.gif")).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_no_picture_changes_nothing() {
        let mut mocks = Mocks::default();
        mocks.pictures.expect_fetch().returning(|_| Ok(b"<html>".to_vec()));
        mocks.profiles.expect_update_profile().never();
        let refusal = mocks.service().change_profile(&user(), at("https://example.org/")).await;
        assert!(matches!(refusal, Err(ChangeProfileError::Picture(PictureRefusal::NotAPicture))));
    }

    #[tokio::test]
    async fn a_guest_changes_their_name_and_nothing_else() {
        let guest = User { role: Role::Guest, ..user() };
        let mut mocks = Mocks::default();
        mocks.pictures.expect_fetch().never();
        mocks.profiles.expect_update_profile().once().returning(|_, _, _| Ok(Some(user())));
        let service = mocks.service();
        let name = ChangeProfile { display_name: DisplayName::parse("Anna").ok(), ..ChangeProfile::default() };
        assert!(service.change_profile(&guest, name).await.is_ok());
        let refusal = service.change_profile(&guest, at("https://example.org/")).await;
        assert!(matches!(refusal, Err(ChangeProfileError::GuestRefused)));
    }

    #[tokio::test]
    async fn others_are_told_when_somebody_hides() {
        let mut mocks = Mocks::default();
        let hidden = User { presence: PresenceSetting::Hidden, ..user() };
        mocks.profiles.expect_update_profile().returning(move |_, _, _| Ok(Some(hidden.clone())));
        mocks.listener.expect_visibility_changed().once().withf(|_, towards| towards.is_none()).return_const(());
        let input = ChangeProfile { presence: Some(PresenceSetting::Hidden), ..ChangeProfile::default() };
        assert!(mocks.service().change_profile(&user(), input).await.is_ok());
    }
}
