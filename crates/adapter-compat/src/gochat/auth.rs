//! Accounts and tokens; who asks.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_edge::Authorization;
use rialto_identity::service::{
    AdmissionError, AuthenticateError, Authenticated, LogIn, LogInError, Refresh, RefreshError, Register, RegisterError,
};
use rialto_identity::{Email, HashError, Login, Password, RefreshToken, SignedIn, TokenPair, User, Username};
use rialto_kernel::{InvalidValue, RateClass};
use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::refusal::Refusal;
use super::views::{OwnUser, email_of};
use crate::body::{LooseJson, Unreadable};
use crate::client::{authorization_of, device_of};
use crate::limits;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Credentials {
    email: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RefreshBody {
    refresh_token: Option<String>,
}

/// `POST /api/v1/auth/register`.
pub(super) async fn register(
    req: HttpRequest,
    body: LooseJson,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let Credentials { email, username, password } = body.read().map_err(unreadable)?;
    let (Some(email), Some(username), Some(password)) = (filled(&email), filled(&username), password.as_deref()) else {
        return Err(Refusal::bad("Email, username and password are required"));
    };
    if password.is_empty() {
        return Err(Refusal::bad("Email, username and password are required"));
    }
    let input = Register {
        password: Password::parse(password).map_err(|why| match why.code {
            "too_short" => Refusal::bad("Password must be at least 8 characters"),
            _ => wrong("Password", &why),
        })?,
        email: Email::parse(email).map_err(|why| wrong("Email", &why))?,
        username: Username::choose(username).map_err(|why| wrong("Username", &why))?,
        invitation: None,
        device: device_of(&req, &state.deps.settings),
    };
    sign_in_is_allowed(&req, &state).await?;
    let identity = state.identity.clone();
    let signed_in = tokio::spawn(async move { identity.register(input).await }).await;
    let signed_in = signed_in.map_err(|_| Refusal::broken_off())?.map_err(refused_to_register)?;
    Ok(HttpResponse::Created().json(signed_in_view(&signed_in)))
}

/// `POST /api/v1/auth/login`.
pub(super) async fn log_in(
    req: HttpRequest,
    body: LooseJson,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let Credentials { email, password, .. } = body.read().map_err(unreadable)?;
    let (Some(email), Some(password)) = (filled(&email), password.filter(|password| !password.is_empty())) else {
        return Err(Refusal::bad("Email and password are required"));
    };
    let input = LogIn {
        login: Login::parse(email),
        password: Password::claimed(&password),
        code: None,
        device: device_of(&req, &state.deps.settings),
    };
    sign_in_is_allowed(&req, &state).await?;
    let identity = state.identity.clone();
    let signed_in = tokio::spawn(async move { identity.log_in(input).await }).await;
    let signed_in = signed_in.map_err(|_| Refusal::broken_off())?.map_err(refused_to_log_in)?;
    Ok(HttpResponse::Ok().json(signed_in_view(&signed_in)))
}

/// `POST /api/v1/auth/refresh`. Each token works once.
pub(super) async fn refresh(
    req: HttpRequest,
    body: LooseJson,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let RefreshBody { refresh_token } = body.read().map_err(unreadable)?;
    let token = filled(&refresh_token).ok_or_else(|| Refusal::bad("Refresh token is required"))?;
    let input = Refresh {
        token: RefreshToken::new(token.to_owned()),
        retry_key: None,
        address: device_of(&req, &state.deps.settings).address,
    };
    sign_in_is_allowed(&req, &state).await?;
    let identity = state.identity.clone();
    let refreshed = tokio::spawn(async move { identity.refresh(input).await }).await;
    match refreshed.map_err(|_| Refusal::broken_off())? {
        Ok(signed_in) => Ok(HttpResponse::Ok().json(tokens_view(&signed_in.tokens))),
        Err(RefreshError::InvalidToken | RefreshError::TokenReused | RefreshError::Overtaken) => {
            Err(Refusal::unauthorized("Invalid or expired refresh token"))
        }
        Err(RefreshError::Store(error)) => Err(error.into()),
    }
}

/// `GET /api/v1/auth/me`.
pub(super) async fn show_me(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let user = caller(&req, &state).await?.user;
    let view = json!({ "id": user.id.uuid(), "email": email_of(&user), "username": user.username.as_str() });
    Ok(HttpResponse::Ok().json(view))
}

/// Who asks, by the `Authorization` header.
pub(super) async fn caller(req: &HttpRequest, state: &State) -> Result<Authenticated, Refusal> {
    match authorization_of(req.headers()) {
        Authorization::Absent => Err(Refusal::unauthorized("Missing authorization header")),
        Authorization::Bearer("") | Authorization::Other | Authorization::Unreadable => {
            Err(Refusal::unauthorized("Invalid authorization format"))
        }
        Authorization::Bearer(token) => holder(token, state).await,
    }
}

/// Who holds a token of this surface.
pub(super) async fn holder(token: &str, state: &State) -> Result<Authenticated, Refusal> {
    state.identity.authenticate(token).await.map_err(|error| match error {
        AuthenticateError::InvalidToken => Refusal::unauthorized("Invalid token"),
        AuthenticateError::ExpiredToken => Refusal::unauthorized("Token expired"),
        AuthenticateError::Store(error) => error.into(),
    })
}

/// Why a body is not read.
pub(super) fn unreadable(why: Unreadable) -> Refusal {
    match why {
        Unreadable::TooLarge { .. } => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large"),
        Unreadable::BrokenOff | Unreadable::Malformed(_) => Refusal::bad("Invalid request body"),
    }
}

async fn sign_in_is_allowed(req: &HttpRequest, state: &State) -> Result<(), Refusal> {
    limits::take_from_address(&state.deps, req, RateClass::SignIn).await.map_err(Refusal::too_often)
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn wrong(what: &str, why: &InvalidValue) -> Refusal {
    Refusal::bad(format!("{what} {}", why.message))
}

fn refused_to_register(error: RegisterError) -> Refusal {
    match error {
        RegisterError::UsernameTaken | RegisterError::EmailTaken => {
            Refusal::new(StatusCode::CONFLICT, "Email already exists")
        }
        RegisterError::Admission(AdmissionError::Store(error)) | RegisterError::Store(error) => error.into(),
        RegisterError::Admission(refusal) => Refusal::forbidden(refusal.to_string()),
        RegisterError::Hash(error) => not_hashed(&error),
    }
}

fn refused_to_log_in(error: LogInError) -> Refusal {
    match error {
        LogInError::WrongCredentials => Refusal::unauthorized("Invalid email or password"),
        LogInError::CodeRequired | LogInError::WrongCode => {
            Refusal::forbidden("This account asks for a second factor, which clients of this kind cannot give")
        }
        LogInError::Throttled { retry_after } => Refusal::too_often(retry_after),
        LogInError::Hash(error) => not_hashed(&error),
        LogInError::Store(error) => error.into(),
    }
}

fn not_hashed(error: &HashError) -> Refusal {
    match error {
        HashError::Busy => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Service busy, try again in a second"),
        HashError::Failed(_) => Refusal::fault(error),
    }
}

fn signed_in_view(signed_in: &SignedIn) -> Value {
    json!({ "user": OwnUser::of(&signed_in.user), "tokens": tokens_view(&signed_in.tokens) })
}

fn tokens_view(tokens: &TokenPair) -> Value {
    json!({
        "access_token": tokens.access.reveal(),
        "refresh_token": tokens.refresh.reveal(),
        "expires_in": tokens.access_lifetime.as_secs(),
    })
}

/// Whether somebody may see what others show of themselves to the server alone.
pub(super) fn sees_all(user: &User) -> bool {
    user.runs_the_server()
}
