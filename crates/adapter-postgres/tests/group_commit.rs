//! Messages that are committed together.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_postgres::{PgDatabase, PgIdentityStore, PgMessagingStore, PgOptions};
use rialto_kernel::{ConversationId, MessageId};
use rialto_messaging::{AppendRefusal, Appended, EventBody, NewMessage, Profile, WriteRefusal};
use rialto_testkit::postgres::TestDatabase;
use rialto_testkit::{Scene, Stores};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::Client;

const PATIENCE: Duration = Duration::from_secs(20);

type Outcome = Result<Appended, AppendRefusal>;

async fn place(options: PgOptions) -> (Arc<Scene>, TestDatabase) {
    let fresh = TestDatabase::create().await;
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let identity = Arc::new(PgIdentityStore::new(database.clone()));
    let stores = Stores::new(identity, Arc::new(PgMessagingStore::new(database)), fresh.clone());
    (Arc::new(Scene::new(stores)), fresh)
}

fn append(scene: &Arc<Scene>, new: NewMessage) -> JoinHandle<Outcome> {
    let scene = Arc::clone(scene);
    tokio::spawn(async move { scene.messaging.append_message(new).await })
}

async fn outcome(append: JoinHandle<Outcome>) -> Outcome {
    timeout(PATIENCE, append).await.unwrap().unwrap()
}

