//! The messaging service over a [`FakeLog`].

use std::sync::Arc;

use futures_util::stream::unfold;
use rialto_kernel::{ConversationId, MessageId};
use rialto_messaging::ports::{
    Line, MockDiscretion, MockMessageChanges, MockMessageSearch, MockMessagingFigures, MockMessagingStore,
    MockModerationStore, MockNoticeBoard, MockPresenceBoard, MockReadPointers, MockRealtimeBus, MockUserTraces,
};
use rialto_messaging::{
    Added, Appended, BusItem, Conversation, ConversationKind, ConversationName, ConversationSettings, Done, Epoch,
    Event, EventBody, MarkReadRefusal, Message, MessageRefusal, MessagingDeps, MessagingService, PresenceVisibility,
    Reaction, ReadChange, ReadState, SocketGate, Topic, Visibility, WriteRefusal,
};

use super::{FakeIds, FakeLog, FakeNow, added, logged, member, message, now, removed};

/// Acts write into the log; who reads finds it there.
pub(crate) fn service(log: &FakeLog, gate: impl SocketGate + 'static) -> MessagingService {
    MessagingService::new(MessagingDeps {
        store: Arc::new(store(log)),
        changes: Arc::new(changes(log)),
        reads: Arc::new(reads(log)),
        moderation: Arc::new(MockModerationStore::new()),
        search: Arc::new(MockMessageSearch::new()),
        discretion: Arc::new(discretion()),
        traces: Arc::new(MockUserTraces::new()),
        notices: Arc::new(notices(log)),
        figures: Arc::new(MockMessagingFigures::new()),
        gate: Arc::new(gate),
        bus: Arc::new(bus(log)),
        presence: Arc::new(presence()),
        clock: Arc::new(FakeNow),
        ids: Arc::new(FakeIds::default()),
    })
}

/// Every notice is told for the first time.
fn notices(log: &FakeLog) -> MockNoticeBoard {
    let mut notices = MockNoticeBoard::new();
    let own = log.clone();
    notices.expect_post_notice().returning(move |user_id, notice, _| {
        let event = own.append_personal(user_id, EventBody::Notified(notice));
        Ok(Done { value: true, events: vec![event] })
    });
    notices
}

fn store(log: &FakeLog) -> MockMessagingStore {
    let mut store = MockMessagingStore::new();
    let own = log.clone();
    store.expect_list_events().returning(move |stream, after, limit| Ok(own.events(stream, after, limit)));
    let own = log.clone();
    store.expect_followed_streams().returning(move |user| Ok(own.followed_by(user)));
    let own = log.clone();
    store.expect_stream_tops().returning(move |streams| Ok(own.tops(streams)));
    let own = log.clone();
    store.expect_find_member().returning(move |id, user| Ok(own.is_member(id, user).then(|| member(user))));
    let own = log.clone();
    store.expect_find_conversation().returning(move |id| Ok((own.top(id) > 0).then(|| conversation(id))));
    let own = log.clone();
    store.expect_list_messages().returning(move |id, _, _, limit, reader| {
        let said = own.events(id.into(), 0, 1_000).into_iter().filter_map(|event| match event.body {
            EventBody::MessageCreated(message) => Some(message),
            _ => None,
        });
        let said = said.map(|message| Message { reactions: vec![thumb(message.sender.id == reader)], ..message });
        Ok(said.take(usize::try_from(limit).unwrap()).collect())
    });
    let own = log.clone();
    store.expect_append_message().returning(move |new| {
        let said = |id, seq, sender| {
            let message = Message { content: Some(new.content.clone()), ..message(id, seq, sender) };
            logged(id, seq, EventBody::MessageCreated(message))
        };
        let events = own.append(new.conversation_id, said, new.sender.id);
        match &events[0].body {
            EventBody::MessageCreated(message) => Ok(Appended::New(message.clone())),
            other => unreachable!("{other:?}"),
        }
    });
    let own = log.clone();
    store.expect_add_member().returning(move |new| {
        let events = own.append(new.conversation_id, added, new.user_id);
        Ok(Added::New { member: member(new.user_id), events })
    });
    let own = log.clone();
    store.expect_leave_conversation().returning(move |id, user, _| Ok(own.append(id, removed, user)));
    let own = log.clone();
    store.expect_remove_member().returning(move |id, _, user, _| Ok(own.append(id, removed, user)));
    let own = log.clone();
    store.expect_delete_conversation().returning(move |id, _, _| Ok(own.delete(id)));
    store
}

