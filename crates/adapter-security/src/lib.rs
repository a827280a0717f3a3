//! rialto-adapter-security
