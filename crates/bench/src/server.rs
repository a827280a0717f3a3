//! The server under test: the real binary, over a database of its own.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::database::{Backend, Database};
use crate::error::{Result, broken};
use crate::load::{Heard, Swarm};
use crate::process::Process;
use crate::seed::Seed;
use crate::upstream::Upstream;

/// How to run rows.
pub struct Setup {
    /// Small sizes, to see that everything works.
    pub quick: bool,
    /// The server's binary.
    pub binary: PathBuf,
    /// A throw-away PostgreSQL, if there is one.
    pub postgres: Option<String>,
}

impl Setup {
    /// One of two, for the full run and the quick one.
    pub fn size<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// The stores that rows about storage measure: PostgreSQL only if there is one.
    pub fn backends(&self) -> &'static [Backend] {
        if self.postgres.is_some() { &[Backend::Postgres, Backend::Sqlite] } else { &[Backend::Sqlite] }
    }
}

/// Somebody who may connect.
pub struct Person {
    pub id: Uuid,
    pub token: String,
}

/// A server with people in it.
pub struct Server {
    pub process: Process,
    pub database: Database,
    pub people: Vec<Person>,
}

impl Server {
    /// Lets `people` guests in through the protocol, adds what `seed` makes of their ids straight to the
    /// database, and starts a server that has served nobody yet.
    pub fn prepare(setup: &Setup, backend: Backend, people: usize, seed: impl FnOnce(&[Uuid]) -> Seed) -> Result<Self> {
        let database = Database::create(backend, setup.postgres.as_deref())?;
        let process = start(setup, &database, &[])?;
        let people = enter(process.address(), people)?;
        process.stop()?;
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        database.seed(&seed(&ids))?;
        let process = start(setup, &database, &[])?;
        process.settle()?;
        Ok(Self { process, database, people })
    }

    /// A server without people, whose prices are this provider's.
    pub fn with_prices(setup: &Setup, backend: Backend, upstream: &Upstream) -> Result<Self> {
        let url = upstream.url();
        Self::alone(
            setup,
            backend,
            &[("RIALTO__PRICES__PROVIDERS", "coingecko"), ("RIALTO__PRICES__COINGECKO__URL", &url)],
        )
    }

    /// A server without people, with so many made-up assets that tick ten times a second.
    pub fn with_simulated_prices(setup: &Setup, backend: Backend, assets: usize) -> Result<Self> {
        let assets = assets.to_string();
        let settings = [
            ("RIALTO__PRICES__PROVIDERS", "simulated"),
            ("RIALTO__PRICES__SIMULATED_EXTRA_ASSETS", assets.as_str()),
            ("RIALTO__PRICES__TICK_INTERVAL_MS", "100"),
            ("RIALTO__PRICES__SIMULATED_STEP_MS", "100"),
        ];
        Self::alone(setup, backend, &settings)
    }

    fn alone(setup: &Setup, backend: Backend, settings: &[(&str, &str)]) -> Result<Self> {
        let database = Database::create(backend, setup.postgres.as_deref())?;
        let process = start(setup, &database, settings)?;
        process.settle()?;
        Ok(Self { process, database, people: Vec::new() })
    }
}

