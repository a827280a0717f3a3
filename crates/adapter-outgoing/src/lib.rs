//! Calls to addresses that strangers name. Whatever such an address is spelt as, leads to or changes into, what is
//! reached is on the public internet.
//!
//! | where | what |
//! |---|---|
//! | [`address`] | which addresses are public |
//! | `resolver` | names, as far as they lead to public addresses |
//! | [`fetcher`] | [`OutgoingPictureFetcher`]: one bounded GET, redirects followed by hand |
//!
//! Why it holds: a connection is made either to an address that is written in the URL, which is looked at before every
//! hop, or to one that the resolver gave out, which gives out no other. Nothing is resolved twice, so a name that
//! changes what it means in between changes nothing; and there is no proxy that would resolve it anew.
//!
//! To add another kind of call: make it through `Caller`.

pub mod address;
mod caller;
pub mod fetcher;
mod resolver;

pub use caller::{OutgoingSettings, SetupError};
pub use fetcher::OutgoingPictureFetcher;
