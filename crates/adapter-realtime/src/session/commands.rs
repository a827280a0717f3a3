//! What a client may ask for. The commands of one socket run one after another.
//!
//! | module | commands |
//! |---|---|
//! | [`talking`] | send, typing |
//! | [`messages`] | edit, delete, react, unreact, pin, unpin |
//! | [`history`] | read, history |
//! | [`membership`] | join, leave |
//! | [`topics`] | subscribe, unsubscribe, presence |

mod history;
mod membership;
mod messages;
mod talking;
mod topics;

use rialto_convert::streams::{PERSONAL, parse_conversation_stream};
use rialto_identity::Scope;
use rialto_kernel::{ConversationId, InvalidValue};
use rialto_messaging::StreamId;
use rialto_wire::frame::{ClientFrame, ServerFrame};

use super::rate::Cost;
use super::{Account, Session};
use crate::errors;
use crate::frames::Frame;
pub(super) use talking::TypingThrottle;

impl Session {
    /// Carries out one command, to its end even when the client is gone meanwhile: the session outlives its
    /// connection until the command is done.
    pub(super) async fn carry_out(&mut self, frame: ClientFrame, account: &mut Account) {
        if let Some(scope) = scope_of(&frame).filter(|scope| !account.credential.allows(*scope)) {
            return self.refuse(id_of(&frame), errors::scope_missing(scope));
        }
        let by = account.actor;
        match frame {
            ClientFrame::Auth { id, data } => self.authenticate_again(id, data, account).await,
            ClientFrame::Refresh { id, data } => self.refresh(id, &data.token, account).await,
            ClientFrame::Send { id, stream, data } => self.send(id, &stream, &data, by).await,
            ClientFrame::Typing { id, stream } => self.typing(id, &stream, account).await,
            ClientFrame::Edit { id, data } => self.edit(id, &data, by).await,
            ClientFrame::Delete { id, data } => self.delete(id, data, by).await,
            ClientFrame::React { id, data } => self.set_reaction(id, &data, by, true).await,
            ClientFrame::Unreact { id, data } => self.set_reaction(id, &data, by, false).await,
            ClientFrame::Pin { id, data } => self.set_pin(id, data, by, true).await,
            ClientFrame::Unpin { id, data } => self.set_pin(id, data, by, false).await,
            ClientFrame::Read { id, stream, data } => self.read(id, &stream, data, by.id).await,
            ClientFrame::History { id, stream, data } => self.history(id, &stream, data, by.id).await,
            ClientFrame::Join { id, stream } => self.join(id, &stream, by.id).await,
            ClientFrame::Leave { id, stream } => self.leave_conversation(id, &stream, by.id).await,
            ClientFrame::Subscribe { id, topics, mode } => self.subscribe(id, &topics, mode, account),
            ClientFrame::Unsubscribe { id, topics } => self.unsubscribe(id, &topics, account),
            ClientFrame::Presence { id, data } => self.presence(id, &data.user_ids, by.id).await,
            ClientFrame::Catchup { id, stream, data } => self.catch_up(id, &stream, data.after, account).await,
            ClientFrame::Ping { id } => self.outbox.push(Frame::new(&ServerFrame::Pong { id })),
            // That it came is all that matters.
            ClientFrame::Pong { .. } => {}
        }
    }

    /// Reads the conversation of a command, or refuses the command.
    fn conversation(&self, id: Option<u64>, stream: &str) -> Option<ConversationId> {
        let conversation = parse_conversation_stream(stream);
        if conversation.is_none() {
            let why = InvalidValue::new("invalid_format", "must be c: and the id of a conversation");
            self.refuse(id, errors::invalid_field("stream", &why));
        }
        conversation
    }

    /// Reads the stream of a command, or refuses the command.
    pub(super) fn stream(&self, id: Option<u64>, stream: &str, account: &Account) -> Option<StreamId> {
        if stream == PERSONAL {
            return Some(StreamId::Personal(account.actor.id));
        }
        self.conversation(id, stream).map(StreamId::Conversation)
    }
}

/// What a frame needs of an API token beyond what the socket needs; the same as the route that does as much.
const fn scope_of(frame: &ClientFrame) -> Option<Scope> {
    match frame {
        ClientFrame::Send { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Edit { .. }
        | ClientFrame::Delete { .. }
        | ClientFrame::React { .. }
        | ClientFrame::Unreact { .. }
        | ClientFrame::Pin { .. }
        | ClientFrame::Unpin { .. }
        | ClientFrame::Read { .. }
        | ClientFrame::Join { .. }
        | ClientFrame::Leave { .. } => Some(Scope::MessagesWrite),
        ClientFrame::Presence { .. } => Some(Scope::ProfileRead),
        ClientFrame::Auth { .. }
        | ClientFrame::Refresh { .. }
        | ClientFrame::History { .. }
        // It depends on the topics.
        | ClientFrame::Subscribe { .. }
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::Catchup { .. }
        | ClientFrame::Ping { .. }
        | ClientFrame::Pong { .. } => None,
    }
}

/// What a frame takes out of the client's allowance.
pub(super) const fn cost_of(frame: &ClientFrame) -> Cost {
    match frame {
        ClientFrame::Ping { .. } | ClientFrame::Pong { .. } => Cost::Ping,
        _ => Cost::Command,
    }
}

/// The number by which a frame is answered.
pub(super) const fn id_of(frame: &ClientFrame) -> Option<u64> {
    match frame {
        ClientFrame::Auth { id, .. }
        | ClientFrame::Refresh { id, .. }
        | ClientFrame::Send { id, .. }
        | ClientFrame::Typing { id, .. }
        | ClientFrame::Edit { id, .. }
        | ClientFrame::Delete { id, .. }
        | ClientFrame::React { id, .. }
        | ClientFrame::Unreact { id, .. }
        | ClientFrame::Pin { id, .. }
        | ClientFrame::Unpin { id, .. }
        | ClientFrame::Read { id, .. }
        | ClientFrame::History { id, .. }
        | ClientFrame::Join { id, .. }
        | ClientFrame::Leave { id, .. }
        | ClientFrame::Subscribe { id, .. }
        | ClientFrame::Unsubscribe { id, .. }
        | ClientFrame::Presence { id, .. }
        | ClientFrame::Catchup { id, .. }
        | ClientFrame::Ping { id }
        | ClientFrame::Pong { id, .. } => *id,
    }
}
