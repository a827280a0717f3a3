//! One file per command.

pub mod chat;
pub mod healthcheck;
pub mod migrate;
pub mod openapi;
pub mod serve;
