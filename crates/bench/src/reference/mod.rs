//! What the server is held against: small programs that do no more than the row needs.

mod hello;
mod limit;
mod limit_batch;
mod limit_direct;
mod raw_db;

use std::process::Command;

use clap::ValueEnum;

pub use raw_db::{RawDb, RawRows, connect as connect_raw};

use crate::error::Result;
use crate::process::Process;

/// A server that does nothing but what a row needs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Limit {
    /// One `send` per delivery.
    Direct,
    /// One `send` per connection and round.
    Batch,
    /// A greeting over HTTP.
    Hello,
}

impl Limit {
    /// As the table names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "limit-direct",
            Self::Batch => "limit-batch",
            Self::Hello => "hello",
        }
    }

    /// Runs it in this process, until it is killed.
    pub fn serve(self) -> Result<()> {
        match self {
            Self::Direct => limit::serve(limit_direct::Direct::default()),
            Self::Batch => limit::serve(limit_batch::Batch::default()),
            Self::Hello => hello::serve(),
        }
    }

    /// Starts it in a process of its own, so that its processor time can be told apart.
    pub fn start(self) -> Result<Process> {
        let word = match self {
            Self::Direct => "direct",
            Self::Batch => "batch",
            Self::Hello => "hello",
        };
        Process::start(Command::new(std::env::current_exe()?).args(["--serve-limit", word]), limit::MARKER)
    }
}
