//! Where CoinGecko is, and how much of it we take.

use std::time::Duration;

use secrecy::SecretString;

/// How to reach CoinGecko. The default is the public API without a key.
#[derive(Clone, Debug)]
pub struct CoinGeckoSettings {
    /// Up to and without the slash before `coins/markets`. A paid key needs
    /// `https://pro-api.coingecko.com/api/v3`.
    pub base_url: String,
    /// The key, if there is one; it travels in a header, never in the address.
    pub api_key: Option<SecretString>,
    /// The header that carries the key: `x-cg-demo-api-key`, or `x-cg-pro-api-key` for a paid one.
    pub key_header: String,
    /// The longest one call may take, from connecting to the last byte.
    pub timeout: Duration,
    /// The longest answer that is read, in bytes after decompression.
    pub max_body_bytes: usize,
    /// How many calls may be under way at once; further ones wait.
    pub max_in_flight: usize,
}

impl Default for CoinGeckoSettings {
    fn default() -> Self {
        Self {
            base_url: "https://api.coingecko.com/api/v3".to_owned(),
            api_key: None,
            key_header: "x-cg-demo-api-key".to_owned(),
            timeout: Duration::from_secs(10),
            // 250 rows have about 250 KB.
            max_body_bytes: 2 * 1024 * 1024,
            max_in_flight: 5,
        }
    }
}

/// Why there is no feed.
#[derive(Debug, thiserror::Error)]
pub enum CoinGeckoSetupError {
    /// The address is none.
    #[error("the CoinGecko address {0:?} is not an http or https address")]
    InvalidBaseUrl(String),
    /// The key, or the name of its header, cannot be sent.
    #[error("the CoinGecko key or the name of its header holds characters that a header cannot carry")]
    InvalidKey,
    /// There is no HTTP client, for instance because the system has no root certificates.
    #[error("calls to CoinGecko cannot be made from here; are the system's root certificates installed?")]
    Client(#[source] reqwest::Error),
}
