//! Between the domains and the wire: what every driving adapter needs, written once, so that a message, an
//! event or a refusal looks the same by whatever way it leaves the server.
//!
//! | module | holds |
//! |---|---|
//! | [`identity`] | users and tokens as the wire shows them |
//! | [`messages`], [`conversations`], [`members`], [`events`], [`reads`], [`moderation`] | messaging as the wire shows it |
//! | [`notices`], [`alerts`] | what other parts of the server tell users, such as that an alert fired |
//! | [`streams`] | the names of streams |
//! | [`inputs`] | requests parsed into the domain's values |
//! | [`codes`] | the stable code of each refusal |

pub mod alerts;
pub mod codes;
pub mod conversations;
pub mod events;
pub mod identity;
pub mod inputs;
pub mod members;
pub mod messages;
pub mod moderation;
pub mod notices;
pub mod reads;
pub mod streams;
