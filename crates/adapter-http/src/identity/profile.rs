//! What one shows of oneself.

use actix_web::http::header::{
    self, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, ETag, EntityTag, Header, IfNoneMatch, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, put};
use rialto_convert::identity::actor;
use rialto_identity::service::{ChangeProfile, NewAvatar};
use rialto_identity::{Picture, PictureKind};
use rialto_wire::identity::{UpdateProfileRequest, UserView};
use utoipa::IntoParams;

use super::convert;
use super::users::view_of;
use crate::auth::{Authenticated, Signed};
use crate::body::{RawBody, ValidJson};
use crate::error::ApiError;
use crate::path::UserPath;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Shows oneself differently; guests may change their name alone.
///
/// A picture at `avatar_url` is loaded once, and a copy of it kept: nobody who looks at it is seen where it came from.
#[utoipa::path(
    tag = "users",
    request_body = UpdateProfileRequest,
    responses((status = 200, description = "Oneself", body = UserView))
)]
#[patch("/api/v1/users/me")]
pub(crate) async fn change_profile(
    state: State,
    request: Signed<ValidJson<UpdateProfileRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let input = convert::change_profile(&body)?;
    change(&state, caller, input).await
}

/// Takes the picture in the body as one's own.
///
/// PNG, JPEG, WebP or GIF, by its bytes and not by what is said of them; at most 1 MiB and 4096 pixels a side.
#[utoipa::path(
    tag = "users",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "Oneself", body = UserView))
)]
#[put("/api/v1/users/me/avatar")]
pub(crate) async fn put_avatar(
    state: State,
    request: Signed<RawBody<{ Picture::MAX_BYTES }>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: RawBody(bytes) } = request;
    let picture = Picture::parse(bytes.to_vec())?;
    change(&state, caller, ChangeProfile { avatar: Some(NewAvatar::Given(picture)), ..ChangeProfile::default() }).await
}

/// Takes one's picture away.
#[utoipa::path(tag = "users", responses((status = 200, description = "Oneself", body = UserView)))]
#[delete("/api/v1/users/me/avatar")]
pub(crate) async fn delete_avatar(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    change(&state, caller, ChangeProfile { avatar: Some(NewAvatar::Removed), ..ChangeProfile::default() }).await
}

async fn change(state: &State, caller: Authenticated, input: ChangeProfile) -> Result<HttpResponse, ApiError> {
    let (identity, reader) = (state.identity.clone(), actor(&caller.user));
    let user = run_to_end(async move { identity.change_profile(&caller.user, input).await }).await?;
    Ok(HttpResponse::Ok().json(view_of(state, user, reader).await))
}

/// Which version of a picture.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AvatarQuery {
    /// As in `avatar_url`: what it names stays the same, and may be kept.
    #[param(value_type = Option<String>)]
    v: Option<String>,
}

impl FromQuery for AvatarQuery {
    fn read(params: &mut Params) -> Self {
        Self { v: params.parse("v", |text| Ok(text.to_owned())) }
    }
}

/// The picture of a user.
#[utoipa::path(
    tag = "users",
    params(("id" = uuid::Uuid, Path, description = "Whose"), AvatarQuery),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/png"))
)]
#[get("/api/v1/users/{id}/avatar")]
pub(crate) async fn get_avatar(
    req: HttpRequest,
    state: State,
    request: Signed<(UserPath, ValidQuery<AvatarQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let (UserPath(id), ValidQuery(query)) = request.input;
    let picture = state.identity.find_avatar(id).await?;
    let picture = picture.ok_or_else(|| ApiError::not_found("avatar_not_found", "the user has no picture"))?;
    let version = picture.version();
    let caching = if query.v.as_ref() == Some(&version) { "private, max-age=86400" } else { "private, no-cache" };
    let tag = EntityTag::new_strong(version);
    let is_known = IfNoneMatch::parse(&req).is_ok_and(|known| match known {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(&tag)),
    });
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header(ETag(tag))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Bytes of a stranger at our own address: whatever a browser takes them for, it runs nothing of it.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((CONTENT_DISPOSITION, "inline"))
        .content_type(media_type(picture.kind()));
    Ok(if is_known { response.finish() } else { response.body(picture.into_bytes()) })
}

const fn media_type(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Png => "image/png",
        PictureKind::Jpeg => "image/jpeg",
        PictureKind::Gif => "image/gif",
        PictureKind::Webp => "image/webp",
    }
}
