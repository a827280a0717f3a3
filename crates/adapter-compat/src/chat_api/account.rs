//! The ways in and out.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_identity::service::{LogIn, Register};
use rialto_identity::{Email, Login, Password, SecretToken, Username};
use rialto_kernel::{InvalidValue, RateClass};
use serde::Deserialize;
use serde_json::json;

use super::act::to_its_end;
use super::caller::Caller;
use super::refusal::Refusal;
use super::view::UserView;
use super::{State, cookie};
use crate::body::LooseJson;
use crate::client::device_of;
use crate::limits;

/// A token that works longer than this is not renewed.
const NEAR_ITS_END: Duration = Duration::from_secs(15 * 60);

/// The fewest characters of a password here.
const SHORTEST_PASSWORD: usize = 6;

#[derive(Deserialize)]
struct RegisterBody {
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    invitation: Option<String>,
}

#[derive(Deserialize)]
struct LogInBody {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

/// `POST /api/auth/register`: makes an account, and signs it in by the cookie.
pub(super) async fn register(
    req: HttpRequest,
    state: web::Data<State>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    let_in(&req, &state).await?;
    let RegisterBody { username, email, password, invitation } = body.read()?;
    if username.is_empty() || email.is_empty() || password.is_empty() {
        return Err(Refusal::bad("Username, email, and password are required"));
    }
    if password.chars().take(SHORTEST_PASSWORD).count() < SHORTEST_PASSWORD {
        return Err(Refusal::bad("Password must be at least 6 characters"));
    }
    let input = Register {
        username: Username::choose(&username).map_err(|why| about("Username", &why))?,
        email: Email::parse(&email).map_err(|why| about("Email", &why))?,
        password: Password::parse_of_at_least(&password, SHORTEST_PASSWORD).map_err(|why| about("Password", &why))?,
        invitation: invitation.map(SecretToken::new),
        device: device_of(&req, &state.deps.settings),
    };
    let identity = state.identity.clone();
    let signed_in = to_its_end(async move { identity.register(input).await }).await?;
    let tokens = &signed_in.tokens;
    let cookie = cookie::keep(tokens.access.reveal(), tokens.access_lifetime, &state.deps.settings);
    let user = UserView::own(&signed_in.user, false);
    Ok(HttpResponse::Created().insert_header((header::SET_COOKIE, cookie)).json(user))
}

/// `POST /api/auth/login`.
pub(super) async fn log_in(
    req: HttpRequest,
    state: web::Data<State>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    let_in(&req, &state).await?;
    let LogInBody { username, password } = body.read()?;
    if username.is_empty() || password.is_empty() {
        return Err(Refusal::bad("Username and password are required"));
    }
    let device = device_of(&req, &state.deps.settings);
    let input = LogIn { login: Login::parse(&username), password: Password::claimed(&password), code: None, device };
    let identity = state.identity.clone();
    let signed_in = to_its_end(async move { identity.log_in(input).await }).await?;
    let tokens = &signed_in.tokens;
    let user = UserView::own(&signed_in.user, true);
    Ok(hand_over(&state, tokens.access.reveal(), tokens.access_lifetime, &user))
}

/// `POST /api/auth/refresh`: the next token, for who holds one that is near its end.
pub(super) async fn refresh(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Refusal> {
    let renewed = state.identity.renew_access(&caller.proven, NEAR_ITS_END).await?;
    let user = UserView::own(caller.user(), true);
    Ok(hand_over(&state, renewed.access.reveal(), renewed.lifetime, &user))
}

/// `POST /api/auth/logout`: the session ends, its sockets close, and the cookie is forgotten.
pub(super) async fn log_out(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Refusal> {
    let (identity, user, session) = (state.identity.clone(), caller.id(), caller.session());
    to_its_end(async move { identity.log_out(user, session).await }).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::SET_COOKIE, cookie::forget(&state.deps.settings)));
    Ok(response.json(json!({ "message": "Logged out successfully" })))
}

/// `GET /api/auth/profile`.
pub(super) async fn show_profile(caller: Caller) -> HttpResponse {
    HttpResponse::Ok().json(UserView::own(caller.user(), true))
}

/// What comes before every way in. The answer sets a cookie, so that no page of others may sign anybody in.
async fn let_in(req: &HttpRequest, state: &State) -> Result<(), Refusal> {
    state.origins.refuse_foreign(req.headers())?;
    for class in [RateClass::Address, RateClass::SignIn] {
        limits::take_from_address(&state.deps, req, class).await.map_err(Refusal::too_often)?;
    }
    Ok(())
}

fn hand_over(state: &State, token: &str, lifetime: Duration, user: &UserView) -> HttpResponse {
    let expires_at = state.deps.clock.now() + lifetime;
    let cookie = cookie::keep(token, lifetime, &state.deps.settings);
    let answer = json!({ "token": token, "user": user, "expires_at": expires_at.timestamp() });
    HttpResponse::build(StatusCode::OK).insert_header((header::SET_COOKIE, cookie)).json(answer)
}

fn about(field: &str, why: &InvalidValue) -> Refusal {
    Refusal::bad(format!("{field} {}", why.message))
}
