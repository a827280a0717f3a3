//! rialto-messaging
