//! rialto-adapter-postgres
