//! The sockets of the surfaces.
//!
//! | module | holds |
//! |---|---|
//! | [`seats`] | how many there may be |
//! | [`upgrade`] | from HTTP to WebSocket |
//! | [`talk`] | the life of a socket: frames, pings, the feed |

mod seats;
mod talk;
mod upgrade;

pub use self::seats::{SeatLimits, Seats};
pub(crate) use self::talk::{Talk, attend, talk, turn_away};
pub use self::upgrade::claim;
pub(crate) use self::upgrade::{NotASocket, Upgrade, WebSocket};
