//! Every setting and where it comes from; the one place that reads the environment.
//!
//! `config/default.toml` holds every key, and is built in. Later sources win: defaults, the file of the
//! environment (`APP_ENV`), the file given by `--config`, variables `RIALTO__SECTION__KEY`, well-known names.

mod bounds;
mod chat;
mod settings;
mod sources;

use std::ffi::OsString;
use std::path::Path;

pub use chat::ChatEnvironment;
pub use settings::{
    BinanceConfig, Config, Environment, LimitsConfig, ListenerConfig, LogConfig, LogFormat, MailConfig, MailTransport,
    PricesConfig, RealtimeConfig, SmtpProtection,
};

use crate::start_error::StartError;

impl Config {
    /// Reads all sources and checks them.
    ///
    /// # Errors
    /// One line that names the source, the key and what to do.
    pub fn load(file: Option<&Path>) -> Result<Self, StartError> {
        let variables = readable(std::env::vars_os()).map_err(StartError::Config)?;
        sources::read(file, &variables).map_err(StartError::Config)
    }
}

/// The variables that are text. Of the others only those that are ours matter.
fn readable(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Vec<(String, String)>, String> {
    let mut texts = Vec::new();
    for (name, value) in variables {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => texts.push((name, value)),
            Err(_) if sources::is_ours(&name) => return Err(format!("the environment variable {name} is not UTF-8")),
            Err(_) => {}
        }
    }
    Ok(texts)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn variable(name: &[u8], value: &[u8]) -> (OsString, OsString) {
        (OsString::from_vec(name.to_vec()), OsString::from_vec(value.to_vec()))
    }

    #[test]
    fn variables_of_others_may_hold_anything() {
        let variables = [variable(b"LESSOPEN", b"\xff"), variable(b"\xfe", b"1"), variable(b"PORT", b"1")];
        assert_eq!(readable(variables.into_iter()).unwrap(), [("PORT".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn a_variable_of_ours_that_is_no_text_is_named() {
        for name in ["DATA_DIR", "APP_ENV", "RIALTO__LOG__LEVEL"] {
            let refusal = readable([variable(name.as_bytes(), b"\xff")].into_iter()).unwrap_err();
            assert!(refusal.contains(name), "{refusal}");
        }
    }
}
