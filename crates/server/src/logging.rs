//! Structured logs: text for people, JSON for machines.

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};
use crate::start_error::StartError;

/// Starts logging to standard error.
///
/// # Errors
/// When the level is no filter.
pub fn start(config: &LogConfig) -> Result<(), StartError> {
    let filter = EnvFilter::try_new(&config.level)
        .map_err(|error| StartError::Config(format!("log.level is {:?}: {error}", config.level)))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first one's logs.
    let _already_started = match config.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}
