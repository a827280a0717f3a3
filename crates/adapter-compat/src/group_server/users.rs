//! Who is known. The list is public, so it tells no username and no address.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_identity::service::{Rename, RenameError};
use rialto_identity::{ChangeLoginRefusal, DisplayName, Email, PictureKind, User, Username};
use rialto_kernel::{InvalidValue, Numbered, PageLimit, StoreError, UserId};
use serde::{Deserialize, Serialize};

use super::answer::{answer, fail, refuse};
use super::caller::{bearer, user_of};
use crate::body::LooseJson;
use crate::deps::CompatDeps;
use crate::surface::Surface;
use crate::time::rfc3339;

/// As many users the list names at most.
const MOST: usize = 10_000;

/// A user as everybody sees them.
#[derive(Serialize)]
struct UserFace {
    id: u64,
    name: String,
    username: &'static str,
    email: &'static str,
    avatar_url: String,
    created_at: String,
}

impl UserFace {
    fn of(user: &User, number: u64) -> Self {
        Self {
            id: number,
            name: user.display_name.as_str().to_owned(),
            username: "",
            email: "",
            avatar_url: avatar_url(user.avatar_url.as_deref(), number),
            created_at: rfc3339(user.created_at),
        }
    }
}

/// Where this surface shows a picture, whatever its client takes for its root; empty if there is none. The version makes
/// each picture an address of its own.
pub(super) fn avatar_url(canonical: Option<&str>, number: u64) -> String {
    let version = canonical.and_then(|url| url.split_once('?')).map(|(_, version)| version);
    version
        .map(|version| format!("{}/api/v1/users/{number}/avatar?{version}", Surface::GroupServer.prefix()))
        .unwrap_or_default()
}

/// `GET /api/v1/users`.
pub(super) async fn list(deps: web::Data<CompatDeps>) -> HttpResponse {
    match faces(&deps).await {
        Ok(faces) => answer("users retrieved", faces),
        Err(error) => fail(&error),
    }
}

async fn faces(deps: &CompatDeps) -> Result<Vec<UserFace>, StoreError> {
    let (mut faces, mut after) = (Vec::new(), None);
    loop {
        let page = deps.identity.list_users("", after, PageLimit::FULL).await?;
        let ids: Vec<_> = page.items.iter().map(|user| user.id.uuid()).collect();
        let numbers = deps.numbers.numbers_of(Numbered::User, &ids).await?;
        faces.extend(page.items.iter().zip(numbers).map(|(user, number)| UserFace::of(user, number)));
        after = page.next_cursor;
        if after.is_none() || faces.len() >= MOST {
            break;
        }
    }
    faces.sort_by_key(|face| face.id);
    Ok(faces)
}

/// `GET /api/v1/users/{id}`.
pub(super) async fn show(deps: web::Data<CompatDeps>, id: web::Path<String>) -> HttpResponse {
    match find(&deps, &id).await {
        Ok(Some((user, number))) => answer("user retrieved", UserFace::of(&user, number)),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "user not found"),
        Err(error) => fail(&error),
    }
}

/// `GET /api/v1/users/{id}/avatar`.
pub(super) async fn show_avatar(deps: web::Data<CompatDeps>, id: web::Path<String>) -> HttpResponse {
    let picture = match find(&deps, &id).await {
        Ok(Some((user, _))) => deps.identity.find_avatar(user.id).await,
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    match picture {
        Ok(Some(picture)) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            // Bytes of a stranger at our own address: whatever a browser takes them for, it runs nothing of it.
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
            .insert_header((header::CONTENT_TYPE, media_type(picture.kind())))
            .body(picture.into_bytes()),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "the user has no picture"),
        Err(error) => fail(&error),
    }
}

const fn media_type(kind: PictureKind) -> HeaderValue {
    HeaderValue::from_static(match kind {
        PictureKind::Png => "image/png",
        PictureKind::Jpeg => "image/jpeg",
        PictureKind::Gif => "image/gif",
        PictureKind::Webp => "image/webp",
    })
}