/// Waits until that many sessions wait for a lock.
async fn wait_for_waiting(beside: &Client, count: i64) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while beside.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Starts all of these so that they wait together, behind a message whose conversation somebody holds.
async fn together(
    scene: &Arc<Scene>,
    fresh: &TestDatabase,
    first: NewMessage,
    others: Vec<NewMessage>,
) -> Vec<JoinHandle<Outcome>> {
    let mut holder = fresh.client().await;
    let held = holder.transaction().await.unwrap();
    let lock = format!("SELECT 1 FROM conversations WHERE id = '{}' FOR UPDATE", first.conversation_id);
    held.execute(&lock, &[]).await.unwrap();
    let mut appends = vec![append(scene, first)];
    wait_for_waiting(&fresh.client().await, 1).await;
    for new in others {
        appends.push(append(scene, new));
        // One after the other into the queue.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    held.rollback().await.unwrap();
    appends
}

async fn messages(scene: &Scene, group: ConversationId) -> Vec<(u64, MessageId)> {
    let log = scene.log(group).await;
    assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq), "a number is missing");
    let created = log.into_iter().filter_map(|event| match event.body {
        EventBody::MessageCreated(message) => Some((event.seq, message.id)),
        _ => None,
    });
    created.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_many_writers_say_is_there_once_and_numbered_without_holes() {
    const WRITERS: usize = 64;
    const EACH: usize = 10;
    let (scene, _fresh) = place(PgOptions::default()).await;
    let users = scene.users(WRITERS).await;
    let everyone: Vec<&Profile> = users.iter().collect();
    let mut groups = Vec::new();
    for _ in 0..10 {
        groups.push(scene.group(&everyone).await);
    }
    let writers = users.into_iter().enumerate().map(|(writer, user)| {
        let (scene, groups) = (Arc::clone(&scene), groups.clone());
        tokio::spawn(async move {
            let mut said = Vec::new();
            for count in 0..EACH {
                let group = groups[(writer + count) % groups.len()];
                said.push(scene.say(group, &user, &format!("{writer} {count}")).await);
            }
            said
        })
    });
    let mut said = HashMap::new();
    for writer in writers.collect::<Vec<_>>() {
        for message in timeout(PATIENCE * 3, writer).await.unwrap().unwrap() {
            said.insert(message.id, (message.conversation_id, message.seq));
        }
    }
    assert_eq!(said.len(), WRITERS * EACH);
    let mut logged = 0;
    for group in groups {
        let messages = messages(&scene, group).await;
        logged += messages.len();
        assert!(messages.iter().all(|(seq, id)| said.get(id) == Some(&(group, *seq))));
        let ordinals = scene.messaging.find_conversation(group).await.unwrap().unwrap().last_ordinal;
        assert_eq!(ordinals, messages.len() as u64);
    }
    assert_eq!(logged, WRITERS * EACH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_does_not_disturb_those_beside_it() {
    let (scene, fresh) = place(PgOptions::default()).await;
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (group, other) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let elsewhere = scene.say(other, &ann, "elsewhere").await;
    let answer = NewMessage { reply_to: Some(elsewhere.id), ..scene.new_message(group, &ann, "to what?") };
    let others = vec![
        scene.new_message(group, &ann, "one"),
        answer,
        scene.new_message(group, &bob, "may I?"),
        scene.new_message(group, &ann, "two"),
        scene.new_message(other, &ann, "there"),
    ];
    let mut outcomes = Vec::new();
    for append in together(&scene, &fresh, scene.new_message(group, &ann, "first"), others).await {
        outcomes.push(outcome(append).await);
    }
    let [first, one, answer, stranger, two, there] = outcomes.try_into().unwrap();
    assert!(matches!(answer, Err(AppendRefusal::UnknownReply)), "{answer:?}");
    assert!(matches!(stranger, Err(AppendRefusal::Write(WriteRefusal::NotAMember))), "{stranger:?}");
    let ordinals = [first, one, two, there].map(|outcome| match outcome {
        Ok(Appended::New(message)) => message.ordinal,
        outcome => panic!("{outcome:?}"),
    });
    assert_eq!(ordinals, [1, 2, 3, 2]);
    assert_eq!(messages(&scene, group).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_messages_with_one_nonce_that_wait_together_the_second_is_the_duplicate() {
    let (scene, fresh) = place(PgOptions::default()).await;
    let ann = scene.user("ann").await;
    let (group, other) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let said = scene.new_message(group, &ann, "once");
    let again = NewMessage { id: scene.new_message(group, &ann, "once").id, ..said.clone() };
    let elsewhere = NewMessage { conversation_id: other, ..again.clone() };
    let others = vec![said.clone(), again, elsewhere, scene.new_message(group, &ann, "last")];
    let mut outcomes = Vec::new();
    for append in together(&scene, &fresh, scene.new_message(group, &ann, "first"), others).await {
        outcomes.push(outcome(append).await);
    }
    let [_, once, again, elsewhere, last] = outcomes.try_into().unwrap();
    assert!(matches!(once, Ok(Appended::New(message)) if message.id == said.id));
    assert!(matches!(again, Ok(Appended::Duplicate(message)) if message.id == said.id));
    assert!(matches!(elsewhere, Err(AppendRefusal::NonceConflict)), "{elsewhere:?}");
    assert!(matches!(last, Ok(Appended::New(message)) if message.ordinal == 3));
    assert_eq!(messages(&scene, group).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_judged_by_what_is_there_once_the_lock_is_had() {
    let (scene, fresh) = place(PgOptions::default()).await;
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    // Once on connections that have nothing prepared yet, and then on ones that have.
    for round in 0..3 {
        let group = scene.group(&[&ann, &bob]).await;
        let mut holder = fresh.client().await;
        let held = holder.transaction().await.unwrap();
        held.execute(&format!("SELECT 1 FROM conversations WHERE id = '{group}' FOR UPDATE"), &[]).await.unwrap();
        let late = append(&scene, scene.new_message(group, &bob, "am I still here?"));
        wait_for_waiting(&fresh.client().await, 1).await;
        held.execute(&format!("DELETE FROM members WHERE user_id = '{}'", bob.id), &[]).await.unwrap();
        held.commit().await.unwrap();
        let late = outcome(late).await;
        assert!(matches!(late, Err(AppendRefusal::Write(WriteRefusal::NotAMember))), "{round}: {late:?}");
        for _ in 0..20 {
            scene.say(group, &ann, "hi").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_is_stuck_does_not_hold_up_the_others() {
    let (scene, fresh) = place(PgOptions::default()).await;
    let ann = scene.user("ann").await;
    let (stuck, free) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let mut holder = fresh.client().await;
    let held = holder.transaction().await.unwrap();
    held.execute(&format!("SELECT 1 FROM conversations WHERE id = '{stuck}' FOR UPDATE"), &[]).await.unwrap();
    let waiting = append(&scene, scene.new_message(stuck, &ann, "waits"));
    wait_for_waiting(&fresh.client().await, 1).await;
    timeout(PATIENCE, scene.say(free, &ann, "does not")).await.unwrap();
    assert!(!waiting.is_finished());
    held.rollback().await.unwrap();
    assert!(matches!(outcome(waiting).await, Ok(Appended::New(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_go_away_leave_whole_messages_and_free_connections() {
    let (scene, fresh) = place(PgOptions { max_connections: 1, ..PgOptions::default() }).await;
    let ann = scene.user("ann").await;
    let group = scene.group(&[&ann]).await;
    let others = (0..20).map(|count| scene.new_message(group, &ann, &count.to_string())).collect();
    let appends = together(&scene, &fresh, scene.new_message(group, &ann, "first"), others).await;
    for append in appends.iter().step_by(2) {
        append.abort();
    }
    let mut kept = Vec::new();
    for append in appends {
        if let Ok(Ok(Appended::New(message))) = append.await {
            kept.push(message.id);
        }
    }
    let last = timeout(PATIENCE, scene.say(group, &ann, "last")).await.unwrap();
    let messages = messages(&scene, group).await;
    assert_eq!(messages.len() as u64, last.ordinal);
    assert!(kept.len() >= 10 && kept.iter().all(|id| messages.iter().any(|(_, there)| there == id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_connection_serves_every_kind_of_message() {
    let (scene, _fresh) = place(PgOptions { max_connections: 1, ..PgOptions::default() }).await;
    let ann = scene.user("ann").await;
    let group = scene.group(&[&ann]).await;
    let root = scene.say(group, &ann, "root").await;
    let appends: Vec<_> = (0..60)
        .map(|count| {
            let plain = scene.new_message(group, &ann, &count.to_string());
            let thread_root = (count % 3 == 0).then_some(root.id);
            append(&scene, NewMessage { thread_root, ..plain })
        })
        .collect();
    for append in appends {
        assert!(matches!(outcome(append).await, Ok(Appended::New(_))));
    }
    assert_eq!(messages(&scene, group).await.len(), 61);
}
