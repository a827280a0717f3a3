//! Clients of other servers: one module per surface, a test per promise of its contract.

mod portfolio_tracker;
mod chat_api;
mod realtime_chat;
mod support;