async fn find(deps: &CompatDeps, id: &str) -> Result<Option<(User, u64)>, StoreError> {
    let Ok(number) = id.parse() else { return Ok(None) };
    let Some(id) = deps.numbers.id_of(Numbered::User, number).await? else { return Ok(None) };
    Ok(deps.identity.find_user(UserId::from_uuid(id)).await?.map(|user| (user, number)))
}

/// What a user wants to be known by.
#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    name: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
}

impl Wish {
    /// What is wrong with the first thing that is wrong.
    fn parse(&self, user: &User) -> Result<Rename, String> {
        check_length("name", &self.name, 5, usize::MAX)?;
        check_length("username", &self.username, 5, 20)?;
        check_length("email", &self.email, 5, usize::MAX)?;
        let named = |what: &'static str| move |error: InvalidValue| format!("{what} {}", error.message);
        // Whoever has a name that is not given any more keeps it.
        let own = self.username == user.username.as_str();
        let username = if own { Username::parse(&self.username) } else { Username::choose(&self.username) };
        Ok(Rename {
            display_name: DisplayName::parse(&self.name).map_err(named("name"))?,
            username: username.map_err(named("username"))?,
            email: Email::parse(&self.email).map_err(named("email"))?,
        })
    }
}

fn check_length(what: &str, text: &str, min: usize, max: usize) -> Result<(), String> {
    match text.chars().count() {
        length if length < min => Err(format!("{what} must have at least {min} characters")),
        length if length > max => Err(format!("{what} must have at most {max} characters")),
        _ => Ok(()),
    }
}

/// `PUT /api/v1/users/edit`.
pub(super) async fn edit(req: HttpRequest, deps: web::Data<CompatDeps>, body: LooseJson) -> HttpResponse {
    let Some(token) = bearer(req.headers()) else {
        return refuse(StatusCode::BAD_REQUEST, "Missing or malformed JWT");
    };
    let user = match user_of(&deps, token).await {
        Ok(user) => user,
        Err(refusal) => return refusal,
    };
    let wish = body.read::<Wish>().map_err(|error| error.to_string()).and_then(|wish| wish.parse(&user));
    let wish = match wish {
        Ok(wish) => wish,
        Err(why) => return refuse(StatusCode::BAD_REQUEST, &why),
    };
    let identity = deps.identity.clone();
    // In a task of its own: whoever hangs up does not cut it in half.
    match tokio::spawn(async move { identity.rename(&user, wish).await }).await {
        Ok(Ok(_)) => answer("user updated", ()),
        Ok(Err(refusal)) => match refusal {
            RenameError::GuestRefused => refuse(StatusCode::FORBIDDEN, &refusal.to_string()),
            RenameError::Change(refusal) => match refusal {
                ChangeLoginRefusal::UsernameTaken => {
                    refuse(StatusCode::CONFLICT, "a user with this username already exists")
                }
                ChangeLoginRefusal::EmailTaken => refuse(StatusCode::CONFLICT, "a user with this email already exists"),
                ChangeLoginRefusal::UnknownUser => refuse(StatusCode::UNAUTHORIZED, "Invalid or expired JWT"),
                ChangeLoginRefusal::Store(error) => fail(&error),
            },
        },
        Err(error) => fail(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_shown_at_an_address_of_the_surface() {
        assert_eq!(
            avatar_url(Some("/api/v1/users/x/avatar?v=abc"), 7),
            "/compat/group-server/api/v1/users/7/avatar?v=abc"
        );
        assert_eq!(avatar_url(None, 7), "");
    }

    #[test]
    fn names_have_lengths() {
        assert!(check_length("username", "annie", 5, 20).is_ok());
        let refusal = |text: &str| check_length("username", text, 5, 20).unwrap_err();
        assert_eq!(refusal("ann"), "username must have at least 5 characters");
        assert_eq!(refusal(&"a".repeat(21)), "username must have at most 20 characters");
    }
}
