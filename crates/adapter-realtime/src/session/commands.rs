//! What a client may ask for. The commands of one socket run one after another.

use std::time::Duration;

use rialto_kernel::{ConversationId, InvalidValue, UserId};
use rialto_messaging::service::SendMessage;
use rialto_messaging::{MessageContent, Nonce};
use rialto_wire::frame::{ClientFrame, OkData, SentData, ServerFrame};
use rialto_wire::messaging::SendMessageRequest;
use tokio::time::Instant;

use super::{Account, Session};
use crate::errors;
use crate::frames::{Frame, parse_stream, presence_view};
use crate::hub::Job;
use crate::topics::Topic;

/// How many users one `presence` may ask about.
const PRESENCE_MAX: usize = 100;

/// Lets `typing` through once a second per stream, and in few streams at a time: whoever types fast sends
/// it with every key, and nobody types everywhere at once.
#[derive(Default)]
pub(super) struct TypingThrottle {
    lately: Vec<(ConversationId, Instant)>,
}

impl TypingThrottle {
    const PAUSE: Duration = Duration::from_secs(1);
    const STREAMS: usize = 4;

    fn lets_through(&mut self, conversation: ConversationId) -> bool {
        let now = Instant::now();
        self.lately.retain(|(_, at)| now.duration_since(*at) < Self::PAUSE);
        let lets = self.lately.len() < Self::STREAMS && self.lately.iter().all(|(other, _)| *other != conversation);
        if lets {
            self.lately.push((conversation, now));
        }
        lets
    }
}

impl Session {
    /// Carries out one command, to its end even when the client is gone meanwhile: the session outlives its
    /// connection until the command is done.
    pub(super) async fn carry_out(&mut self, frame: ClientFrame, account: &mut Account) {
        match frame {
            ClientFrame::Auth { id, data } => self.authenticate_again(id, data, account).await,
            ClientFrame::Refresh { id, data } => self.refresh(id, &data.token, account).await,
            ClientFrame::Send { id, stream, data } => self.send(id, &stream, data, account.user).await,
            ClientFrame::Typing { id, stream } => self.typing(id, &stream, account).await,
            ClientFrame::Subscribe { id, topics, mode: _ } => self.subscribe(id, &topics, account),
            ClientFrame::Unsubscribe { id, topics } => self.unsubscribe(id, &topics, account),
            ClientFrame::Presence { id, data } => {
                self.presence(id, data.user_ids.into_iter().map(UserId::from).collect()).await;
            }
            ClientFrame::Catchup { id, stream, data } => self.catch_up(id, &stream, data.after).await,
            ClientFrame::Ping { id } => self.outbox.push(Frame::new(&ServerFrame::Pong { id })),
            // That it came is all that matters.
            ClientFrame::Pong { .. } => {}
        }
    }

    /// Reads the stream of a command, or refuses the command.
    pub(super) fn conversation(&self, id: Option<u64>, stream: &str) -> Option<ConversationId> {
        let conversation = parse_stream(stream);
        if conversation.is_none() {
            let why = InvalidValue::new("invalid_format", "must be c: and the id of a conversation");
            self.refuse(id, errors::invalid_field("stream", &why));
        }
        conversation
    }

    async fn send(&self, id: Option<u64>, stream: &str, data: SendMessageRequest, sender_id: UserId) {
        let Some(conversation_id) = self.conversation(id, stream) else { return };
        let input = match parse_message(conversation_id, sender_id, data) {
            Ok(input) => input,
            Err((field, why)) => return self.refuse(id, errors::invalid_field(field, &why)),
        };
        match self.deps.messaging.send_message(input).await {
            Ok(sent) => {
                let data = SentData {
                    message_id: sent.message.id.uuid(),
                    seq: sent.message.seq,
                    ordinal: sent.message.ordinal,
                    at: sent.message.created_at.into(),
                    dup: sent.duplicate,
                };
                self.outbox.push(Frame::ok(id, Some(OkData::Sent(data))));
            }
            Err(error) => self.refuse(id, errors::of_send(&error)),
        }
    }

    async fn typing(&self, id: Option<u64>, stream: &str, account: &mut Account) {
        let Some(conversation) = self.conversation(id, stream) else { return };
        if !account.typing.lets_through(conversation) {
            return;
        }
        if let Err(error) = self.deps.messaging.signal_typing(conversation, account.user).await {
            self.refuse(id, errors::of_access(&error));
        }
    }

