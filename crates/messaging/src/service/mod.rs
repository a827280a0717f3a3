//! What people do in conversations: one file per use case.

mod access;
mod add_member;
mod audit;
mod bans;
mod change_conversation;
mod change_role;
mod count_all;
mod create_conversation;
mod delete_conversation;
mod delete_message;
mod edit_message;
mod find_message;
mod follow_streams;
mod import_history;
mod join_channel;
mod leave_conversation;
mod list_conversations;
mod list_members;
mod lobby;
mod mark_read;
mod may_write;
mod mute;
mod pin;
mod presence;
mod react;
mod read_history;
mod receipts;
mod remove_member;
mod reports;
mod search;
mod send_message;
mod signal_typing;
mod sync;
mod tell_user;
mod threads;
mod user_traces;

use std::sync::Arc;

use rialto_kernel::{Clock, IdSource};

pub use access::AccessError;
pub use add_member::{AddMember, AddMemberError};
pub use change_conversation::ChangeError;
pub use create_conversation::{CreateConversation, CreateConversationError, RequestedConversation};
pub use edit_message::EditMessage;
pub use import_history::{HistoryDeps, HistoryImporter};
pub use join_channel::JoinChannelError;
pub use leave_conversation::LeaveConversationError;
pub use mark_read::MarkReadError;
pub use read_history::{History, HistoryPosition, ReadHistoryError};
pub use receipts::ReceiptsError;
pub use remove_member::RemoveMemberError;
pub use send_message::{SendMessage, SendMessageError, Sent};
pub use signal_typing::SignalTypingError;
pub use threads::{ReadThreadError, ThreadPage};

use self::signal_typing::SharedLines;
use crate::model::Event;
use crate::ports::{
    Discretion, MessageChanges, MessageSearch, MessagingFigures, MessagingStore, ModerationStore, NoticeBoard,
    PresenceBoard, ReadPointers, RealtimeBus, SocketGate, UserTraces,
};

/// What the service is made of.
#[derive(Clone)]
pub struct MessagingDeps {
    /// Keeps conversations and their logs.
    pub store: Arc<dyn MessagingStore>,
    /// Changes messages that are there.
    pub changes: Arc<dyn MessageChanges>,
    /// Keeps what everybody has read.
    pub reads: Arc<dyn ReadPointers>,
    /// Keeps order.
    pub moderation: Arc<dyn ModerationStore>,
    /// Finds messages.
    pub search: Arc<dyn MessageSearch>,
    /// Knows what users do not want others to see.
    pub discretion: Arc<dyn Discretion>,
    /// What one user leaves behind.
    pub traces: Arc<dyn UserTraces>,
    /// Tells users what other parts of the server have to say.
    pub notices: Arc<dyn NoticeBoard>,
    /// Counts.
    pub figures: Arc<dyn MessagingFigures>,
    /// Takes sockets out of streams.
    pub gate: Arc<dyn SocketGate>,
    /// Tells every node what happened.
    pub bus: Arc<dyn RealtimeBus>,
    /// Knows who is there.
    pub presence: Arc<dyn PresenceBoard>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
}

/// Conversations, messages and their events.
///
/// Acts that write commit first and hint to the bus afterwards. A caller that may stop waiting in
/// between (a request whose client hangs up) runs them in a task of its own, so that the hint follows.
#[derive(Clone)]
pub struct MessagingService {
    deps: MessagingDeps,
    shared_lines: SharedLines,
}

impl MessagingService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: MessagingDeps) -> Self {
        Self { deps, shared_lines: SharedLines::default() }
    }

    /// Hints at what was committed. Whoever lost access by it is out of the stream when this returns.
    async fn publish(&self, events: Vec<Event>) {
        for event in events.into_iter().map(Arc::new) {
            if event.closes_access() {
                self.deps.gate.close(Arc::clone(&event)).await;
            }
            self.deps.bus.publish_event(event).await;
        }
    }
}

#[cfg(test)]
mod fixtures;
