//! Names, as far as they lead to public addresses.

use std::io;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_public;

/// Gives out public addresses alone: what it gives out is what is connected to.
pub struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is put in by who connects.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(io::Error::other("the name leads to no public address").into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_and_odd_spellings_of_near_addresses_lead_nowhere() {
        for name in ["localhost", "localhost.", "127.1", "0x7f.1", "2130706433", "017700000001", "127.0.0.1"] {
            let resolved = PublicResolver.resolve(name.parse().unwrap()).await;
            assert!(resolved.is_err(), "{name}");
        }
    }
}
