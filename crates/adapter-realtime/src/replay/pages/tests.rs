//! Shared pages are never too old, and never too many.

use futures_util::future::join_all;
use rialto_kernel::ConversationId;

use super::*;
use crate::hub::Hub;
use crate::outbox::Wakes;
use crate::settings::RealtimeSettings;
use crate::testing::{FakeLog, conversation_id, message_event, service, user_id};

struct World {
    hub: Hub,
    log: FakeLog,
    messaging: MessagingService,
}

/// How many bytes are shared, of how many streams.
fn held(pages: &Pages) -> (usize, usize) {
    let shelf = pages.lock();
    (shelf.bytes, shelf.streams.len())
}

fn talk() -> ConversationId {
    conversation_id(1)
}

impl World {
    /// Three messages in the log.
    fn new() -> Self {
        let (hub, log) = (Hub::new(RealtimeSettings::default()), FakeLog::default());
        let messaging = service(&log, hub.clone());
        let world = Self { hub, log, messaging };
        (0..3).for_each(|_| world.say());
        world
    }

    fn say(&self) {
        self.log.append(talk(), message_event, user_id(1));
    }

    /// The page of who needs what is up to `top`.
    async fn read(&self, top: u64) -> Arc<Page> {
        self.hub.pages().read(&self.messaging, talk().into(), 0, top).await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_at_the_same_time_shares_a_page_for_a_second() {
    let world = World::new();
    let pages = join_all((0..10).map(|_| world.read(3))).await;
    assert!(pages.iter().all(|page| Arc::ptr_eq(page, &pages[0])));
    assert_eq!(pages[0].up_to(3).len(), 3);
    tokio::time::advance(SHARED_FOR).await;
    assert!(!Arc::ptr_eq(&world.read(3).await, &pages[0]));
}

#[tokio::test]
async fn a_page_is_never_older_than_a_hint() {
    let world = World::new();
    let before = world.read(3).await;
    world.hub.hint(world.log.event(talk(), 3).unwrap(), &mut Wakes::default());
    assert!(!Arc::ptr_eq(&world.read(3).await, &before));
    assert_eq!(world.hub.pages().lock().streams.len(), 1);
}

#[tokio::test]
async fn a_page_never_hides_what_its_reader_knows_to_be_there() {
    let world = World::new();
    assert_eq!(world.read(3).await.up_to(9).len(), 3);
    // Committed, and no hint has come yet.
    world.say();
    let page = world.read(4).await;
    assert_eq!((page.up_to(9).len(), page.up_to(2).len()), (4, 2));
    assert!(Arc::ptr_eq(&world.read(3).await, &page), "who needs less shares it");
}

#[tokio::test]
async fn a_log_that_ends_before_the_top_is_covered_to_the_top() {
    let world = World::new();
    let page = world.read(7).await;
    assert_eq!((page.covers(0, 7), page.covers(0, 2)), (7, 2));
    (0..300).for_each(|_| world.say());
    assert_eq!(world.read(303).await.covers(0, 303), 200, "the next page follows");
}

#[tokio::test(start_paused = true)]
async fn what_is_shared_is_bounded_and_goes_when_its_time_is_over() {
    let pages = Pages::default();
    let keep = |n| {
        let stream = conversation_id(n).into();
        let cell = pages.cell(stream, 0);
        pages.keep(stream, 0, &cell, MAX_BYTES / 3);
    };
    (0..10).for_each(keep);
    assert_eq!(held(&pages), (MAX_BYTES / 3 * 3, 3));
    pages.forget(conversation_id(0).into());
    assert_eq!(pages.lock().bytes, MAX_BYTES / 3 * 2);
    tokio::time::advance(SHARED_FOR).await;
    pages.expire();
    assert_eq!(held(&pages), (0, 0));
}
