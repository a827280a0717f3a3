//! One HTTP call with every bound it needs.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Response, Url, redirect, retry};
use rialto_portfolio::ProviderError;
use secrecy::{ExposeSecret, SecretString};

use super::{Answer, Problem, ProviderSetupError};
use crate::guarded::Turnstile;

/// Where a provider is, and how much of it we take.
pub(crate) struct ClientSettings {
    /// The provider's name as people know it.
    pub(crate) provider: &'static str,
    /// Up to and without the slash before a path.
    pub(crate) base_url: String,
    pub(crate) key: Option<Key>,
    /// The longest one call may take, from connecting to the last byte.
    pub(crate) timeout: Duration,
    /// The longest answer that is read, in bytes after decompression.
    pub(crate) max_body_bytes: usize,
}

/// A key and the header that carries it.
pub(crate) struct Key {
    pub(crate) header: String,
    pub(crate) key: SecretString,
}

pub(crate) struct Client {
    provider: &'static str,
    http: reqwest::Client,
    base_url: String,
    max_body_bytes: usize,
    turnstile: Turnstile,
}

impl Client {
    pub(crate) fn new(settings: ClientSettings) -> Result<Self, ProviderSetupError> {
        let ClientSettings { provider, base_url, key, timeout, max_body_bytes } = settings;
        // The error only says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = Url::parse(base_url.trim_end_matches('/')).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            return Err(ProviderSetupError::InvalidAddress { provider, address: base_url, schemes: "http or https" });
        };

        let headers = headers(key).ok_or(ProviderSetupError::InvalidKey { provider })?;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rialto/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(5)))
            // A redirect could lead the key to somebody else's server.
            .redirect(redirect::Policy::none())
            // A call that is made again unseen is one that nobody counted.
            .retry(retry::never());
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            // A proxy's own loopback is not ours.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|source| ProviderSetupError::Client { provider, source })?;
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Self { provider, http, base_url, max_body_bytes, turnstile: Turnstile::default() })
    }

    /// What all calls pass.
    pub(crate) fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }

    /// Asks for a path with a query whose characters need no escaping. What `read` makes of the answer is the outcome
    /// of the call.
    pub(crate) async fn get<T: Send>(
        &self,
        path_and_query: &str,
        read: impl FnOnce(&Answer) -> Result<T, ProviderError> + Send,
    ) -> Result<T, ProviderError> {
        self.get_with(path_and_query, &[], read).await
    }

    /// Asks for a path with a query; the names and values are escaped.
    pub(crate) async fn get_with<T: Send>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        read: impl FnOnce(&Answer) -> Result<T, ProviderError> + Send,
    ) -> Result<T, ProviderError> {
        self.turnstile.pass(async { read(&self.send(path, query).await?) }).await
    }

    async fn send(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, ProviderError> {
        let mut request = self.http.get(format!("{}/{path}", self.base_url));
        if !query.is_empty() {
            request = request.query(query);
        }
        let response = request.send().await.map_err(|error| self.failed(error))?;
        let status = response.status().as_u16();
        let retry_after_s = response.headers().get(RETRY_AFTER).and_then(seconds);
        let body = self.read(response).await?;
        Ok(Answer { status, retry_after_s, body })
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, ProviderError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(error))? {
            if body.len() + chunk.len() > self.max_body_bytes {
                return Err(ProviderError::Malformed {
                    what: format!("it has more than {} bytes", self.max_body_bytes),
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failed(&self, error: reqwest::Error) -> ProviderError {
        Problem::on_the_way(self.provider, error.without_url()).unavailable()
    }
}

fn headers(key: Option<Key>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    if let Some(Key { header, key }) = key {
        let name: HeaderName = header.parse().ok()?;
        let mut value = HeaderValue::from_str(key.expose_secret()).ok()?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Some(headers)
}

/// Seen as whole seconds; a date is not understood and counts as nothing said.
fn seconds(value: &HeaderValue) -> Option<u64> {
    value.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_after_is_bent_into_its_bounds() {
        let read = |text: &'static str| {
            let retry_after_s = seconds(&HeaderValue::from_static(text));
            let answer = Answer { status: 429, retry_after_s, body: Vec::new() };
            answer.retry_after(Duration::from_secs(1), Duration::from_secs(300)).map(|wait| wait.as_secs())
        };
        assert_eq!(read("119"), Some(119));
        assert_eq!(read("0"), Some(1));
        assert_eq!(read("86400"), Some(300));
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
        assert_eq!(read("-1"), None);
    }
}
