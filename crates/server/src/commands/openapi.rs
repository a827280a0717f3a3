//! `rialto openapi`: prints the OpenAPI document.

use std::io::Write;

use crate::start_error::StartError;

/// Prints the document as indented JSON.
pub fn run() -> Result<(), StartError> {
    let document = rialto_adapter_http::openapi()
        .to_pretty_json()
        .map_err(|error| StartError::Failed(format!("cannot print the document: {error}")))?;
    match writeln!(std::io::stdout(), "{document}") {
        // Whoever reads only the beginning, `| head`, has got what they want.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|error| StartError::Failed(error.to_string())),
    }
}
