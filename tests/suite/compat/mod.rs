//! Clients of other servers: one module per surface, a test per promise of its contract.

mod chat_api;
mod portfolio_tracker;
mod gochat;
mod group_server;
mod realtime_chat;
mod support;
