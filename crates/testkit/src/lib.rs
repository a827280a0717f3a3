//! What tests of several crates share: the contract suites of the ports, and doubles for what comes in
//! from outside.
//!
//! | where | what |
//! |---|---|
//! | [`contract`] | one suite per port, one function per rule, a macro that runs a suite on an adapter |
//! | [`builders`] | valid values in few words |
//! | [`clock`], [`ids`] | time and identifiers that a test decides |
//! | [`paused`] | the time of a paused runtime: days pass in no time |
//! | [`replica`] | a conversation as a client keeps it, moved on by events |
//! | [`postgres`] | PostgreSQL databases for tests |
//! | [`providers`] | price providers, and all that goes wrong with them |
//! | [`post`] | the mail server for tests, and what it was given |
//!
//! To add a suite for a port: 1. a module in `contract/` with one `pub async fn` per rule; 2. its macro,
//! which lists the rules; 3. a row in the table of [`contract`]; 4. call the macro in each adapter's tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this crate is test code: a failure panics")]

pub mod builders;
pub mod clock;
pub mod contract;
pub mod ids;
pub mod paused;
pub mod post;
pub mod postgres;
pub mod providers;
pub mod replica;

pub use clock::FakeClock;
pub use contract::{Scene, Stores};
pub use ids::FakeIds;
pub use paused::PausedTime;
pub use replica::Replica;
