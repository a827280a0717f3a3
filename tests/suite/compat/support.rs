//! A surface of a real server, and bare clients of it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{Backend, Server};

const SOON: Duration = Duration::from_secs(10);

/// Where a surface is looked for.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Below its prefix on the server's address.
    Prefix,
    /// At the root of a listener of its own.
    Listener,
}

/// A surface of a running server.
pub struct At {
    pub server: Server,
    base: String,
    surface: String,
}

/// Makes of each `async fn name(at: At)` two tests: below the prefix with SQLite behind it, and on a listener with PostgreSQL.
macro_rules! at_both_places {
    ($surface:literal: $($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        mod at_prefix_on_sqlite {
            use crate::compat::support::{At, Place};
            use crate::support::Backend;
            $($(#[$doc])* #[tokio::test]
            async fn $name() {
                super::$name(At::start($surface, Place::Prefix, Backend::Sqlite, super::SETTINGS).await).await;
            })+
        }
        mod at_listener_on_postgres {
            use crate::compat::support::{At, Place};
            use crate::support::Backend;
            $($(#[$doc])* #[tokio::test]
            async fn $name() {
                super::$name(At::start($surface, Place::Listener, Backend::Postgres, super::SETTINGS).await).await;
            })+
        }
    };
}
pub(crate) use at_both_places;

impl At {
    /// Starts a server with a surface, and with these settings.
    pub async fn start(surface: &str, place: Place, backend: Backend, settings: &[(&str, &str)]) -> Self {
        let listener = format!("{surface}=127.0.0.1:0");
        let mut all = vec![("RIALTO__LISTENERS", listener.as_str())];
        all.extend(settings);
        let server = Server::start_with(backend, &all).await;
        let places = server.places_of(surface);
        assert_eq!(places.len(), 2, "{places:?}");
        let base = match place {
            Place::Prefix => places[0].clone(),
            Place::Listener => places[1].clone(),
        };
        assert_eq!(base.contains("/compat/"), matches!(place, Place::Prefix), "{base}");
        Self { server, base, surface: surface.to_owned() }
    }

    /// Starts the server anew with more settings, at the same place.
    pub async fn restart_with(&mut self, settings: &[(&str, &str)]) {
        let listener = format!("{}=127.0.0.1:0", self.surface);
        let mut all = vec![("RIALTO__LISTENERS", listener.as_str())];
        all.extend(settings);
        self.server.restart_with(&all).await;
        let places = self.server.places_of(&self.surface);
        let place = places.into_iter().find(|place| place.contains("/compat/") == self.base.contains("/compat/"));
        self.base = place.unwrap();
    }

    /// The address of a path of the surface.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request to a path of the surface.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        // It sets up what every client of the process needs.
        let _ = self.server.rest();
        reqwest::Client::new().request(method, self.url(path))
    }

    /// Status and JSON of an answer.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        json(self.ask(Method::GET, path)).await
    }

    /// Opens a socket.
    pub async fn socket(&self, path: &str) -> Raw {
        self.try_socket(path, &[]).await.unwrap()
    }

    /// Opens a socket with these headers, or says with which status that was refused.
    pub async fn try_socket(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Raw, StatusCode> {
        let mut request = self.url(path).replacen("http", "ws", 1).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Raw { stream }),
            Err(Error::Http(answer)) => Err(StatusCode::from_u16(answer.status().as_u16()).unwrap()),
            Err(error) => panic!("no socket at {path}: {error}"),
        }
    }
}

/// The time of the machine, which is the server's too.
#[expect(clippy::disallowed_methods, reason = "the server that is tested has the time of the machine")]
pub fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// Status and JSON of an answer; text that is no JSON as a string.
pub async fn json(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

/// A socket that knows no protocol.
pub struct Raw {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Raw {
    /// Over a connection that is open.
    pub fn over(stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self { stream }
    }

    /// Sends a text.
    pub async fn say(&mut self, text: impl ToString) {
        self.stream.send(Message::text(text.to_string())).await.unwrap();
    }

    /// Sends whatever it is.
    pub async fn send(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// The next frame, which is JSON; one object, and nothing behind it.
    pub async fn next(&mut self) -> Value {
        loop {
            match timeout(SOON, self.stream.next()).await.expect("nothing comes") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?} in the place of a text"),
            }
        }
    }

    /// The next frame that is like this.
    pub async fn next_where(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await;
            if is_wanted(&frame) {
                return frame;
            }
        }
    }

    /// Nothing comes for a moment.
    pub async fn is_silent(&mut self) {
        let heard = timeout(Duration::from_millis(300), self.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }

    /// With which code the server closes the socket; what comes before is let go.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match timeout(SOON, self.stream.next()).await.expect("it stays open") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Says goodbye.
    pub async fn leave(mut self) {
        let _ = self.stream.close(None).await;
    }
}
