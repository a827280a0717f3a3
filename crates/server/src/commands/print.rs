//! Documents on standard output.

use std::io::Write;

use serde::Serialize;

use crate::start_error::StartError;

/// Prints a document as indented JSON.
pub fn print_document<T: Serialize>(document: &T) -> Result<(), StartError> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| StartError::Failed(format!("cannot print the document: {error}")))?;
    print_line(&text)
}

/// Prints a line.
pub fn print_line(text: &str) -> Result<(), StartError> {
    match writeln!(std::io::stdout(), "{text}") {
        // Whoever reads only the beginning, `| head`, has got what they want.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|error| StartError::Failed(error.to_string())),
    }
}
