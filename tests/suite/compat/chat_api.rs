//! A chat API with live messages.

mod accounts;
mod client;
mod messages;
mod page;
mod people;
mod rooms;
mod safety;
mod sockets;
mod tokens;
