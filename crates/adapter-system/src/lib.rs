//! rialto-adapter-system
