//! Black-box tests: they start the real `rialto` binary and speak HTTP and WebSocket to it.
//!
//! | module | claims about |
//! |---|---|
//! | [`architecture`] | which crate may know which |
//! | [`start`] | starting, refusing to start, stopping |
//! | [`identity`] | accounts, tokens, sessions |
//! | [`upgrade`] | guests who become members |
//! | [`messaging`] | conversations, messages, history, members over HTTP |
//! | [`bad_input`] | what every kind of bad request is told |
//! | [`hostile_http`] | what somebody who means harm meets over HTTP |
//! | [`realtime`] | `rialto.v1` |
//! | [`protocol_examples`] | the examples in the protocol's documentation |
//! | [`client`] | the client connection that lasts |
//! | [`chat_command`] | `rialto chat`, driven through pipes |
//! | [`crash`] | what survives SIGKILL |
//! | [`prices`] | quotes, bulk, streams, topics |
//! | [`operations`] | health, metrics, documents |
//!
//! A test that needs a server runs on every database: see [`support::on_every_database`].

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "this is test code: a failure panics")]

mod architecture;
mod bad_input;
mod chat_command;
mod client;
mod crash;
mod hostile_http;
mod identity;
mod messaging;
mod operations;
mod prices;
mod protocol_examples;
mod realtime;
mod start;
mod support;
mod upgrade;
