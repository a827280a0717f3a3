//! rialto-wire
