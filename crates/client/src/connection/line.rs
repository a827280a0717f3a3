//! One socket of a connection, from dialling to its end.

use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use rialto_wire::frame::{AuthData, ByeData, ClientFrame, HelloData, ReadyData, ServerFrame};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::incoming::{self, Incoming};
use super::positions::fitting;
use crate::socket::Resume;

type WebSocket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The largest message a server may send: `ready` names every stream of a user.
const LARGEST: usize = 16 * 1024 * 1024;
/// Frames that are on their way to the socket.
const WRITE_AHEAD: usize = 16;
/// What `auth` has beside the token and the positions.
const AUTH_BYTES: usize = 256;

/// Why there is no socket any more.
#[derive(Debug)]
pub struct Cut {
    /// What the server said at last.
    pub bye: Option<ByeData>,
    /// When the server wants to see this client again, if it said so elsewhere.
    pub retry_after: Option<Duration>,
    /// In one line for a person.
    pub reason: String,
}

impl Cut {
    pub fn because(reason: impl Into<String>) -> Self {
        Self { bye: None, retry_after: None, reason: reason.into() }
    }

    pub fn bye(bye: ByeData) -> Self {
        let retry_after = bye.retry_after_ms.map(Duration::from_millis);
        Self { retry_after, reason: bye.reason.clone(), bye: Some(bye) }
    }
}

/// A socket that is ready.
pub struct Line {
    pub hello: HelloData,
    pub ready: ReadyData,
    pub reader: Reader,
    pub writer: Writer,
}

/// The half that is read.
pub struct Reader(SplitStream<WebSocket>);

impl Reader {
    /// The next frame, or `None` for what is below the protocol. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<Option<Incoming>, Cut> {
        match self.0.next().await {
            None | Some(Ok(Message::Close(_))) => Err(Cut::because("the connection was closed")),
            Some(Err(error)) => Err(Cut::because(error.to_string())),
            Some(Ok(Message::Text(text))) => Ok(Some(incoming::read(&text))),
            Some(Ok(_)) => Ok(None),
        }
    }

    async fn next_frame(&mut self) -> Result<ServerFrame, Cut> {
        loop {
            match self.next().await? {
                Some(Incoming::Frame(frame)) => match *frame {
                    ServerFrame::Bye { data } => return Err(Cut::bye(data)),
                    frame => return Ok(frame),
                },
                Some(Incoming::StrangeEvent { .. } | Incoming::StrangeOk { .. } | Incoming::Strange) | None => {}
            }
        }
    }
}

/// The half that is written. Writing goes on beside reading: a server that waits to be read does not read.
pub struct Writer(SplitSink<WebSocket, Message>);

impl Writer {
    /// Where to put frames for [`Writer::run`].
    pub fn queue() -> (mpsc::Sender<String>, mpsc::Receiver<String>) {
        mpsc::channel(WRITE_AHEAD)
    }

    /// Writes what comes; closes the socket when nothing more can come.
    pub async fn run(mut self, mut frames: mpsc::Receiver<String>) -> Cut {
        while let Some(text) = frames.recv().await {
            if let Err(error) = self.0.send(Message::text(text)).await {
                return Cut::because(error.to_string());
            }
        }
        let _gone_anyway = self.0.close().await;
        Cut::because("closed")
    }
}

/// Dials, says who is there and from where to go on, and waits until the server is ready.
pub async fn connect(url: String, token: String, resume: Resume) -> Result<Line, Cut> {
    let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
    let (stream, _) = connect_async_with_config(url, Some(config), true).await.map_err(refused)?;
    let (sink, stream) = stream.split();
    let (mut reader, mut writer) = (Reader(stream), Writer(sink));
    let hello = loop {
        if let ServerFrame::Hello { data } = reader.next_frame().await? {
            break data;
        }
    };
    let room = hello.max_frame.saturating_sub(token.len() + AUTH_BYTES);
    let data = AuthData { token: Some(token), guest: None, resume: Some(fitting(resume, room)) };
    let auth = serde_json::to_string(&ClientFrame::Auth { id: None, data }).map_err(|e| Cut::because(e.to_string()))?;
    writer.0.send(Message::text(auth)).await.map_err(|error| Cut::because(error.to_string()))?;
    loop {
        if let ServerFrame::Ready { data, .. } = reader.next_frame().await? {
            return Ok(Line { hello, ready: *data, reader, writer });
        }
    }
}

/// A server that is there but takes no sockets now says when to come back.
fn refused(error: tungstenite::Error) -> Cut {
    let tungstenite::Error::Http(response) = &error else { return Cut::because(error.to_string()) };
    let seconds = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let reason = format!("the server answered {}", response.status());
    Cut { bye: None, retry_after: seconds.map(Duration::from_secs), reason }
}
