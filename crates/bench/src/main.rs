//! Measures a server against references that stand beside it, and prints one table. docs/benchmarks.md says
//! what each row is.

mod database;
mod error;
mod limits;
mod load;
mod process;
mod reference;
mod report;
mod rows;
mod seed;
mod server;
mod stats;
mod upstream;

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::error::Result;
use crate::reference::Limit;
use crate::rows::Row;
use crate::server::Setup;

/// Ten thousand sockets, the server's files, and some room.
const FILES: u64 = 16_384;

/// Measures a Rialto server against references that stand beside it.
#[derive(Parser)]
#[command(name = "rialto-bench")]
struct Arguments {
    /// The rows to measure; all of them unless told.
    #[arg(ignore_case = true)]
    rows: Vec<Row>,
    /// Small sizes, to see that everything works: the figures mean little.
    #[arg(long)]
    quick: bool,
    /// The server's binary; the one beside this program unless told.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// Be a reference instead.
    #[arg(long, hide = true)]
    serve_limit: Option<Limit>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.serve_limit {
        Some(limit) => limit.serve().map(|()| true),
        None => measure(&arguments),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Standard error may be gone; there is nobody left to tell then.
            let _ = writeln!(stderr(), "rialto-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every row could be measured, and no delivery was lost, repeated or reordered.
fn measure(arguments: &Arguments) -> Result<bool> {
    limits::allow_files(FILES)?;
    let setup = Setup { quick: arguments.quick, binary: binary(arguments)?, postgres: postgres() };
    if setup.postgres.is_none() {
        writeln!(stderr(), "no PostgreSQL, so its lines are left out; `just bench` starts one")?;
    }
    let rows = if arguments.rows.is_empty() { Row::value_variants() } else { &arguments.rows };
    let (mut lines, mut sound) = (Vec::new(), true);
    for row in rows {
        writeln!(stderr(), "measuring {row:?} …")?;
        match row.run(&setup) {
            Ok(measured) => lines.extend(measured),
            Err(error) => {
                sound = false;
                writeln!(stderr(), "{row:?} FAILED: {error}")?;
            }
        }
    }
    write!(stdout(), "{}", report::table(&lines))?;
    Ok(sound && !lines.iter().any(report::Line::failed))
}

fn binary(arguments: &Arguments) -> Result<PathBuf> {
    let binary = match &arguments.server {
        Some(binary) => binary.clone(),
        None => std::env::current_exe()?.with_file_name("rialto"),
    };
    if binary.exists() { Ok(binary) } else { error::broken(format!("there is no {}: build it", binary.display())) }
}

#[expect(clippy::disallowed_methods, reason = "set by scripts/services/postgres.sh; the server never reads it")]
fn postgres() -> Option<String> {
    std::env::var("RIALTO_TEST_POSTGRES_URL").ok()
}
