//! One `rialto.v1` connection.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rialto_wire::frame::{
    AuthData, ClientFrame, GuestData, HelloData, OkData, PongData, ReadyData, RefreshData, SentData, ServerFrame,
};
use rialto_wire::messaging::SendMessageRequest;
use rialto_wire::time::Timestamp;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use crate::error::ClientError;

/// How far a client got in each stream: stream to (epoch, seq).
pub type Resume = BTreeMap<String, (Uuid, u64)>;

/// A connection to a server. Pings are answered while frames are read.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    hello: HelloData,
    /// Frames that came while an answer was waited for, oldest first.
    waiting: VecDeque<ServerFrame>,
    next_id: u64,
    patience: Duration,
}

impl Socket {
    /// Connects and reads `hello`. `url` is `ws://host:port/ws`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn connect(url: &str) -> Result<Self, ClientError> {
        let (stream, _) = connect_async(url).await.map_err(Box::new)?;
        let mut socket = Self {
            stream,
            hello: HelloData { protocol: 0, connection: Uuid::nil(), ping_ms: 0, auth_ms: 0, max_frame: 0 },
            waiting: VecDeque::new(),
            next_id: 0,
            patience: Duration::from_secs(20),
        };
        match socket.read().await? {
            ServerFrame::Hello { data } => socket.hello = data,
            other => return Err(ClientError::Unexpected(format!("{other:?} before hello"))),
        }
        Ok(socket)
    }

    /// What this connection is and may.
    #[must_use]
    pub const fn hello(&self) -> &HelloData {
        &self.hello
    }

    /// Says who is there by an access token, and from where to go on.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn auth(&mut self, access_token: &str, resume: Option<Resume>) -> Result<ReadyData, ClientError> {
        self.auth_as(AuthData { token: Some(access_token.to_owned()), guest: None, resume }).await
    }

    /// Comes in as a guest; the tokens to come back with are in the answer.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn auth_as_guest(&mut self, name: &str) -> Result<ReadyData, ClientError> {
        self.auth_as(AuthData { token: None, guest: Some(GuestData { name: name.to_owned() }), resume: None }).await
    }

    async fn auth_as(&mut self, data: AuthData) -> Result<ReadyData, ClientError> {
        let id = self.fresh_id();
        self.write(&ClientFrame::Auth { id: Some(id), data }).await?;
        match self.answer_to(id).await? {
            ServerFrame::Ready { data, .. } => Ok(*data),
            other => Err(ClientError::Unexpected(format!("{other:?} instead of ready"))),
        }
    }

    /// Says something in a conversation and waits until it is committed.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(&mut self, conversation: Uuid, message: SendMessageRequest) -> Result<SentData, ClientError> {
        let id = self.fresh_id();
        let stream = format!("c:{conversation}");
        self.write(&ClientFrame::Send { id: Some(id), stream, data: message }).await?;
        match self.answer_to(id).await? {
            ServerFrame::Ok { data: Some(OkData::Sent(sent)), .. } => Ok(sent),
            other => Err(ClientError::Unexpected(format!("{other:?} instead of ok"))),
        }
    }

    /// Keeps the connection open by a newer access token of the same user; tells until when.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn refresh(&mut self, access_token: &str) -> Result<Timestamp, ClientError> {
        let id = self.fresh_id();
        let data = RefreshData { token: access_token.to_owned() };
        self.write(&ClientFrame::Refresh { id: Some(id), data }).await?;
        match self.answer_to(id).await? {
            ServerFrame::Ok { data: Some(OkData::Refreshed { expires_at }), .. } => Ok(expires_at),
            other => Err(ClientError::Unexpected(format!("{other:?} instead of ok"))),
        }
    }

    /// Wants to hear of topics: `x:price:<asset id>`, `x:presence`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn subscribe(&mut self, topics: &[&str]) -> Result<(), ClientError> {
        let id = self.fresh_id();
        let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
        self.write(&ClientFrame::Subscribe { id: Some(id), topics, mode: None }).await?;
        self.answer_to(id).await.map(|_| ())
    }

    /// An id for a command.
    pub const fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn write(&mut self, frame: &ClientFrame) -> Result<(), ClientError> {
        let text = serde_json::to_string(frame).map_err(|error| ClientError::Unexpected(error.to_string()))?;
        self.write_text(text).await
    }

    /// Sends text as it is; for tests of what a server does with it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn write_text(&mut self, text: String) -> Result<(), ClientError> {
        self.stream.send(Message::text(text)).await.map_err(|error| Box::new(error).into())
    }

    /// The next frame that is no `ping`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn next(&mut self) -> Result<ServerFrame, ClientError> {
        match self.waiting.pop_front() {
            Some(frame) => Ok(frame),
            None => self.read().await,
        }
    }

    /// The next frame if one comes within `patience`.
    ///
    /// # Errors
    /// `TimedOut`, or see [`ClientError`].
    pub async fn next_within(&mut self, patience: Duration) -> Result<ServerFrame, ClientError> {
        match tokio::time::timeout(patience, self.next()).await {
            Ok(frame) => frame,
            Err(_) => Err(ClientError::TimedOut),
        }
    }

    /// The answer to a command; what comes before it is kept for [`Socket::next`].
    ///
    /// # Errors
    /// `Refused` if the answer is an error, or see [`ClientError`].
    pub async fn answer_to(&mut self, id: u64) -> Result<ServerFrame, ClientError> {
        let deadline = tokio::time::Instant::now() + self.patience;
        loop {
            let frame = match tokio::time::timeout_at(deadline, self.read()).await {
                Ok(frame) => frame?,
                Err(_) => return Err(ClientError::TimedOut),
            };
            match frame {
                ServerFrame::Error { id: Some(answered), error } if answered == id => {
                    return Err(ClientError::Refused(error));
                }
                ServerFrame::Ready { id: Some(answered), .. }
                | ServerFrame::Ok { id: Some(answered), .. }
                | ServerFrame::Pong { id: Some(answered) }
                    if answered == id =>
                {
                    return Ok(frame);
                }
                ServerFrame::Bye { data } => return Err(ClientError::Bye(data)),
                other => self.waiting.push_back(other),
            }
        }
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn close(mut self) -> Result<(), ClientError> {
        self.stream.close(None).await.map_err(|error| Box::new(error).into())
    }

    /// Reads frames, answering pings, until there is one for the caller.
    async fn read(&mut self) -> Result<ServerFrame, ClientError> {
        loop {
            match self.stream.next().await {
                None | Some(Ok(Message::Close(_))) => return Err(ClientError::Closed),
                Some(Err(error)) => return Err(Box::new(error).into()),
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text)
                        .map_err(|error| ClientError::Unexpected(format!("{error} in {text}")))?;
                    if let ServerFrame::Ping { data } = frame {
                        let data = Some(PongData { u: data.u, tops: data.tops });
                        self.write(&ClientFrame::Pong { id: None, data }).await?;
                        continue;
                    }
                    return Ok(frame);
                }
                Some(Ok(_)) => {}
            }
        }
    }
}
