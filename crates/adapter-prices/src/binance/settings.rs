//! Where Binance is, and how much of it we take.

use std::time::Duration;

use crate::http::ClientSettings;

/// How to reach Binance. The default are the addresses that serve public market data alone.
#[derive(Clone, Debug)]
pub struct BinanceSettings {
    /// Up to and without the slash before `api/v3`.
    pub base_url: String,
    /// Up to and without the slash before `ws`.
    pub stream_url: String,
    /// The longest one call may take, from connecting to the last byte; also the longest that a stream may take to
    /// connect.
    pub timeout: Duration,
    /// The longest answer or message that is read, in bytes after decompression.
    pub max_body_bytes: usize,
}

impl Default for BinanceSettings {
    fn default() -> Self {
        Self {
            base_url: "https://data-api.binance.vision".to_owned(),
            stream_url: "wss://data-stream.binance.vision".to_owned(),
            timeout: Duration::from_secs(10),
            // All markets together have about 3,500 rows of 500 bytes.
            max_body_bytes: 8 * 1024 * 1024,
        }
    }
}

impl From<BinanceSettings> for ClientSettings {
    fn from(settings: BinanceSettings) -> Self {
        let BinanceSettings { base_url, timeout, max_body_bytes, .. } = settings;
        Self { provider: "Binance", base_url, key: None, timeout, max_body_bytes }
    }
}
