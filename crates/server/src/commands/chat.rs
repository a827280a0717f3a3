//! `rialto chat`: a client in the terminal, line by line; it runs no server and knows one by its wire.
//!
//! | module | holds |
//! |---|---|
//! | `credentials` | who comes in |
//! | `room` | which conversation |
//! | `input` | reading lines without holding up the end |
//! | `line` | what a typed line asks for |
//! | `talk` | the loop between server and terminal |
//! | `typed` | what each typed line does |
//! | `scenario` | trying a surface, without a person |
//! | `screen` | where things are printed, as text or JSON |
//! | `text` | how things read |

mod credentials;
mod input;
mod line;
mod room;
mod scenario;
mod screen;
mod talk;
mod text;
mod typed;

use clap::Args;
use clap::builder::ArgPredicate;
use rialto_client::{ClientError, Rest};

pub use self::credentials::Credentials;
use self::scenario::{Scenario, TriedSurface};
use self::screen::Screen;
use self::talk::Talk;
use crate::config::ChatEnvironment;
use crate::start_error::StartError;

/// The options of `rialto chat`.
#[derive(Args)]
pub struct ChatArgs {
    /// Scheme, host and port of the server; with `--surface`, where the surface is
    #[arg(
        long,
        default_value = "http://127.0.0.1:8080",
        default_value_if("surface", ArgPredicate::IsPresent, "http://127.0.0.1:8080/compat/chat-api")
    )]
    url: String,
    #[command(flatten)]
    who: Who,
    /// `lobby`, the id of a conversation, or the name of a group or channel; public channels are joined
    #[arg(long, value_name = "CONVERSATION", default_value = "lobby")]
    conversation: String,
    /// Print everything that comes as lines of JSON
    #[arg(long)]
    json: bool,
    /// Which surface a scenario is tried on
    #[arg(long, requires = "scenario")]
    surface: Option<TriedSurface>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// Come in as a guest of this name
    #[arg(long, value_name = "NAME")]
    guest: Option<String>,
    /// Sign in by username or e-mail address; asks for the password, or takes it from RIALTO_PASSWORD
    #[arg(long, value_name = "NAME")]
    login: Option<String>,
    /// Try this on a surface, as two accounts that are made for it
    #[arg(long, requires = "surface", conflicts_with_all = ["conversation", "json"])]
    scenario: Option<Scenario>,
}

impl ChatArgs {
    /// Asks for what is missing; before anything else runs, as it waits for a person.
    pub fn credentials(&self) -> Result<Option<Credentials>, StartError> {
        if self.who.scenario.is_some() {
            return Ok(None);
        }
        Credentials::complete(self.who.guest.clone(), self.who.login.clone(), ChatEnvironment::read().password)
            .map(Some)
    }
}

/// Talks until `/quit` or the end of the input, or tries what is to be tried.
pub async fn run(args: &ChatArgs, credentials: Option<Credentials>) -> Result<(), StartError> {
    match (credentials, args.who.scenario) {
        (Some(credentials), _) => converse(args, credentials).await,
        (None, Some(scenario)) => scenario::run(&args.url, scenario).await,
        (None, None) => Ok(()),
    }
}

async fn converse(args: &ChatArgs, credentials: Credentials) -> Result<(), StartError> {
    let rest = Rest::new(&args.url).map_err(|error| failed(&args.url, &error))?;
    let signed_in = credentials.sign_in(&rest).await.map_err(|error| failed(&args.url, &error))?;
    let rest = rest.with_token(&signed_in.tokens.access_token);
    let found = room::find(&rest, &args.conversation).await.map_err(|error| failed(&args.url, &error))?;
    let room = found.ok_or_else(|| StartError::Failed(text::no_such_room(&args.conversation)))?;
    let screen = Screen::new(args.json, ChatEnvironment::read().escapes);
    Talk::start(&rest, signed_in, room, screen).run().await
}

/// A refusal is the server's word; everything else means that there is no server to talk to.
fn failed(url: &str, error: &ClientError) -> StartError {
    match error {
        ClientError::Problem(problem) if problem.status < 500 => StartError::Failed(text::problem(problem)),
        ClientError::Problem(problem) => {
            StartError::NoServer(format!("{url} is not ready: {}", text::problem(problem)))
        }
        error => StartError::NoServer(format!("no server answers at {url}: {error}")),
    }
}
