//! One file per command.

pub mod asyncapi;
pub mod chat;
pub mod conversation;
pub mod healthcheck;
pub mod import;
pub mod migrate;
pub mod openapi;
mod print;
pub mod serve;
pub mod token;
pub mod user;
