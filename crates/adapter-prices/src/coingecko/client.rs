//! One HTTP call with every bound it needs.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Response, Url, redirect};
use rialto_portfolio::PriceFeedError;
use secrecy::ExposeSecret;

use super::answer::Answer;
use super::settings::{CoinGeckoSettings, CoinGeckoSetupError};
use super::{CoinGeckoProblem, unavailable};

/// Why there is no answer.
pub(super) struct CallError {
    /// Whether no connection could be made: then the next call will fail as slowly as this one.
    pub(super) unreachable: bool,
    pub(super) error: PriceFeedError,
}

pub(super) struct Client {
    http: reqwest::Client,
    base_url: String,
    max_body_bytes: usize,
}

impl Client {
    pub(super) fn new(settings: CoinGeckoSettings) -> Result<Self, CoinGeckoSetupError> {
        // The error only says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base_url = settings.base_url.trim_end_matches('/').to_owned();
        let url = Url::parse(&base_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or(CoinGeckoSetupError::InvalidBaseUrl(settings.base_url))?;

        let mut headers = HeaderMap::new();
        if let Some(key) = &settings.api_key {
            let name: HeaderName = settings.key_header.parse().map_err(|_| CoinGeckoSetupError::InvalidKey)?;
            let mut value = HeaderValue::from_str(key.expose_secret()).map_err(|_| CoinGeckoSetupError::InvalidKey)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rialto/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout.min(Duration::from_secs(5)))
            // A redirect could lead the key to somebody else's server.
            .redirect(redirect::Policy::none());
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            // A proxy's own loopback is not ours.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(CoinGeckoSetupError::Client)?;
        Ok(Self { http, base_url, max_body_bytes: settings.max_body_bytes })
    }

    pub(super) async fn get(&self, path_and_query: &str) -> Result<Answer, CallError> {
        let url = format!("{}/{path_and_query}", self.base_url);
        let response = self.http.get(url).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(seconds);
        let body = self.read(response).await?;
        Ok(Answer { status, retry_after, body })
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, CallError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.max_body_bytes {
                let what = format!("it has more than {} bytes", self.max_body_bytes);
                return Err(CallError { unreachable: false, error: PriceFeedError::Malformed { what } });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The header is not documented and was seen as whole seconds; a promise outside 1 s to 5 min is bent
/// into it.
fn seconds(value: &HeaderValue) -> Option<Duration> {
    let seconds: u64 = value.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.clamp(1, 300)))
}

fn failed(error: reqwest::Error) -> CallError {
    CallError { unreachable: error.is_connect(), error: unavailable(CoinGeckoProblem::new(error.without_url())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_after_is_bent_into_one_second_to_five_minutes() {
        let read = |text: &'static str| seconds(&HeaderValue::from_static(text)).map(|wait| wait.as_secs());
        assert_eq!(read("119"), Some(119));
        assert_eq!(read("0"), Some(1));
        assert_eq!(read("86400"), Some(300));
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
        assert_eq!(read("-1"), None);
    }
}
