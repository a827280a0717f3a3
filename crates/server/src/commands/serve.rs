//! `rialto serve`: runs the server until it is told to stop.

use crate::application::Application;
use crate::config::Config;
use crate::start_error::StartError;
use crate::{banner, logging, shutdown};

/// Runs until SIGINT or SIGTERM.
pub async fn run(config: Config) -> Result<(), StartError> {
    logging::start(&config.log)?;
    let stop = shutdown::on_signal()?;
    let application = Application::build(config).await?;
    banner::print(&application);
    application.run_until_stopped(stop).await
}
