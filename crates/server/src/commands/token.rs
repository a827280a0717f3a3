//! `rialto token`: tokens of programs, for whoever has the command line. It works on the configured database, beside a
//! running server too, which notices what ended at its next sweep.

use std::time::Duration;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use rialto_adapter_compat::Surface;
use rialto_identity::service::CreateApiToken;
use rialto_identity::{ApiToken, ApiTokenName, Operator, Scopes};
use rialto_kernel::{Instant, SessionId};
use serde_json::json;

use super::print::print_line;
use super::user::{Accounts, failed, wrong};
use crate::config::{Config, LogConfig};
use crate::group_server::shared_tokens;
use crate::logging;
use crate::start_error::StartError;
use crate::wiring::system;

/// The options of `rialto token`.
#[derive(Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Make a token with which a program acts as a user; prints it this once
    Create {
        /// Their username
        user: String,
        /// What it is called
        #[arg(long)]
        name: String,
        /// What it may do: messages:read, messages:write, prices:read, profile:read
        #[arg(long = "scope", value_name = "SCOPE", required = true, num_args = 1..)]
        scopes: Vec<String>,
        /// For how many days it works; for ever unless given
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
        expires_in_days: Option<u32>,
    },
    /// Sign a token as the service does that makes those of a surface, with the secret that both know; prints it
    Sign {
        /// Their username
        user: String,
        /// Which surface
        #[arg(long, default_value_t = Surface::GroupServer, value_parser = signs_for)]
        surface: Surface,
        /// For how many hours it works; nothing ends it earlier but closing the account
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8760))]
        expires_in_hours: u32,
    },
    /// List the tokens of a user
    List {
        /// Their username
        user: String,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// End a token
    Revoke {
        /// Its id, as the list prints it
        id: String,
    },
}

/// Carries a command out and says what was done.
pub async fn run(args: &TokenArgs, config: &Config) -> Result<(), StartError> {
    // What is told by the log alone, such as an entry that could not be kept, must be told here too.
    logging::start(&LogConfig { level: "error".to_owned(), format: config.log.format })?;
    let accounts = Accounts::open(config).await?;
    let by = Operator::command_line();
    match &args.act {
        Act::Create { user, name, scopes, expires_in_days } => {
            let wish = CreateApiToken {
                name: ApiTokenName::parse(name).map_err(|error| wrong("the name", &error))?,
                scopes: Scopes::parse(scopes.iter().map(String::as_str)).map_err(|error| wrong("a scope", &error))?,
                lifetime: expires_in_days.map(|days| Duration::from_secs(u64::from(days) * 86_400)),
            };
            let user = accounts.find(user).await?;
            let issued = accounts.admin.create_api_token(&by, &user, wish).await.map_err(failed)?;
            // Alone on its line, for scripts.
            print_line(issued.secret.reveal())
        }
        Act::Sign { user, surface: _, expires_in_hours } => {
            let tokens = shared_tokens(config)?.ok_or_else(|| {
                StartError::Config("compat.group_server.shared_secret is not set; no token can be signed".to_owned())
            })?;
            let user = accounts.find(user).await?;
            let expires_at = system().0.now() + TimeDelta::hours((*expires_in_hours).into());
            let token = tokens.sign(accounts.number_of(&user).await?, expires_at);
            // Alone on its line, for scripts.
            print_line(token.reveal())
        }
        Act::List { user, json } => {
            let user = accounts.find(user).await?;
            for token in accounts.admin.list_api_tokens(user.id).await.map_err(failed)? {
                print_line(&if *json { json_of(&token) } else { text_of(&token) })?;
            }
            Ok(())
        }
        Act::Revoke { id } => {
            let unknown =
                || StartError::Failed(format!("there is no token {id:?}; `rialto token list USER` names them"));
            let token: SessionId = id.parse().map_err(|_| unknown())?;
            if !accounts.admin.revoke_api_token(&by, token).await.map_err(failed)? {
                return Err(unknown());
            }
            print_line(&format!("{token} works no more"))
        }
    }
}

/// Tokens of the other surfaces come from signing in there.
fn signs_for(name: &str) -> Result<Surface, String> {
    match name.parse() {
        Ok(Surface::GroupServer) => Ok(Surface::GroupServer),
        Ok(other) => Err(format!("tokens of {other} come from signing in there")),
        Err(unknown) => Err(unknown.to_string()),
    }
}

fn time(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

fn text_of(token: &ApiToken) -> String {
    let until = token.expires_at.map_or_else(|| "for ever".to_owned(), |end| format!("until {}", time(end)));
    let used = token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", time(at)));
    format!("{}  {}  {until}  {used}  {}", token.id, token.scopes.to_text(), token.name.as_str())
}

fn json_of(token: &ApiToken) -> String {
    json!({
        "id": token.id.to_string(),
        "name": token.name.as_str(),
        "scopes": token.scopes.words().collect::<Vec<_>>(),
        "created_at": time(token.created_at),
        "expires_at": token.expires_at.map(time),
        "last_used_at": token.last_used_at.map(time),
    })
    .to_string()
}
