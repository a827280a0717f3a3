//! rialto-adapter-web
