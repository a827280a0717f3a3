//! The frames of `rialto.v1`: JSON text, one frame per WebSocket message.

mod client;
mod server;

pub use client::{
    AuthData, CatchupData, ClientFrame, EditData, GuestData, HistoryData, MessageRefData, PongData, PresenceData,
    ReactData, RefreshData, TopicMode,
};
pub use server::{
    ByeData, ErrorData, EventFrame, HelloData, OkData, PingData, ReadyData, SentData, ServerFrame, SignalBody,
    StreamPosition,
};

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;
