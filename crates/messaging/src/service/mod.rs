//! What people do in conversations: one file per use case.

mod access;
mod add_member;
mod create_conversation;
mod follow_streams;
mod join_channel;
mod leave_conversation;
mod list_conversations;
mod list_members;
mod lobby;
mod presence;
mod read_history;
mod remove_member;
mod send_message;
mod signal_typing;

use std::sync::Arc;

use rialto_kernel::{Clock, IdSource};

pub use access::AccessError;
pub use add_member::{AddMember, AddMemberError};
pub use create_conversation::{CreateConversation, CreateConversationError, RequestedConversation};
pub use join_channel::JoinChannelError;
pub use leave_conversation::LeaveConversationError;
pub use read_history::{History, HistoryPosition, ReadHistoryError};
pub use remove_member::RemoveMemberError;
pub use send_message::{SendMessage, SendMessageError, Sent};

use crate::model::Event;
use crate::ports::{MessagingStore, PresenceBoard, RealtimeBus};

/// What the service is made of.
#[derive(Clone)]
pub struct MessagingDeps {
    /// Keeps conversations and their logs.
    pub store: Arc<dyn MessagingStore>,
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
}

impl MessagingService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: MessagingDeps) -> Self {
        Self { deps }
    }

    async fn publish(&self, event: Event) {
        self.deps.bus.publish_event(Arc::new(event)).await;
    }
}

#[cfg(test)]
mod fixtures;
