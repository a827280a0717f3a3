use std::collections::BTreeMap;
use std::time::Duration;

use chrono::DateTime;
use rialto_kernel::ConversationId;
use rialto_messaging::ports::{
    MockDiscretion, MockMessageChanges, MockMessageSearch, MockMessagingFigures, MockMessagingStore,
    MockModerationStore, MockNoticeBoard, MockPresenceBoard, MockReadPointers, MockRealtimeBus, MockSocketGate,
    MockUserTraces,
};
use rialto_messaging::{Epoch, FollowedStream, Member, MemberRole, MessagingDeps, Profile, StreamTop};
use rialto_testkit::{FakeClock, FakeIds};
use tokio::time::timeout;
use uuid::Uuid;

use super::*;

/// Logs of conversations; what is in them is told to nobody.
#[derive(Clone, Default)]
struct FakeLogs(Arc<Mutex<BTreeMap<StreamId, Vec<Arc<Event>>>>>);

impl FakeLogs {
    fn push(&self, conversation: u128, body: EventBody) -> Arc<Event> {
        let stream = StreamId::Conversation(id(conversation));
        let mut logs = self.0.lock().unwrap();
        let log = logs.entry(stream).or_default();
        let event = Event { stream, seq: log.len() as u64 + 1, at: DateTime::UNIX_EPOCH, body };
        log.push(Arc::new(event));
        Arc::clone(log.last().unwrap())
    }

    /// Something that lets nobody in or out.
    fn happen(&self, conversation: u128) -> Arc<Event> {
        self.push(conversation, EventBody::MemberRoleChanged(member(9)))
    }

    fn let_in(&self, conversation: u128, user: u128) -> Arc<Event> {
        self.push(conversation, EventBody::MemberAdded(member(user)))
    }

    fn let_out(&self, conversation: u128, user: u128) -> Arc<Event> {
        self.push(conversation, EventBody::MemberRemoved(profile(user)))
    }

    fn tops(&self, wanted: impl Fn(StreamId) -> bool) -> Vec<StreamTop> {
        let logs = self.0.lock().unwrap();
        let wanted = logs.iter().filter(|(stream, _)| wanted(**stream));
        let top = |(stream, log): (&StreamId, &Vec<_>)| StreamTop {
            stream: *stream,
            epoch: Epoch(Uuid::nil()),
            last_seq: log.len() as u64,
        };
        wanted.map(top).collect()
    }

    fn service(&self) -> MessagingService {
        let mut store = MockMessagingStore::new();
        let own = self.clone();
        store.expect_followed_streams().returning(move |user| {
            let is_in = |stream| {
                let logs = own.0.lock().unwrap();
                let mut comings = logs[&stream].iter().filter_map(|event| match &event.body {
                    EventBody::MemberAdded(member) if member.user.id == user => Some(true),
                    EventBody::MemberRemoved(who) if who.id == user => Some(false),
                    _ => None,
                });
                comings.next_back().unwrap_or(false)
            };
            let streams: Vec<_> = own.0.lock().unwrap().keys().copied().collect();
            let followed: Vec<_> = streams.into_iter().filter(|stream| is_in(*stream)).collect();
            let tops = own.tops(|stream| followed.contains(&stream));
            Ok(tops.into_iter().map(|top| FollowedStream { top, read: None }).collect())
        });
        let own = self.clone();
        store.expect_stream_tops().returning(move |streams| Ok(own.tops(|stream| streams.contains(&stream))));
        let own = self.clone();
        store.expect_list_events().returning(move |stream, after, limit| {
            let logs = own.0.lock().unwrap();
            let after = logs[&stream].iter().filter(|event| event.seq > after).map(|event| (**event).clone());
            Ok(after.take(usize::try_from(limit).unwrap()).collect())
        });
        MessagingService::new(MessagingDeps {
            store: Arc::new(store),
            changes: Arc::new(MockMessageChanges::new()),
            reads: Arc::new(MockReadPointers::new()),
            moderation: Arc::new(MockModerationStore::new()),
            search: Arc::new(MockMessageSearch::new()),
            discretion: Arc::new(MockDiscretion::new()),
            traces: Arc::new(MockUserTraces::new()),
            notices: Arc::new(MockNoticeBoard::new()),
            figures: Arc::new(MockMessagingFigures::new()),
            gate: Arc::new(MockSocketGate::new()),
            bus: Arc::new(MockRealtimeBus::new()),
            presence: Arc::new(MockPresenceBoard::new()),
            clock: Arc::new(FakeClock::default()),
            ids: Arc::new(FakeIds::default()),
        })
    }
}

fn id(number: u128) -> ConversationId {
    Uuid::from_u128(number).into()
}

fn user(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn session(number: u128) -> SessionId {
    Uuid::from_u128(number).into()
}

fn profile(number: u128) -> Profile {
    let name = format!("user-{number}");
    Profile { id: user(number), username: name.clone(), display_name: name, avatar_url: None }
}

fn member(number: u128) -> Member {
    Member { user: profile(number), role: MemberRole::Member, joined_at: DateTime::UNIX_EPOCH, muted_until: None }
}

/// Logs with a conversation that user 1 is in, a feed, and the subscription of user 1.
async fn scene() -> (FakeLogs, Feed, Subscription) {
    let (logs, feed) = (FakeLogs::default(), Feed::default());
    logs.let_in(1, 1);
    let subscription = feed.subscribe(&logs.service(), user(1), session(1)).await.unwrap();
    (logs, feed, subscription)
}

/// The numbers of the next events.
async fn heard(subscription: &mut Subscription, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        match timeout(Duration::from_secs(5), subscription.next()).await.expect("nothing comes") {
            News::Event(event) => numbers.push(event.seq),
            other => panic!("{other:?}"),
        }
    }
    numbers
}

