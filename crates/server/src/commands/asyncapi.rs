//! `rialto asyncapi`: prints the AsyncAPI document of the sockets.

use super::print::print_document;
use crate::start_error::StartError;

/// Prints the document as indented JSON.
pub fn run() -> Result<(), StartError> {
    print_document(&rialto_adapter_http::asyncapi())
}
