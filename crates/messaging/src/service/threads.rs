use rialto_kernel::{MessageId, PageLimit, UserId};

use super::MessagingService;
use super::read_history::{History, HistoryPosition, ReadHistoryError};
use crate::model::{Message, ThreadState};
use crate::ports::{HistoryPart, MessageRefusal};

/// A thread with a page of its replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadPage {
    /// Its first message.
    pub root: Message,
    /// How it stands for the reader.
    pub state: ThreadState,
    /// Some of its replies.
    pub history: History,
}

/// Why there is no thread to read.
#[derive(Debug, thiserror::Error)]
pub enum ReadThreadError {
    /// There is no such message for the reader, or it is in a thread itself.
    #[error(transparent)]
    Message(#[from] MessageRefusal),
    /// The page cannot be read.
    #[error(transparent)]
    History(#[from] ReadHistoryError),
}

impl MessagingService {
    /// A thread by its first message, with a page of its replies; for members of the conversation.
    ///
    /// # Errors
    /// See [`ReadThreadError`].
    pub async fn read_thread(
        &self,
        root: MessageId,
        reader: UserId,
        position: HistoryPosition,
        limit: PageLimit,
    ) -> Result<ThreadPage, ReadThreadError> {
        let root = self.find_message(root, reader).await?;
        let state = self.deps.reads.find_thread(root.id, reader).await.map_err(MessageRefusal::from)?;
        let state = state.ok_or(MessageRefusal::UnknownMessage)?;
        let part = HistoryPart::Thread(root.id);
        let history = self.read_history(root.conversation_id, part, reader, position, limit).await?;
        Ok(ThreadPage { root, state, history })
    }
}
