//! What a client shows of a conversation, made of events alone.

use std::collections::BTreeMap;
use std::time::Duration;

use rialto_client::wire::frame::{EventFrame, ServerFrame};
use rialto_client::wire::messaging::{EventBodyView, MessageView};
use rialto_client::{Rest, Socket};
use uuid::Uuid;

use crate::support::people::stream;

/// A message, without what only its reader sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub content: Option<String>,
    pub pinned: bool,
    pub reactions: BTreeMap<String, u64>,
}

impl From<&MessageView> for Shown {
    fn from(message: &MessageView) -> Self {
        let reactions = message.reactions.iter().map(|reaction| (reaction.emoji.clone(), reaction.count));
        Self { content: message.content.clone(), pinned: message.pinned, reactions: reactions.collect() }
    }
}

/// A conversation as a client has put it together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    pub messages: BTreeMap<Uuid, Shown>,
    pub seq: u64,
}

impl View {
    /// Takes in an event, in the way the protocol's documentation tells.
    pub fn apply(&mut self, seq: u64, body: &EventBodyView) {
        self.seq = self.seq.max(seq);
        match body {
            EventBodyView::MessageCreated(message)
            | EventBodyView::MessageEdited(message)
            | EventBodyView::MessageDeleted(message) => {
                self.messages.insert(message.id, message.into());
            }
            EventBodyView::ReactionAdded(change) | EventBodyView::ReactionRemoved(change) => {
                if let Some(message) = self.messages.get_mut(&change.message_id) {
                    message.reactions.insert(change.emoji.clone(), change.count);
                    message.reactions.retain(|_, count| *count > 0);
                }
            }
            EventBodyView::PinAdded(change) | EventBodyView::PinRemoved(change) => {
                if let Some(message) = self.messages.get_mut(&change.message_id) {
                    message.pinned = change.pinned;
                }
            }
            _ => {}
        }
    }

    /// What a client sees that reads everything by REST.
    pub async fn by_rest(rest: &Rest, room: Uuid) -> BTreeMap<Uuid, Shown> {
        let page = rest.messages(room, "limit=100").await.unwrap();
        assert_eq!(page.next_cursor, None, "few enough for one page");
        page.items.iter().map(|message| (message.id, message.into())).collect()
    }

    /// Takes in what a socket brings until it has the event of this number.
    pub async fn follow(&mut self, socket: &mut Socket, room: Uuid, until: u64) -> Vec<EventFrame> {
        let mut events = Vec::new();
        while self.seq < until {
            match socket.next_within(Duration::from_secs(10)).await.expect("an event") {
                ServerFrame::Event(event) if event.stream == stream(room) => {
                    self.apply(event.seq, &event.body);
                    events.push(event);
                }
                _ => {}
            }
        }
        events
    }
}

/// A socket that goes on after what a client has of one stream.
pub async fn resumed(rest: &Rest, room: Uuid, epoch: Uuid, seq: u64) -> Socket {
    let mut socket = Socket::connect(&rest.socket_url()).await.unwrap();
    let resume = [(stream(room), (epoch, seq))].into();
    let ready = socket.auth(rest.access_token().unwrap(), Some(resume)).await.unwrap();
    assert!(ready.streams[&stream(room)].ok, "{ready:?}");
    socket
}
