//! Where CoinPaprika is, and how much of it we take.

use std::time::Duration;

use secrecy::SecretString;

use crate::http::{ClientSettings, Key};

/// How to reach CoinPaprika. The default is the public API without a key.
#[derive(Clone, Debug)]
pub struct CoinPaprikaSettings {
    /// Up to and without the slash before `tickers`. A paid key needs `https://api-pro.coinpaprika.com/v1`.
    pub base_url: String,
    /// The key, if there is one; it travels in the header `Authorization`, without a word before it.
    pub api_key: Option<SecretString>,
    /// The longest one call may take, from connecting to the last byte.
    pub timeout: Duration,
    /// The longest answer that is read, in bytes after decompression.
    pub max_body_bytes: usize,
}

impl Default for CoinPaprikaSettings {
    fn default() -> Self {
        Self {
            base_url: "https://api.coinpaprika.com/v1".to_owned(),
            api_key: None,
            timeout: Duration::from_secs(10),
            // The list of all has about 2,000 rows of 700 bytes; a paid plan's is longer.
            max_body_bytes: 16 * 1024 * 1024,
        }
    }
}

impl From<CoinPaprikaSettings> for ClientSettings {
    fn from(settings: CoinPaprikaSettings) -> Self {
        let CoinPaprikaSettings { base_url, api_key, timeout, max_body_bytes } = settings;
        let key = api_key.map(|key| Key { header: "authorization".to_owned(), key });
        Self { provider: "CoinPaprika", base_url, key, timeout, max_body_bytes }
    }
}