fn start(setup: &Setup, database: &Database, settings: &[(&str, &str)]) -> Result<Process> {
    let mut command = Command::new(&setup.binary);
    let log = OpenOptions::new().create(true).append(true).open(database.directory().join("log"))?;
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("DATA_DIR", database.directory())
        .env("PORT", "0")
        .env("LOG_LEVEL", "warn")
        // The defaults are for people; these let one machine play all of them.
        .env("RIALTO__REALTIME__MAX_CONNECTIONS", "20000")
        .env("RIALTO__REALTIME__MAX_CONNECTIONS_PER_USER", "1000")
        .env("RIALTO__REALTIME__MAX_CONNECTIONS_PER_ADDRESS", "20000")
        .env("RIALTO__LIMITS__ENABLED", "false")
        .env("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "1000000")
        .env("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS_PER_ADDRESS", "1000000")
        .env("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS_PER_ACCOUNT", "1000000")
        .env("RIALTO__REALTIME__COMMANDS_PER_SECOND", "1000000")
        .env("RIALTO__REALTIME__COMMAND_BURST", "1000000")
        .env("RIALTO__AUTH__ACCESS_MINUTES", "120")
        .env("RIALTO__REALTIME__AUTH_TIMEOUT_MS", "60000")
        .env("RIALTO__PRICES__PROVIDERS", "simulated")
        .envs(settings.iter().copied())
        .envs(database.url().map(|url| ("DATABASE_URL", url)))
        .stderr(log);
    Process::start(&mut command, "web       http://")
}

/// How many connections are begun and not yet answered: fewer than the server's queue of new connections
/// holds, for beyond it the kernel makes a client wait a second.
pub const OPENING: usize = 400;
/// How many guests come in at a time; each is several commits.
const ENTERING: usize = 64;
/// How long the server may leave clients waiting while nothing comes at all.
const PATIENCE: Duration = Duration::from_secs(30);

fn enter(address: SocketAddr, count: usize) -> Result<Vec<Person>> {
    let mut people = Vec::with_capacity(count);
    while people.len() < count {
        let mut swarm = Swarm::new(address)?;
        let group = (count - people.len()).min(ENTERING);
        for _ in 0..group {
            swarm.connect("/ws", None)?;
        }
        let until = people.len() + group;
        let deadline = Instant::now() + PATIENCE;
        while people.len() < until {
            swarm.poll(Duration::from_millis(100), |_, heard| match heard {
                Heard::Open => Ok(Some(r#"{"type":"auth","data":{"guest":{"name":"Guest"}}}"#.to_owned())),
                Heard::Text(text) => {
                    people.extend(read_ready(text)?);
                    refuse_errors(text)
                }
                Heard::Closed => broken("a guest is not let in"),
            })?;
            if Instant::now() > deadline {
                return broken("guests are not let in");
            }
        }
    }
    Ok(people)
}

fn read_ready(text: &[u8]) -> Result<Option<Person>> {
    if !text.starts_with(br#"{"type":"ready""#) {
        return Ok(None);
    }
    let frame: serde_json::Value = serde_json::from_slice(text)?;
    let (id, token) = (&frame["data"]["user"]["id"], &frame["data"]["tokens"]["access_token"]);
    match (id.as_str().and_then(|id| id.parse().ok()), token.as_str()) {
        (Some(id), Some(token)) => Ok(Some(Person { id, token: token.to_owned() })),
        _ => broken("a `ready` without an id or a token"),
    }
}

/// Opens a socket for each token, and returns once all are ready. Sockets are numbered in this order.
pub fn connect_all<'a>(swarm: &mut Swarm, tokens: impl Iterator<Item = &'a str>) -> Result<()> {
    let (mut begun, mut ready) = (0, 0);
    let mut tokens = tokens.peekable();
    let mut deadline = Instant::now() + PATIENCE;
    while tokens.peek().is_some() || ready < begun {
        while begun - ready < OPENING {
            let Some(token) = tokens.next() else { break };
            swarm.connect("/ws", Some(token))?;
            begun += 1;
        }
        let before = ready;
        swarm.poll(Duration::from_millis(100), |_, heard| match heard {
            Heard::Text(text) if text.starts_with(br#"{"type":"ready""#) => {
                ready += 1;
                Ok(None)
            }
            Heard::Text(text) => refuse_errors(text),
            Heard::Open => Ok(None),
            Heard::Closed => broken("a socket is not let in"),
        })?;
        if ready > before {
            deadline = Instant::now() + PATIENCE;
        } else if Instant::now() > deadline {
            return broken(format!("only {ready} of {begun} sockets are ready"));
        }
    }
    Ok(())
}

/// Nothing a row does may be refused: a refusal means that something else is measured than was meant.
pub fn refuse_errors(text: &[u8]) -> Result<Option<String>> {
    if text.starts_with(br#"{"type":"error""#) || text.starts_with(br#"{"type":"bye""#) {
        return broken(format!("the server refused: {}", String::from_utf8_lossy(text)));
    }
    Ok(None)
}
