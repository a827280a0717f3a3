use std::fmt;
use std::sync::Arc;

use rialto_wire::frame::{ClientFrame, OkData, PresenceData, SentData, TopicMode};
use rialto_wire::messaging::{PresenceView, SendMessageRequest};
use tokio::sync::{Notify, mpsc, oneshot};
use uuid::Uuid;

use super::book::IfCut;
use super::core::{Command, Outcome};
use super::tokens::Tokens;
use crate::error::ClientError;
use crate::rest::Rest;

/// Gives commands to a connection, whether it is online or not. Cheap to clone.
///
/// Commands are carried out in the order in which they were given. One that was given is not taken back
/// by dropping its future.
#[derive(Clone)]
pub struct Handle {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) tokens: Tokens,
    pub(super) closing: Arc<Notify>,
}

/// The answer to a command that was given.
#[derive(Debug)]
pub struct Answer(oneshot::Receiver<Outcome>);

impl Answer {
    /// Waits for it.
    ///
    /// # Errors
    /// `Refused` by the server; `TimedOut` after the connection's patience; `Closed` when the connection is
    /// over, or broke under a command that must not be repeated; `TooLong` for the server.
    pub async fn get(self) -> Result<Option<OkData>, ClientError> {
        self.0.await.unwrap_or(Err(ClientError::Closed))
    }

    /// Waits until a message that was [put](Handle::put) is committed.
    ///
    /// # Errors
    /// See [`Answer::get`].
    pub async fn sent(self) -> Result<SentData, ClientError> {
        match self.get().await? {
            Some(OkData::Sent(sent)) => Ok(sent),
            other => Err(ClientError::Unexpected(format!("{other:?} instead of what was sent"))),
        }
    }
}

impl Handle {
    /// Says something and waits until it is committed. A message without a nonce gets one, so that it can
    /// be sent again after a disconnect without being said twice.
    ///
    /// # Errors
    /// See [`Answer::get`]. After `TimedOut` the message may or may not be there: sending it again with the
    /// same nonce is safe.
    pub async fn send(&self, conversation: Uuid, message: SendMessageRequest) -> Result<SentData, ClientError> {
        self.put(conversation, message).await?.sent().await
    }

    /// Says something; waits for room only. See [`Handle::send`].
    ///
    /// # Errors
    /// `Closed`, when the connection is over.
    pub async fn put(&self, conversation: Uuid, mut message: SendMessageRequest) -> Result<Answer, ClientError> {
        if message.nonce.is_none() {
            message.nonce = Some(fresh_nonce()?);
        }
        let frame = ClientFrame::Send { id: None, stream: format!("c:{conversation}"), data: message };
        self.give(frame, IfCut::Retry).await
    }

    /// Tells the others that one is writing. Dropped when offline or busy: it is of no use later.
    pub fn typing(&self, conversation: Uuid) {
        let frame = ClientFrame::Typing { id: None, stream: format!("c:{conversation}") };
        let _too_busy_to_type = self.commands.try_send(Command { frame, if_cut: IfCut::Fail, reply: None });
    }

    /// Hears of topics from now on, over reconnects too.
    ///
    /// # Errors
    /// See [`Answer::get`].
    pub async fn subscribe(&self, topics: Vec<String>) -> Result<(), ClientError> {
        let frame = ClientFrame::Subscribe { id: None, topics, mode: Some(TopicMode::Latest) };
        self.request(frame, IfCut::Retry).await.map(|_| ())
    }

    /// Hears no more of topics.
    ///
    /// # Errors
    /// See [`Answer::get`].
    pub async fn unsubscribe(&self, topics: Vec<String>) -> Result<(), ClientError> {
        self.request(ClientFrame::Unsubscribe { id: None, topics }, IfCut::Retry).await.map(|_| ())
    }

    /// Who of 1 to 100 users is there, in the same order.
    ///
    /// # Errors
    /// See [`Answer::get`].
    pub async fn presence(&self, user_ids: Vec<Uuid>) -> Result<Vec<PresenceView>, ClientError> {
        let frame = ClientFrame::Presence { id: None, data: PresenceData { user_ids } };
        match self.request(frame, IfCut::Retry).await? {
            Some(OkData::Presence { users }) => Ok(users),
            other => Err(ClientError::Unexpected(format!("{other:?} instead of who is there"))),
        }
    }

    /// Any command. Its `id` is the connection's to choose. Say `IfCut::Retry` only of what does the same
    /// done twice as done once.
    ///
    /// # Errors
    /// See [`Answer::get`].
    pub async fn request(&self, frame: ClientFrame, if_cut: IfCut) -> Result<Option<OkData>, ClientError> {
        self.give(frame, if_cut).await?.get().await
    }

    /// The REST API, with an access token that is good for a while.
    ///
    /// # Errors
    /// When the token must be renewed and cannot be.
    pub async fn rest(&self) -> Result<Rest, ClientError> {
        self.tokens.rest().await
    }

    /// Ends the connection; commands that are unanswered fail.
    pub fn close(&self) {
        self.closing.notify_one();
    }

    async fn give(&self, frame: ClientFrame, if_cut: IfCut) -> Result<Answer, ClientError> {
        let (reply, answer) = oneshot::channel();
        let command = Command { frame, if_cut, reply: Some(reply) };
        self.commands.send(command).await.map_err(|_| ClientError::Closed)?;
        Ok(Answer(answer))
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

fn fresh_nonce() -> Result<String, ClientError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| ClientError::Unexpected(format!("no randomness: {error}")))?;
    Ok(Uuid::from_bytes(bytes).simple().to_string())
}
