//! rialto-adapter-http
