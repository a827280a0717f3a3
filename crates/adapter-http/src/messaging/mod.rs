//! Conversations, members, messages, events, presence.

pub(crate) mod conversations;
mod convert;
pub(crate) mod events;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod presence;