/// Messages are those of user 1 in conversation 1; only they change them, and user 3 is muted.
fn changes(log: &FakeLog) -> MockMessageChanges {
    let mut changes = MockMessageChanges::new();
    let own = log.clone();
    changes.expect_edit_message().returning(move |id, by, content, _, at| {
        change(&own, id, by.id, |message| {
            (message.content, message.edited_at) = (Some(content), Some(at));
            EventBody::MessageEdited(message.clone())
        })
    });
    let own = log.clone();
    changes.expect_delete_message().returning(move |id, by, at| {
        change(&own, id, by.id, |message| {
            (message.content, message.deleted_at) = (None, Some(at));
            EventBody::MessageDeleted(message.clone())
        })
    });
    let own = log.clone();
    changes.expect_set_reaction().returning(move |id, by, emoji, present, _| {
        change(&own, id, by.id, |message| {
            let (user, message_id) = (message.sender.clone(), message.id);
            let change = rialto_messaging::ReactionChange { message_id, user, emoji: emoji.clone(), count: 1 };
            message.reactions = vec![Reaction { emoji, count: 1, mine: true }];
            if present { EventBody::ReactionAdded(change) } else { EventBody::ReactionRemoved(change) }
        })
    });
    let own = log.clone();
    changes.expect_set_pin().returning(move |id, by, pinned, at| {
        change(&own, id, by.id, |message| {
            message.pinned_at = pinned.then_some(at);
            let (message_id, user) = (message.id, message.sender.clone());
            let change = rialto_messaging::PinChange { message_id, user, pinned };
            if pinned { EventBody::PinAdded(change) } else { EventBody::PinRemoved(change) }
        })
    });
    changes
}

fn change(
    log: &FakeLog,
    id: MessageId,
    by: rialto_kernel::UserId,
    make: impl FnOnce(&mut Message) -> EventBody,
) -> Result<Done<Message>, MessageRefusal> {
    if by == super::user_id(3) {
        let until = now() + std::time::Duration::from_secs(60);
        return Err(MessageRefusal::Write(WriteRefusal::Muted { until }));
    }
    let conversation = super::conversation_id(1);
    let found = log.events(conversation.into(), 0, 1_000).into_iter().find_map(|event| match event.body {
        EventBody::MessageCreated(message) if message.id == id => Some(message),
        _ => None,
    });
    let mut message = found.ok_or(MessageRefusal::UnknownMessage)?;
    if message.sender.id != by {
        return Err(MessageRefusal::NotAllowed);
    }
    let body = make(&mut message);
    let events = log.append(conversation, |id, seq, _| logged(id, seq, body), by);
    Ok(Done { value: message, events })
}

fn reads(log: &FakeLog) -> MockReadPointers {
    let mut reads = MockReadPointers::new();
    let own = log.clone();
    reads.expect_mark_read().returning(move |mark| {
        if !own.is_member(mark.conversation_id, mark.user_id) {
            return Err(MarkReadRefusal::NotAMember);
        }
        let read = ReadState { ordinal: mark.ordinal, unread: 1, mentions: 0 };
        let (conversation_id, thread_root) = (mark.conversation_id, mark.thread_root);
        let change = ReadChange { conversation_id, thread_root, last_ordinal: mark.ordinal + 1, read };
        let event = own.append_personal(mark.user_id, EventBody::ReadChanged(change));
        Ok(Done { value: read, events: vec![event] })
    });
    reads
}

fn bus(log: &FakeLog) -> MockRealtimeBus {
    let mut bus = MockRealtimeBus::new();
    let own = log.clone();
    bus.expect_publish_event().returning(move |event: Arc<Event>| own.tell(&BusItem::Event(event)));
    let own = log.clone();
    bus.expect_publish_signal().returning(move |signal| own.tell(&BusItem::Signal(signal)));
    let own = log.clone();
    bus.expect_subscribe().returning(move || {
        let hints = own.listen();
        Box::pin(unfold(hints, |mut hints| async { hints.recv().await.map(|item| (item, hints)) }))
    });
    bus
}

fn presence() -> MockPresenceBoard {
    let mut presence = MockPresenceBoard::new();
    presence.expect_connect().returning(|_, _| None);
    presence.expect_disconnect().returning(|_, _, _| None);
    presence
}

/// Nobody has anything to hide.
fn discretion() -> MockDiscretion {
    let mut discretion = MockDiscretion::new();
    discretion.expect_line_of().returning(|_, _| Ok(Line::Shared));
    discretion.expect_unseen_by().returning(|_, _| Ok(Vec::new()));
    discretion.expect_visibility_of().returning(|_| Ok(PresenceVisibility::default()));
    discretion
}

fn thumb(mine: bool) -> Reaction {
    Reaction { emoji: rialto_messaging::Emoji::parse("👍").unwrap(), count: 1, mine }
}

/// A public channel.
fn conversation(id: ConversationId) -> Conversation {
    Conversation {
        id,
        kind: ConversationKind::Channel,
        name: Some(ConversationName::parse("talk").unwrap()),
        topic: Topic::default(),
        visibility: Visibility::Public,
        created_at: now(),
        last_seq: 0,
        last_ordinal: 0,
        last_event_at: now(),
        epoch: Epoch(uuid::Uuid::from_u128(7)),
        archived_at: None,
        settings: ConversationSettings { receipts: true, ..ConversationSettings::of_new(ConversationKind::Channel) },
    }
}
