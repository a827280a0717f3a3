//! Every setting and where it comes from; the one place that reads the environment.
//!
//! `config/default.toml` holds every key, and is built in. Later sources win: defaults, the file of the
//! environment (`APP_ENV`), the file given by `--config`, variables `RIALTO__SECTION__KEY`, well-known names.

mod settings;
mod sources;

use std::path::Path;

pub use settings::{Config, Environment, LogConfig, LogFormat, PricesConfig, RealtimeConfig};

use crate::start_error::StartError;

impl Config {
    /// Reads all sources and checks them.
    ///
    /// # Errors
    /// One line that names the source, the key and what to do.
    pub fn load(file: Option<&Path>) -> Result<Self, StartError> {
        let variables: Vec<(String, String)> = std::env::vars().collect();
        sources::read(file, &variables).map_err(StartError::Config)
    }
}
