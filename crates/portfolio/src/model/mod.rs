//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod asset;
mod quote;

pub use asset::{AssetId, Currency};
pub use quote::Quote;
