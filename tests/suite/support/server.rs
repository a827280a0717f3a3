//! A real `rialto` process with its own data directory and database.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rialto_client::Rest;
use rialto_testkit::postgres::TestDatabase;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

const START_PATIENCE: Duration = Duration::from_secs(30);

/// Settings for a test that gives more commands on one socket than a person would.
pub const PLENTY: [(&str, &str); 2] =
    [("RIALTO__REALTIME__COMMANDS_PER_SECOND", "100000"), ("RIALTO__REALTIME__COMMAND_BURST", "100000")];

/// Which database stands behind the server.
#[derive(Clone, Copy, Debug)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A running server, killed when dropped.
pub struct Server {
    child: Child,
    directory: TempDir,
    database: Option<TestDatabase>,
    settings: Vec<(String, String)>,
    base_url: String,
    setup_link: Option<String>,
    surfaces: Vec<(String, String)>,
}

impl Server {
    /// Starts a server over a fresh database.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[]).await
    }

    /// Starts a server with settings in its environment.
    pub async fn start_with(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(TestDatabase::create().await),
        };
        let settings: Vec<_> = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let Launched { child, base_url, setup_link, surfaces } = launch(&directory, database.as_ref(), &settings).await;
        Self { child, directory, database, settings, base_url, setup_link, surfaces }
    }

    /// Ends the process with SIGKILL, as a crash would, and starts another one over the same data.
    pub async fn crash_and_restart(&mut self) {
        self.kill().await;
        let Launched { child, base_url, setup_link, surfaces } =
            launch(&self.directory, self.database.as_ref(), &self.settings).await;
        self.child = child;
        self.base_url = base_url;
        self.setup_link = setup_link;
        self.surfaces = surfaces;
    }

    /// As [`Server::crash_and_restart`], with these settings from then on.
    pub async fn restart_with(&mut self, settings: &[(&str, &str)]) {
        self.settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.crash_and_restart().await;
    }

    /// As [`Server::crash_and_restart`], where clients that come back find it: at the same address.
    pub async fn crash_and_restart_in_place(&mut self) {
        let here = self.rest();
        self.crash_and_restart_at(&here).await;
    }

    /// As [`Server::crash_and_restart`], at an address that it had before.
    pub async fn crash_and_restart_at(&mut self, address: &Rest) {
        self.kill().await;
        let port = address.base_url().rsplit(':').next().unwrap().to_owned();
        let mut settings = self.settings.clone();
        settings.push(("PORT".to_owned(), port));
        let Launched { child, base_url, setup_link, surfaces } =
            launch(&self.directory, self.database.as_ref(), &settings).await;
        self.setup_link = setup_link;
        self.child = child;
        self.base_url = base_url;
        self.surfaces = surfaces;
    }

    /// Ends the process with SIGKILL.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks the process to stop with SIGTERM and waits until it has; gives its exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        self.terminate().await;
        let status = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        status.expect("the server did not stop").unwrap().code()
    }

    /// Sends SIGTERM.
    pub async fn terminate(&self) {
        let pid = self.child.id().expect("the server runs").to_string();
        assert!(Command::new("kill").arg(pid).status().await.unwrap().success());
    }

    /// Another server over the same database; `None` where the database takes only one.
    pub async fn start_beside(&self) -> Option<Beside> {
        let database = self.database.as_ref()?;
        let directory = tempfile::tempdir().unwrap();
        let Launched { child, base_url, .. } = launch(&directory, Some(database), &self.settings).await;
        Some(Beside { _child: child, _directory: directory, base_url })
    }

    /// A command of the binary over the same data.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.directory.path());
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database.url());
        }
        command.envs(self.settings.iter().cloned()).args(arguments);
        command
    }

    /// Where a surface is: below its prefix first, then on listeners of its own.
    pub fn places_of(&self, surface: &str) -> Vec<String> {
        let of_it = self.surfaces.iter().filter(|(name, _)| name == surface);
        of_it.map(|(_, place)| place.trim_end_matches('/').to_owned()).collect()
    }

    /// The link that makes the first admin, if it printed one.
    pub fn setup_link(&self) -> Option<&str> {
        self.setup_link.as_deref()
    }

    /// Where its data is.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// All it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap()
    }

    /// A client without credentials.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.base_url).unwrap()
    }

    /// Scheme, host and port.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// What a process that started said.
struct Launched {
    child: Child,
    base_url: String,
    setup_link: Option<String>,
    surfaces: Vec<(String, String)>,
}

/// A second server over another one's database, killed when dropped.
pub struct Beside {
    _child: Child,
    _directory: TempDir,
    base_url: String,
}

impl Beside {
    /// A client without credentials.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.base_url).unwrap()
    }
}

/// The binary under test: built by the script that runs the tests, beside this test's own binary.
pub fn binary() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("rialto");
    assert!(path.exists(), "{} is missing: run `cargo build` first, or scripts/test", path.display());
    path
}

/// A command that runs the binary with nothing of this process's environment but the path.
pub fn command(data_directory: &Path) -> Command {
    let mut command = Command::new(binary());
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("DATA_DIR", data_directory)
        .env("PORT", "0")
        // The cheapest cost there is: these tests are not about how long a password takes.
        .env("RIALTO__AUTH__BCRYPT_COST", "4")
        .env("RIALTO__SERVER__WORKERS", "2")
        .env("LOG_LEVEL", "warn")
        // What is asked of a provider is asked of a fake one, by the tests that name it.
        .env("RIALTO__PRICES__PROVIDERS", "simulated")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn launch(directory: &TempDir, database: Option<&TestDatabase>, settings: &[(String, String)]) -> Launched {
    let mut command = command(directory.path());
    if let Some(database) = database {
        command.env("DATABASE_URL", database.url());
    }
    let log = std::fs::OpenOptions::new().create(true).append(true).open(directory.path().join("log")).unwrap();
    command.envs(settings.iter().cloned()).stdout(Stdio::piped()).stderr(log);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (mut setup_link, mut base_url, mut surfaces) = (None, None, Vec::new());
    let started = tokio::time::timeout(START_PATIENCE, async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((_, link)) = line.split_once("set up    ") {
                setup_link = link.split_whitespace().next().map(str::to_owned);
            }
            if let Some((_, url)) = line.split_once("web       ") {
                base_url = Some(url.trim().trim_end_matches('/').to_owned());
            }
            if let Some((_, place)) = line.split_once("for clients of ") {
                let mut words = place.split_whitespace().map(str::to_owned);
                surfaces.extend(words.next().zip(words.next()));
            }
            if line.contains("database  ") {
                return base_url.take();
            }
        }
        None
    });
    match started.await {
        Ok(Some(url)) => {
            // Nobody reads the rest, but a closed pipe must not trouble the server.
            tokio::spawn(async move { lines.into_inner().read_to_end(&mut Vec::new()).await });
            Launched { child, base_url: url, setup_link, surfaces }
        }
        _ => {
            let log = std::fs::read_to_string(directory.path().join("log")).unwrap_or_default();
            panic!("the server did not start:\n{log}");
        }
    }
}
