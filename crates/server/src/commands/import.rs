//! `rialto import`: from the databases of the servers whose clients the compatibility surfaces serve.
//!
//! | module | holds |
//! |---|---|
//! | `people` | who somebody of that server is here |
//! | `users`, `conversations`, `messages` | the three steps, in this order |
//! | `report` | what is printed: a line for whatever somebody should know, and the sums |

mod conversations;
mod messages;
mod people;
mod report;
mod users;

use std::io::BufRead;

use clap::{Args, ValueEnum};
use rialto_adapter_postgres::{Elsewhere, KnownServer};
use rialto_identity::{AccountImporter, ImportRules};
use rialto_kernel::Origin;
use rialto_messaging::{HistoryDeps, HistoryImporter};
use secrecy::{ExposeSecret, SecretString};

use self::people::People;
use self::report::Report;
use super::print::print_line;
use super::user::failed;
use crate::config::{Config, LogConfig};
use crate::logging;
use crate::start_error::StartError;
use crate::storage::{Database, Storage, prepare_data_directory};
use crate::wiring::system;

/// The options of `rialto import`.
#[derive(Args)]
pub struct ImportArgs {
    /// The server whose database it is, by the name of its surface
    #[arg(long, value_name = "SERVER")]
    from: Source,
    /// Its PostgreSQL, postgres://user:password@host:5432/name; `-` takes the first line of standard input
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Look at everything, say what would come of it, and bring nothing over
    #[arg(long)]
    dry_run: bool,
    /// Make an account one with the account here that has its e-mail address
    #[arg(long)]
    merge_by_email: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Source {
    PortfolioTracker,
    RealtimeChat,
    ChatApi,
    Gochat,
    GroupServer,
}

impl Source {
    /// `None` for the one that keeps nothing.
    const fn server(self) -> Option<KnownServer> {
        match self {
            Self::PortfolioTracker => Some(KnownServer::PortfolioTracker),
            Self::RealtimeChat => None,
            Self::ChatApi => Some(KnownServer::ChatApi),
            Self::Gochat => Some(KnownServer::Gochat),
            Self::GroupServer => Some(KnownServer::GroupServer),
        }
    }
}

impl ImportArgs {
    /// The URL, read from standard input if that is wished: a password on the command line is seen by others.
    pub fn url(&self) -> Result<Option<SecretString>, StartError> {
        if self.url.as_deref() != Some("-") {
            return Ok(self.url.clone().map(SecretString::from));
        }
        let mut line = String::new();
        let failed = |error| StartError::Failed(format!("cannot read the URL from standard input: {error}"));
        std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
        Ok(Some(SecretString::from(line.trim())))
    }
}

/// Brings over what there is and says what became of it.
pub async fn run(args: &ImportArgs, url: Option<SecretString>, config: &Config) -> Result<(), StartError> {
    logging::start(&LogConfig { level: "error".to_owned(), format: config.log.format })?;
    let Some(server) = args.from.server() else {
        return print_line("realtime-chat keeps nothing: there is nothing to bring over");
    };
    let url = url.ok_or_else(|| StartError::Config("give the URL of the database with --url".to_owned()))?;
    // First what changes nothing: a wrong address is told before anything is stored.
    let mut there = Elsewhere::open(url.expose_secret(), server).await.map_err(failed)?;
    let (mut accounts, history) = importers(args, server, config).await?;
    let mut report = Report::default();
    if args.dry_run {
        print_line("a dry run: nothing is brought over")?;
    }
    report.left_out(&there.left_out().await.map_err(failed)?)?;
    if server == KnownServer::ChatApi {
        history.open_lobby().await.map_err(failed)?;
    }
    let people = People::new(server == KnownServer::ChatApi);
    let people = users::bring(&mut there, &mut accounts, &mut report, people).await?;
    let places = conversations::bring(&mut there, &history, &people, &mut report).await?;
    messages::bring(&mut there, &history, &people, &places, &mut report).await?;
    report.print_sums()
}

/// The domains over the configured database.
async fn importers(
    args: &ImportArgs,
    server: KnownServer,
    config: &Config,
) -> Result<(AccountImporter, HistoryImporter), StartError> {
    prepare_data_directory(&config.data.dir)?;
    let storage = Storage::over(Database::open(config, config.database.migrate).await?);
    let (clock, ids) = system();
    let origin = Origin::named(server.name());
    let rules = ImportRules { merge_by_email: args.merge_by_email, dry_run: args.dry_run };
    let accounts = AccountImporter::new(storage.identity.imports, clock.clone(), origin, rules);
    let deps = HistoryDeps { store: storage.messaging.store, imports: storage.messaging.imports, clock, ids };
    Ok((accounts, HistoryImporter::new(deps, origin, args.dry_run)))
}
