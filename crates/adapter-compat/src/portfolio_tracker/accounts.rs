//! Registering and signing in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_identity::service::{AdmissionError, LogIn, LogInError, Register, RegisterError};
use rialto_identity::{Email, Login, Password, SecondFactor, SecretToken, Username};
use rialto_kernel::{InvalidValue, RateClass, StoreError};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::reply::{self, Refusal};
use super::users::UserView;
use crate::body::LooseJson;
use crate::client::device_of;
use crate::deps::CompatDeps;
use crate::limits;

const MIN_PASSWORD: usize = 6;

/// What is said of a body that cannot be used.
pub(super) const INVALID: &str = "Invalid request data";
const NOT_CREATED: &str = "Failed to create user";
const NOT_LOGGED_IN: &str = "Login failed";

#[derive(Deserialize)]
struct RegisterRequest {
    username: String,
    email: String,
    password: String,
    /// What lets them in where registration is by invitation.
    invitation: Option<String>,
}

/// `POST /api/v1/auth/register`.
pub(super) async fn register(
    req: HttpRequest,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    limits::take_from_address(&deps, &req, RateClass::SignIn).await.map_err(Refusal::too_many)?;
    let request: RegisterRequest = body.read().map_err(invalid)?;
    let input = Register {
        username: Username::choose(&request.username).map_err(|why| unfit("username", &why))?,
        email: Email::parse(&request.email).map_err(|why| unfit("email", &why))?,
        password: Password::parse_of_at_least(&request.password, MIN_PASSWORD)
            .map_err(|why| unfit("password", &why))?,
        invitation: request.invitation.map(SecretToken::new),
        device: device_of(&req, &deps.settings),
    };
    // In a task of its own: whoever hangs up meanwhile leaves no half of an account.
    let made = tokio::spawn(async move {
        let signed_in = desk.identity.register(input).await?;
        // Whoever registers here is not signed in by that.
        desk.identity.log_out(signed_in.user.id, signed_in.session.id).await?;
        Ok::<_, RegisterError>(signed_in.user)
    });
    let user = made.await.map_err(|error| Refusal::unavailable(NOT_CREATED, &error))?.map_err(not_created)?;
    let view = UserView::of(&deps, &user).await.map_err(|error| Refusal::unavailable(NOT_CREATED, &error))?;
    Ok(reply::with(StatusCode::CREATED, "User created successfully", view))
}

fn not_created(error: RegisterError) -> Refusal {
    let status = match error {
        RegisterError::UsernameTaken | RegisterError::EmailTaken => StatusCode::CONFLICT,
        RegisterError::Admission(AdmissionError::Store(error)) | RegisterError::Store(error) => {
            return Refusal::unavailable(NOT_CREATED, &error);
        }
        RegisterError::Hash(error) => return Refusal::unavailable(NOT_CREATED, &error),
        RegisterError::Admission(_) => StatusCode::FORBIDDEN,
    };
    Refusal::new(status, NOT_CREATED).because(error.to_string())
}

#[derive(Deserialize)]
struct LogInRequest {
    email: String,
    password: String,
    /// Of an account that asks for a second factor.
    code: Option<String>,
}

#[derive(Serialize)]
struct LoggedIn<'t> {
    token: &'t str,
    user: UserView,
}

/// `POST /api/v1/auth/login`.
pub(super) async fn log_in(
    req: HttpRequest,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    limits::take_from_address(&deps, &req, RateClass::SignIn).await.map_err(Refusal::too_many)?;
    let request: LogInRequest = body.read().map_err(invalid)?;
    let email = Email::parse(&request.email).map_err(|why| unfit("email", &why))?;
    if request.password.is_empty() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, INVALID).because("password is needed"));
    }
    let input = LogIn {
        login: Some(Login::Email(email)),
        password: Password::claimed(&request.password),
        code: request.code.as_deref().and_then(SecondFactor::claimed),
        device: device_of(&req, &deps.settings),
    };
    let trial = tokio::spawn(async move { desk.identity.log_in(input).await });
    let signed_in = trial.await.map_err(|error| Refusal::unavailable(NOT_LOGGED_IN, &error))?.map_err(not_logged_in)?;
    let user =
        UserView::of(&deps, &signed_in.user).await.map_err(|error| Refusal::unavailable(NOT_LOGGED_IN, &error))?;
    let token = signed_in.tokens.access.reveal();
    Ok(reply::with(StatusCode::OK, "Login successful", LoggedIn { token, user }))
}

fn not_logged_in(error: LogInError) -> Refusal {
    let refused = Refusal::new(StatusCode::FORBIDDEN, NOT_LOGGED_IN);
    match error {
        LogInError::WrongCredentials => refused.because("invalid credentials"),
        LogInError::CodeRequired | LogInError::WrongCode => refused.because(format!("{error} (send it as `code`)")),
        LogInError::Throttled { retry_after } => {
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, NOT_LOGGED_IN).because(error.to_string()).after(retry_after)
        }
        LogInError::Hash(error) => Refusal::unavailable(NOT_LOGGED_IN, &error),
        LogInError::Store(error) => Refusal::unavailable(NOT_LOGGED_IN, &error),
    }
}

/// A body that cannot be read.
pub(super) fn invalid(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, INVALID).because(error.to_string())
}

/// A field that holds what it cannot.
pub(super) fn unfit(field: &str, why: &InvalidValue) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, INVALID).because(format!("{field} {}", why.message))
}

/// The store did not answer where a user is looked for.
pub(super) fn no_answer(error: StoreError) -> Refusal {
    Refusal::unavailable("Failed to reach users", &error)
}
