//! A client of the surface `chat-api`, as one that was written for the server it stands in for: it knows JSON and no types of
//! Rialto's.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::error::ClientError;
use crate::rest::Rest;

const PATIENCE: Duration = Duration::from_secs(20);

/// Calls the surface, as whoever the token says.
#[derive(Clone, Debug)]
pub struct ChatApi {
    http: reqwest::Client,
    base_url: String,
    token: Option<String>,
}

/// A status, and the JSON or the line of text that came with it.
pub type Answer = (u16, Value);

impl ChatApi {
    /// A client without a token. `base_url` is where the surface is: `http://127.0.0.1:8080/compat/chat-api`.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(base_url: &str) -> Result<Self, ClientError> {
        let base_url = Rest::new(base_url)?.base_url().to_owned();
        Ok(Self { http: reqwest::Client::new(), base_url, token: None })
    }

    /// Makes an account of a name that nobody has, and logs in; the name.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn sign_up_somebody(&mut self, word: &str) -> Result<String, ClientError> {
        let (name, password) = (format!("{word}-{}", random()?), random()?);
        let body = json!({ "username": name, "email": format!("{name}@example.org"), "password": password });
        expect(201, self.post("/api/auth/register", &body).await?)?;
        let body = json!({ "username": name, "password": password });
        let opened = expect(200, self.post("/api/auth/login", &body).await?)?;
        self.token = opened["token"].as_str().map(str::to_owned);
        Ok(name)
    }

    /// `GET`.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.ask(Method::GET, path, None).await
    }

    /// `POST` with JSON.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, ClientError> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url)).timeout(PATIENCE);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        Ok((status, serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text.trim_end()))))
    }

    /// Opens a socket.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn connect(&self) -> Result<ChatApiSocket, ClientError> {
        let url = format!("{}/api/ws/connect", self.base_url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().map_err(Box::new)?;
        let bearer = format!("Bearer {}", self.token.as_deref().unwrap_or_default());
        let bearer = bearer.parse().map_err(|_| ClientError::Unexpected("a token that no header holds".to_owned()))?;
        request.headers_mut().insert("authorization", bearer);
        let (stream, _) = connect_async(request).await.map_err(Box::new)?;
        Ok(ChatApiSocket { stream })
    }
}

/// The value of an answer of this status.
///
/// # Errors
/// `Unexpected` if it has another.
pub fn expect(status: u16, answer: Answer) -> Result<Value, ClientError> {
    match answer {
        (found, value) if found == status => Ok(value),
        (found, value) => Err(ClientError::Unexpected(format!("status {found}: {value}"))),
    }
}

/// A socket of the surface.
pub struct ChatApiSocket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl ChatApiSocket {
    /// Sends a frame.
    ///
    /// # Errors
    /// When the socket broke.
    pub async fn say(&mut self, frame: &Value) -> Result<(), ClientError> {
        Ok(self.stream.send(Message::text(frame.to_string())).await.map_err(Box::new)?)
    }

    /// The next frame that is like this; others are let go.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn next_where(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Result<Value, ClientError> {
        let found = timeout(PATIENCE, async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str::<Value>(&text) {
                        Ok(frame) if is_wanted(&frame) => return Ok(frame),
                        Ok(_) => {}
                        Err(error) => return Err(ClientError::Unexpected(error.to_string())),
                    },
                    Some(Ok(Message::Close(_))) | None => return Err(ClientError::Closed),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(Box::new(error).into()),
                }
            }
        });
        found.await.map_err(|_| ClientError::TimedOut)?
    }
}

fn random() -> Result<String, ClientError> {
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes).map_err(|error| ClientError::Unexpected(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