async fn is_silent(subscription: &mut Subscription) {
    let heard = timeout(Duration::from_millis(50), subscription.next()).await;
    assert!(heard.is_err(), "{heard:?}");
}

#[tokio::test]
async fn hints_that_are_lost_repeated_and_late_become_the_order_of_the_log() {
    let (logs, feed, mut subscription) = scene().await;
    let events: Vec<_> = (0..5).map(|_| logs.happen(1)).collect();
    for hint in [1, 1, 4, 0, 3] {
        feed.hint(&events[hint]);
    }
    assert_eq!(heard(&mut subscription, 5).await, [2, 3, 4, 5, 6]);
    is_silent(&mut subscription).await;
}

#[tokio::test]
async fn what_no_hint_told_is_found_by_a_look_at_the_logs() {
    let (logs, feed, mut subscription) = scene().await;
    logs.happen(1);
    logs.happen(1);
    is_silent(&mut subscription).await;
    feed.board().note_tops(&logs.tops(|_| true));
    assert_eq!(heard(&mut subscription, 2).await, [2, 3]);
}

#[tokio::test]
async fn what_happens_while_one_subscribes_is_not_missed() {
    let logs = FakeLogs::default();
    let feed = Feed::default();
    logs.let_in(1, 1);
    let (queue, items) = mpsc::channel(QUEUE);
    let seat = feed.board().take_seat(user(1), session(1), queue);
    let mut subscription = Subscription::new(feed.clone(), seat, user(1), items, logs.service());
    feed.inner.subscribed.fetch_add(1, Ordering::SeqCst);
    let seen = logs.tops(|_| true);
    // After the look and before the attaching.
    feed.hint(&logs.happen(1));
    feed.hint(&logs.let_in(2, 1));
    for top in feed.board().attach(seat, &seen) {
        subscription.follow(top.stream, top.last_seq);
    }
    for top in logs.tops(|_| true) {
        subscription.note_top(top.stream, top.last_seq);
    }
    let mut numbers = heard(&mut subscription, 2).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2], "the coming into the second, and what happened in the first");
}

#[tokio::test]
async fn whoever_is_removed_hears_of_it_and_of_nothing_after() {
    let (logs, feed, mut subscription) = scene().await;
    feed.close(logs.let_out(1, 1)).await;
    feed.hint(&logs.happen(1));
    assert_eq!(heard(&mut subscription, 1).await, [2]);
    is_silent(&mut subscription).await;
    // Even if the hint was lost, and the log is read past it.
    let (logs, feed, mut subscription) = scene().await;
    logs.let_out(1, 1);
    feed.hint(&logs.happen(1));
    assert_eq!(heard(&mut subscription, 1).await, [2]);
    is_silent(&mut subscription).await;
}

#[tokio::test]
async fn whoever_was_removed_while_they_subscribed_is_not_brought_back() {
    let (logs, feed) = (FakeLogs::default(), Feed::default());
    logs.let_in(1, 1);
    let (queue, _items) = mpsc::channel(QUEUE);
    let seat = feed.board().take_seat(user(1), session(1), queue);
    feed.inner.subscribed.fetch_add(1, Ordering::SeqCst);
    let seen = logs.tops(|_| true);
    feed.close(logs.let_out(1, 1)).await;
    assert!(feed.board().attach(seat, &seen).is_empty());
}

#[tokio::test]
async fn whoever_comes_in_hears_from_their_coming_on() {
    let (logs, feed, mut subscription) = scene().await;
    feed.hint(&logs.happen(2));
    feed.hint(&logs.let_in(2, 1));
    feed.hint(&logs.happen(2));
    assert_eq!(heard(&mut subscription, 2).await, [2, 3]);
    feed.close(logs.let_out(2, 1)).await;
    feed.hint(&logs.let_in(2, 1));
    assert_eq!(heard(&mut subscription, 2).await, [4, 5]);
}

#[tokio::test]
async fn all_sockets_of_a_user_hear_everything_and_a_stranger_nothing() {
    let (logs, feed, mut first) = scene().await;
    let mut second = feed.subscribe(&logs.service(), user(1), session(2)).await.unwrap();
    let mut stranger = feed.subscribe(&logs.service(), user(2), session(3)).await.unwrap();
    feed.hint(&logs.happen(1));
    assert_eq!((heard(&mut first, 1).await, heard(&mut second, 1).await), (vec![2], vec![2]));
    is_silent(&mut stranger).await;
}

#[tokio::test]
async fn one_that_does_not_keep_up_costs_itself_alone() {
    let (logs, feed, mut slow) = scene().await;
    let mut quick = feed.subscribe(&logs.service(), user(1), session(2)).await.unwrap();
    for _ in 0..=QUEUE {
        feed.hint(&logs.happen(1));
        heard(&mut quick, 1).await;
    }
    heard(&mut slow, QUEUE).await;
    assert!(matches!(slow.next().await, News::TooSlow));
    feed.hint(&logs.happen(1));
    heard(&mut quick, 1).await;
}

#[tokio::test]
async fn a_session_that_ended_hears_that_and_then_nothing() {
    let (logs, feed, mut subscription) = scene().await;
    feed.end_sessions(&[session(1)]);
    feed.hint(&logs.happen(1));
    assert!(matches!(subscription.next().await, News::Revoked));
    assert!(matches!(subscription.next().await, News::TooSlow));
}

#[tokio::test]
async fn nobody_is_remembered_who_has_left() {
    let (logs, feed, subscription) = scene().await;
    drop(subscription);
    assert_eq!(feed.inner.subscribed.load(Ordering::SeqCst), 0);
    assert!(feed.board().streams().is_empty() && feed.board().sessions().is_empty());
    feed.hint(&logs.happen(1));
}
