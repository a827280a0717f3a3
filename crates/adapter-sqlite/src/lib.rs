//! rialto-adapter-sqlite
