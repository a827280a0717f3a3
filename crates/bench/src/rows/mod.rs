//! The rows. Each prepares its servers, measures in turns, and gives its lines of the table.

mod i1;
mod m1_m2;
mod m3;
mod m4;
mod m5;
mod m6;
mod p1;
mod p2;
mod p3;
mod rooms;

use clap::ValueEnum;

use crate::error::Result;
use crate::report::Line;
use crate::server::Setup;

/// What is measured; docs/benchmarks.md says how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Row {
    /// Fan-out to 100.
    M1,
    /// Fan-out to 1,000.
    M2,
    /// One message in flight to 1,000.
    M3,
    /// Memory of idle sockets.
    M4,
    /// Durable sends.
    M5,
    /// Everybody comes back at once.
    M6,
    /// Chat while many sign in.
    I1,
    /// A price out of the cache.
    P1,
    /// Ticks to many viewers.
    P2,
    /// Many ask for the same at once.
    P3,
}

impl Row {
    /// Measures it.
    pub fn run(self, setup: &Setup) -> Result<Vec<Line>> {
        match self {
            Self::M1 => m1_m2::hundred(setup),
            Self::M2 => m1_m2::thousand(setup),
            Self::M3 => m3::run(setup),
            Self::M4 => m4::run(setup),
            Self::M5 => m5::run(setup),
            Self::M6 => m6::run(setup),
            Self::I1 => i1::run(setup),
            Self::P1 => p1::run(setup),
            Self::P2 => p2::run(setup),
            Self::P3 => p3::run(setup),
        }
    }
}
