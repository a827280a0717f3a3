use rialto_client::wire::identity::SignedInView;
use rialto_client::{ClientError, Rest};

use crate::start_error::StartError;

/// Who comes in.
pub enum Credentials {
    Guest { name: String },
    Account { login: String, password: String },
}

impl Credentials {
    /// Asks for the password at the terminal unless it is given otherwise.
    pub fn complete(
        guest: Option<String>,
        login: Option<String>,
        password: Option<String>,
    ) -> Result<Self, StartError> {
        let Some(login) = login else { return Ok(Self::Guest { name: guest.unwrap_or_default() }) };
        let password = password.map_or_else(|| rpassword::prompt_password(format!("Password of {login}: ")), Ok);
        let password = password.map_err(|error| {
            StartError::Failed(format!("cannot ask for the password: {error}. Give it with RIALTO_PASSWORD"))
        })?;
        Ok(Self::Account { login, password })
    }

    /// Signs in.
    pub async fn sign_in(self, rest: &Rest) -> Result<SignedInView, ClientError> {
        match self {
            Self::Guest { name } => rest.enter_as_guest(&name).await,
            Self::Account { login, password } => rest.log_in(&login, &password).await,
        }
    }
}
