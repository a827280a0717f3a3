//! `rialto user`: accounts, for whoever has the command line. It works on the configured database, beside a running
//! server too, which notices what ended at its next sweep.
//!
//! | module | holds |
//! |---|---|
//! | `accounts` | the domain over the database, without a server |
//! | `password` | asking for a password |
//! | `listing` | how accounts are printed |

mod accounts;
mod listing;
mod password;

use clap::{Args, Subcommand};
use rialto_identity::service::CreateAccount;
use rialto_identity::{AccountChange, Email, Operator, Password, User, Username};

pub use self::accounts::{Accounts, number_of, storage};
use self::password::Typed;
use super::print::print_line;
use crate::config::{Config, LogConfig};
use crate::logging;
use crate::start_error::StartError;

/// The options of `rialto user`.
#[derive(Args)]
pub struct UserArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Make an account; asks for its password
    Create {
        /// 3 to 50 letters, digits, `_`, `-` or `.`
        name: String,
        /// Where mail reaches them
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Make an admin, who runs the server
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// List everybody, guests too
    List {
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Make a member an admin
    Promote {
        /// Their username
        name: String,
    },
    /// Make an admin a member; signs them out everywhere
    Demote {
        /// Their username
        name: String,
    },
    /// Close an account; signs its user out everywhere
    Disable {
        /// Their username
        name: String,
    },
    /// Open a closed account again
    Enable {
        /// Their username
        name: String,
    },
    /// Set another password; signs its user out everywhere
    ResetPassword {
        /// Their username
        name: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Print the number that clients of some other servers know somebody by
    Number {
        /// Their username
        name: String,
    },
    /// Switch the second factor off, for who has lost it
    ResetTotp {
        /// Their username
        name: String,
    },
}

#[derive(Args)]
struct PasswordArgs {
    /// Read the password from the first line of standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

impl UserArgs {
    /// Reads the password that the command needs; before anything else runs, as it may wait for a person.
    pub fn password(&self) -> Result<Option<Typed>, StartError> {
        match &self.act {
            Act::Create { name, password, .. } | Act::ResetPassword { name, password } => {
                Typed::read(name, password.password_stdin).map(Some)
            }
            Act::List { .. }
            | Act::Promote { .. }
            | Act::Demote { .. }
            | Act::Disable { .. }
            | Act::Enable { .. }
            | Act::Number { .. }
            | Act::ResetTotp { .. } => Ok(None),
        }
    }
}

/// Carries a command out and says what was done.
pub async fn run(args: &UserArgs, password: Option<Typed>, config: &Config) -> Result<(), StartError> {
    // What is told by the log alone, such as an entry that could not be kept, must be told here too.
    logging::start(&LogConfig { level: "error".to_owned(), format: config.log.format })?;
    let accounts = Accounts::open(config).await?;
    match &args.act {
        Act::Create { name, email, admin, .. } => {
            let input = CreateAccount {
                username: Username::choose(name).map_err(|error| wrong("the username", &error))?,
                email: Email::parse(email).map_err(|error| wrong("the e-mail address", &error))?,
                password: given(password)?,
                admin: *admin,
            };
            let user = accounts.admin.create_account(&Operator::command_line(), input).await.map_err(failed)?;
            print_line(&format!("{} is {} now", user.username, if *admin { "an admin" } else { "a member" }))
        }
        Act::List { json } => listing::print(&accounts.admin, *json).await,
        Act::Promote { name } => {
            let user = change(&accounts, name, AccountChange { admin: Some(true), disabled: None }).await?;
            print_line(&format!("{} is an admin now", user.username))
        }
        Act::Demote { name } => {
            let user = change(&accounts, name, AccountChange { admin: Some(false), disabled: None }).await?;
            print_line(&format!("{} is a {} now", user.username, user.role))
        }
        Act::Disable { name } => {
            let user = change(&accounts, name, AccountChange { admin: None, disabled: Some(true) }).await?;
            print_line(&format!("{} is disabled and signed out", user.username))
        }
        Act::Enable { name } => {
            let user = change(&accounts, name, AccountChange { admin: None, disabled: Some(false) }).await?;
            print_line(&format!("{} may sign in again", user.username))
        }
        Act::Number { name } => {
            let user = accounts.find(name).await?;
            // Alone on its line, for scripts.
            print_line(&accounts.number_of(&user).await?.to_string())
        }
        Act::ResetPassword { name, .. } => {
            let (user, password) = (accounts.find(name).await?, given(password)?);
            accounts.admin.set_password(&Operator::command_line(), user.id, password).await.map_err(failed)?;
            print_line(&format!("{} has a new password and is signed out", user.username))
        }
        Act::ResetTotp { name } => {
            let user = accounts.find(name).await?;
            accounts.admin.reset_totp(&Operator::command_line(), user.id).await.map_err(failed)?;
            print_line(&format!("{} signs in with the password alone now", user.username))
        }
    }
}

async fn change(accounts: &Accounts, name: &str, change: AccountChange) -> Result<User, StartError> {
    let user = accounts.find(name).await?;
    accounts.admin.change_account(&Operator::command_line(), user.id, change).await.map_err(failed)
}

fn given(password: Option<Typed>) -> Result<Password, StartError> {
    // Every command that wants one has read one.
    password.ok_or_else(|| StartError::Failed("there is no password".to_owned()))?.parse()
}

pub fn wrong(what: &str, error: &rialto_kernel::InvalidValue) -> StartError {
    StartError::Config(format!("{what} {error}"))
}

pub fn failed(error: impl std::error::Error + 'static) -> StartError {
    StartError::Failed(with_causes(&error))
}

/// On one line: what failed, and why.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(deeper) = cause {
        let words = deeper.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        cause = deeper.source();
    }
    text
}
