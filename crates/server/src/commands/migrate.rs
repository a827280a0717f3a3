//! `rialto migrate`: applies pending migrations and ends.

use std::io::Write;

use crate::config::Config;
use crate::start_error::StartError;
use crate::storage::{Database, prepare_data_directory};

/// Opens the database with migrations on.
pub async fn run(config: &Config) -> Result<(), StartError> {
    prepare_data_directory(&config.data.dir)?;
    let database = Database::open(config, true).await?;
    let _ = writeln!(std::io::stdout(), "{}: the schema is up to date", database.describe());
    Ok(())
}
