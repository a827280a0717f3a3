//! One call with every bound it needs.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Client, Response, Url, redirect};
use tokio::sync::Semaphore;

use crate::address::is_public;
use crate::resolver::PublicResolver;

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 3;

/// How many calls are under way at once; others wait, within their time.
const AT_ONCE: usize = 16;

/// Bounds of calls to the outside.
#[derive(Clone, Debug)]
pub struct OutgoingSettings {
    /// How long a call may take, with all its redirects and the last byte.
    pub timeout: Duration,
    /// Addresses with ports that may be reached although they are private: for tests. Only as they are written here.
    pub allowed_private_hosts: Vec<SocketAddr>,
}

impl Default for OutgoingSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), allowed_private_hosts: Vec::new() }
    }
}

/// Why no calls can be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for outgoing calls cannot be set up: {0}")]
pub struct SetupError(#[from] reqwest::Error);

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("the address is not one of the web")]
    NotTheWeb,
    #[error("the address is not public")]
    NotPublic,
    #[error("there are more redirects than are followed")]
    TooManyRedirects,
    #[error("it answered {0}")]
    Status(u16),
    #[error("it took too long")]
    TimedOut,
    #[error("it is larger than is taken")]
    TooLarge,
    #[error("it did not answer")]
    Failed(#[source] reqwest::Error),
}

pub(crate) struct Caller {
    http: Client,
    settings: OutgoingSettings,
    room: Arc<Semaphore>,
}

impl Caller {
    pub(crate) fn new(settings: OutgoingSettings) -> Result<Self, SetupError> {
        // The error only says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .user_agent(concat!("rialto/", env!("CARGO_PKG_VERSION")))
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout.min(Duration::from_secs(5)))
            .dns_resolver(Arc::new(PublicResolver))
            // A proxy would resolve names by itself.
            .no_proxy()
            // Each is looked at before it is followed.
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_gzip()
            // Every call connects anew, and so is looked at anew.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { http, settings, room: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// Up to `max` bytes of what lies at an address, within the time there is.
    pub(crate) async fn get(&self, address: &str, accept: &'static str, max: usize) -> Result<Vec<u8>, CallError> {
        let call = async {
            let _room = self.room.acquire().await;
            self.follow(address, accept, max).await
        };
        tokio::time::timeout(self.settings.timeout, call).await.unwrap_or(Err(CallError::TimedOut))
    }

    async fn follow(&self, address: &str, accept: &'static str, max: usize) -> Result<Vec<u8>, CallError> {
        let mut url = Url::parse(address).map_err(|_| CallError::NotTheWeb)?;
        for _ in 0..=MAX_REDIRECTS {
            self.check(&mut url)?;
            let response = self.http.get(url.clone()).header(ACCEPT, accept).send().await.map_err(CallError::Failed)?;
            if !response.status().is_redirection() {
                return read(response, max).await;
            }
            let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            let target = target.ok_or_else(|| CallError::Status(response.status().as_u16()))?;
            url = url.join(target).map_err(|_| CallError::NotTheWeb)?;
        }
        Err(CallError::TooManyRedirects)
    }

    /// Looks at an address that is written in a URL; names are for the resolver. The URL's parser has read every odd
    /// spelling of a number by now.
    fn check(&self, url: &mut Url) -> Result<(), CallError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(CallError::NotTheWeb);
        }
        // What somebody wrote into it is not ours to say.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let host = url.host_str().ok_or(CallError::NotTheWeb)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let Ok(ip) = host.parse::<IpAddr>() else { return Ok(()) };
        let port = url.port_or_known_default().unwrap_or_default();
        if is_public(ip) || self.settings.allowed_private_hosts.contains(&SocketAddr::new(ip, port)) {
            return Ok(());
        }
        Err(CallError::NotPublic)
    }
}

async fn read(mut response: Response, max: usize) -> Result<Vec<u8>, CallError> {
    if !response.status().is_success() {
        return Err(CallError::Status(response.status().as_u16()));
    }
    if response.content_length().is_some_and(|length| length > max as u64) {
        return Err(CallError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CallError::Failed)? {
        if body.len() + chunk.len() > max {
            return Err(CallError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
