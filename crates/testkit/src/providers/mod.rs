//! Price providers on a port of this machine, as their specifications describe them, with everything that goes wrong
//! with them in the real world.
//!
//! | where | what |
//! |---|---|
//! | [`FakeMarket`] | what everything is worth and when: one truth for all providers |
//! | [`FakeCoinGecko`], [`FakeCoinPaprika`], [`FakeBinance`] | the providers |
//! | [`Script`] | what a provider does wrong, whom it lets in, how much it allows, and what it was asked |
//!
//! Limits are counted on the [`FakeClock`](crate::FakeClock) of the market; slow answers are slow in real time.

mod binance;
mod binance_socket;
mod coingecko;
mod coinpaprika;
mod fault;
mod http;
mod limits;
mod market;
mod script;
mod server;

pub use self::binance::FakeBinance;
pub use self::binance_socket::FakeSockets;
pub use self::coingecko::FakeCoinGecko;
pub use self::coinpaprika::FakeCoinPaprika;
pub use self::fault::{Fault, Oddity};
pub use self::http::{Reply, Request};
pub use self::market::{FakeCoin, FakeMarket};
pub use self::script::Script;
