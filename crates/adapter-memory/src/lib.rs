//! rialto-adapter-memory
