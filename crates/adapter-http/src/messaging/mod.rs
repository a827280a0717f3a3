//! Conversations, members, messages, what was read, who keeps order, presence: one file per concern.

pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod changes;
pub(crate) mod conversations;
mod convert;
pub(crate) mod events;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod mutes;
pub(crate) mod pins;
pub(crate) mod presence;
pub(crate) mod reactions;
pub(crate) mod reads;
pub(crate) mod reports;
pub(crate) mod search;
pub(crate) mod sync;
pub(crate) mod threads;
