//! What every domain of Rialto truly shares: identifiers, time, pages, exact decimals and the one
//! error a store may raise. No I/O and no runtime.
//!
//! | module | holds |
//! |---|---|
//! | [`id`] | one newtype per kind of identifier, all UUIDv7 |
//! | [`clock`] | the ports for time and fresh ids: [`Clock`], [`Timer`], [`IdSource`] |
//! | [`network`] | [`Network`]: where a client comes from, as coarsely as it is counted |
//! | [`number_book`] | small numbers in the place of UUIDs: the port [`NumberBook`] |
//! | [`origin`] | [`Origin`]: another server, and which ids what comes from there has here |
//! | [`page`] | [`Page`], [`PageLimit`], opaque [`Cursor`]s |
//! | [`decimal`] | [`Decimal`]: exact, bounded, never a float |
//! | [`rate`] | how often somebody may do something: [`RatePolicy`], and the port [`RateLimiter`] |
//! | [`store_error`] | [`StoreError`]: the store could not answer |
//! | [`text`] | which characters show something, which texts look the same |
//! | [`value`] | [`InvalidValue`]: why something from outside was refused |
//!
//! To add an id kind, add a line to the list in [`id`].

pub mod clock;
pub mod decimal;
pub mod id;
pub mod network;
pub mod number_book;
pub mod origin;
pub mod page;
pub mod rate;
pub mod store_error;
pub mod text;
pub mod value;

pub use clock::{Clock, IdSource, Instant, Timer};
pub use decimal::{Decimal, DecimalError};
pub use id::{
    AlertId, ConnectionId, ConversationId, FiringId, InvitationId, MessageId, RefreshTokenId, ReportId, SessionId,
    UserId,
};
pub use network::Network;
pub use number_book::{NumberBook, Numbered};
pub use origin::{Arrival, Origin, Remark};
pub use page::{Cursor, Page, PageLimit};
pub use rate::{RateClass, RateKey, RateLimiter, RatePolicy, RateState, RateSubject, RateVerdict};
pub use store_error::StoreError;
pub use value::InvalidValue;
