//! rialto-testkit
