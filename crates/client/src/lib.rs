//! rialto-client