    fn subscribe(&self, id: Option<u64>, topics: &[String], account: &mut Account) {
        let Some(topics) = self.topics(id, topics) else { return };
        let max = self.deps.settings.max_topics;
        let new: Vec<_> = topics.into_iter().filter(|topic| !account.topics.contains(topic)).collect();
        if account.topics.len() + new.len() > max {
            let message = format!("a socket may subscribe to at most {max} topics");
            return self.refuse(id, errors::refusal("too_many_topics", message));
        }
        self.outbox.push(Frame::ok(id, None));
        for topic in new {
            if account.topics.insert(topic.clone()) {
                self.subscribe_to(topic);
            }
        }
    }

    fn unsubscribe(&self, id: Option<u64>, topics: &[String], account: &mut Account) {
        let Some(topics) = self.topics(id, topics) else { return };
        for topic in topics {
            if account.topics.remove(&topic) {
                self.unsubscribe_from(&topic);
            }
        }
        self.outbox.push(Frame::ok(id, None));
    }

    /// Reads topics, all or none.
    fn topics(&self, id: Option<u64>, topics: &[String]) -> Option<Vec<Topic>> {
        let mut known = Vec::with_capacity(topics.len());
        for text in topics {
            let Some(topic) = Topic::parse(text) else {
                let shown: String = text.chars().take(100).collect();
                let message = format!("there is no topic {shown:?}; there are x:price:<asset id> and x:presence");
                self.refuse(id, errors::refusal("unknown_topic", message));
                return None;
            };
            known.push(topic);
        }
        Some(known)
    }

    fn subscribe_to(&self, topic: Topic) {
        let hub = &self.deps.hub;
        match topic {
            Topic::Presence => hub.follow_presence(self.connection, true),
            Topic::Price(asset) => {
                if let Some(until) = hub.prices().subscribe(&asset, self.connection, &self.outbox) {
                    hub.want(Job::Watch(asset, until));
                }
            }
        }
    }

    pub(super) fn unsubscribe_from(&self, topic: &Topic) {
        let hub = &self.deps.hub;
        match topic {
            Topic::Presence => hub.follow_presence(self.connection, false),
            Topic::Price(asset) => hub.prices().unsubscribe(asset, self.connection),
        }
    }

    async fn presence(&self, id: Option<u64>, users: Vec<UserId>) {
        if users.is_empty() || users.len() > PRESENCE_MAX {
            let why = InvalidValue::new("out_of_range", format!("must name 1 to {PRESENCE_MAX} users"));
            return self.refuse(id, errors::invalid_field("user_ids", &why));
        }
        let users = self.deps.messaging.presence_of(&users).await.into_iter().map(presence_view).collect();
        self.outbox.push(Frame::ok(id, Some(OkData::Presence { users })));
    }
}

fn parse_message(
    conversation_id: ConversationId,
    sender_id: UserId,
    data: SendMessageRequest,
) -> Result<SendMessage, (&'static str, InvalidValue)> {
    if data.thread_root.is_some() {
        return Err((
            "thread_root",
            InvalidValue::new("not_supported", "must be null: this server has no threads yet"),
        ));
    }
    if !data.files.is_empty() {
        return Err(("files", InvalidValue::new("not_supported", "must be empty: this server takes no files yet")));
    }
    let content = MessageContent::parse(&data.content).map_err(|why| ("content", why))?;
    let nonce = data.nonce.map(|nonce| Nonce::parse(&nonce)).transpose().map_err(|why| ("nonce", why))?;
    Ok(SendMessage { conversation_id, sender_id, content, nonce, reply_to: data.reply_to.map(Into::into) })
}

/// The number by which a frame is answered.
pub(super) fn id_of(frame: &ClientFrame) -> Option<u64> {
    match frame {
        ClientFrame::Auth { id, .. }
        | ClientFrame::Refresh { id, .. }
        | ClientFrame::Send { id, .. }
        | ClientFrame::Typing { id, .. }
        | ClientFrame::Subscribe { id, .. }
        | ClientFrame::Unsubscribe { id, .. }
        | ClientFrame::Presence { id, .. }
        | ClientFrame::Catchup { id, .. }
        | ClientFrame::Ping { id }
        | ClientFrame::Pong { id, .. } => *id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::conversation_id;

    #[tokio::test(start_paused = true)]
    async fn typing_is_let_through_once_a_second_per_stream_and_in_few_streams() {
        let mut throttle = TypingThrottle::default();
        let mut let_through =
            |rounds| (0..rounds).flat_map(|_| 1..=10).filter(|n| throttle.lets_through(conversation_id(*n))).count();
        assert_eq!(let_through(5), TypingThrottle::STREAMS);
        tokio::time::advance(TypingThrottle::PAUSE).await;
        assert_eq!(let_through(5), TypingThrottle::STREAMS);
    }
}
