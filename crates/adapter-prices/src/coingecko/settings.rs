//! Where CoinGecko is, and how much of it we take.

use std::time::Duration;

use secrecy::SecretString;

use crate::http::{ClientSettings, Key};

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
        }
    }
}

impl From<CoinGeckoSettings> for ClientSettings {
    fn from(settings: CoinGeckoSettings) -> Self {
        let CoinGeckoSettings { base_url, api_key, key_header: header, timeout, max_body_bytes } = settings;
        let key = api_key.map(|key| Key { header, key });
        Self { provider: "CoinGecko", base_url, key, timeout, max_body_bytes }
    }
}
