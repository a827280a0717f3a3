//! rialto-adapter-realtime
