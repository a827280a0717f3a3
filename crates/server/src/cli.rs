//! The command line.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    self, chat::ChatArgs, conversation::ConversationArgs, import::ImportArgs, token::TokenArgs, user::UserArgs,
};
use crate::config::Config;
use crate::start_error::StartError;

/// One server for groups that talk and invest together.
#[derive(Parser)]
#[command(name = "rialto", version, about)]
struct Cli {
    /// A TOML file whose settings win over the built-in ones.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default).
    Serve,
    /// Apply pending migrations and end.
    Migrate,
    /// Ask the running server whether it is healthy; for containers.
    Healthcheck,
    /// Print the OpenAPI document.
    Openapi,
    /// Print the AsyncAPI document of the sockets.
    Asyncapi,
    /// Talk in the terminal, at this server or any other.
    Chat(ChatArgs),
    /// Make groups and channels and change who is in them, beside a running server too.
    Conversation(ConversationArgs),
    /// Bring over what another server keeps in PostgreSQL: its users, conversations and messages.
    Import(ImportArgs),
    /// Make, list and end tokens of programs, beside a running server too.
    Token(TokenArgs),
    /// Make, list and change accounts, beside a running server too.
    User(UserArgs),
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match carry_out(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be gone; there is nobody left to tell then.
            let _ = writeln!(std::io::stderr(), "rialto: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn carry_out(cli: &Cli) -> Result<(), StartError> {
    let configuration = || Config::load(cli.config.as_deref());
    match cli.command.as_ref().unwrap_or(&Command::Serve) {
        Command::Serve => in_runtime(commands::serve::run(configuration()?)),
        Command::Migrate => in_runtime(commands::migrate::run(&configuration()?)),
        Command::Healthcheck => in_runtime(commands::healthcheck::run(&configuration()?)),
        Command::Openapi => commands::openapi::run(),
        Command::Asyncapi => commands::asyncapi::run(),
        Command::Chat(args) => {
            let credentials = args.credentials()?;
            in_runtime(commands::chat::run(args, credentials))
        }
        Command::Conversation(args) => in_runtime(commands::conversation::run(args, &configuration()?)),
        Command::Import(args) => {
            let config = configuration()?;
            let url = args.url()?;
            in_runtime(commands::import::run(args, url, &config))
        }
        Command::Token(args) => in_runtime(commands::token::run(args, &configuration()?)),
        Command::User(args) => {
            let config = configuration()?;
            let password = args.password()?;
            in_runtime(commands::user::run(args, password, &config))
        }
    }
}

fn in_runtime(command: impl Future<Output = Result<(), StartError>>) -> Result<(), StartError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::Failed(format!("cannot start the runtime: {error}")))?
        .block_on(command)
}
