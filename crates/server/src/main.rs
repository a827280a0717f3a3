//! The `rialto` binary: reads the configuration, wires the adapters to the domains, and runs.
//!
//! | where | what |
//! |---|---|
//! | `config` | every setting and where it comes from |
//! | `wiring` | which adapter stands behind which port |
//! | `application` | build, run, stop: what `main` and every command start from |
//! | `shutdown` | what stops when, in order |
//! | `commands` | one file per command |
//!
//! No rules of its own: what a user may do is decided in the domains, what it looks like in the adapters.

mod account_listener;
mod alert_courier;
mod alert_watch;
mod application;
mod banner;
mod cli;
mod commands;
mod config;
mod farewell;
mod group_server;
mod health;
mod http_server;
mod listener;
mod live;
mod logging;
mod mail;
mod metrics_endpoint;
mod price_recording;
mod prices;
mod security_log;
mod shutdown;
mod start_error;
mod storage;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
