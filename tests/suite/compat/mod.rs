//! Clients of other servers: one module per surface, a test per promise of its contract.

mod chat_api;
mod gochat;
mod group_server;
mod portfolio_tracker;
mod realtime_chat;
mod support;
