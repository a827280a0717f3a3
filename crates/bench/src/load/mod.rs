//! The load generator: many sockets on one thread, with as little parsing as the row allows.

mod fan_out;
mod frames;
mod http;
mod swarm;
mod tally;
mod text;

pub use fan_out::{Channel, Delivery, FanOut};
pub use frames::{TEXT, first, server_frame};
pub use http::KeptAlive;
pub use swarm::{Heard, Swarm};
pub use tally::{Faults, Order};
pub use text::{number_after, text_after};
