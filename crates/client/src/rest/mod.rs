//! The REST API.

mod admin;
mod alerts;
mod conversations;
mod identity;
mod members;
mod messages;
mod moderation;
mod people;
mod prices;
mod reads;
mod search;
mod totp;

use reqwest::{Method, RequestBuilder, Response};
use rialto_wire::health::Health;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ClientError;

pub(crate) use identity::retry_key;

/// Calls a server's REST API, as whoever the access token says. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rest {
    http: reqwest::Client,
    base_url: String,
    access_token: Option<String>,
}

impl Rest {
    /// A client without credentials. `base_url` is scheme, host and port: `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(base_url: &str) -> Result<Self, ClientError> {
        // Whoever installs a provider first wins; any is good.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http, base_url: base_url.trim_end_matches('/').to_owned(), access_token: None })
    }

    /// The same client as the holder of a token.
    #[must_use]
    pub fn with_token(&self, access_token: &str) -> Self {
        Self { access_token: Some(access_token.to_owned()), ..self.clone() }
    }

    /// The token this client shows.
    #[must_use]
    pub fn access_token(&self) -> Option<&str> {
        self.access_token.as_deref()
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where the socket of this server is.
    #[must_use]
    pub fn socket_url(&self) -> String {
        format!("{}/ws", self.base_url.replacen("http", "ws", 1))
    }

    /// The state of the server.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn health(&self) -> Result<Health, ClientError> {
        read(self.http.get(format!("{}/health", self.base_url)).send().await?).await
    }

    /// A request to a path under `/api/v1/`, with this client's credentials; for what has no method here.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1/{path}", self.base_url));
        match &self.access_token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        read(self.request(Method::GET, path).send().await?).await
    }

    async fn page<T: DeserializeOwned>(&self, path: &str, cursor: Option<&str>) -> Result<T, ClientError> {
        let request = self.request(Method::GET, path).query(&[("limit", "100")]);
        let request = cursor.into_iter().fold(request, |request, cursor| request.query(&[("cursor", cursor)]));
        read(request.send().await?).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        read(self.request(Method::POST, path).json(body).send().await?).await
    }

    /// Posts where the answer has no body.
    async fn tell(&self, path: &str, body: &impl Serialize) -> Result<(), ClientError> {
        accepted(self.request(Method::POST, path).json(body).send().await?).await.map(|_| ())
    }

    async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        read(self.request(Method::PUT, path).json(body).send().await?).await
    }

    async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        read(self.request(Method::PATCH, path).json(body).send().await?).await
    }

    /// A request without a body.
    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str) -> Result<T, ClientError> {
        read(self.request(method, path).send().await?).await
    }

    async fn act(&self, method: Method, path: &str) -> Result<(), ClientError> {
        accepted(self.request(method, path).send().await?).await.map(|_| ())
    }
}

async fn accepted(response: Response) -> Result<Response, ClientError> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let text = response.text().await?;
    match serde_json::from_str(&text) {
        Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
        Err(_) => Err(ClientError::Unexpected(format!("status {status} without a problem"))),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    let text = accepted(response).await?.text().await?;
    serde_json::from_str(&text).map_err(|error| ClientError::Unexpected(error.to_string()))
}
