//! Many who do everything at once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use rialto_adapter_postgres::{PgDatabase, PgIdentityStore, PgMessagingStore, PgOptions};
use rialto_kernel::{ConversationId, StoreError};
use rialto_messaging::{
    Actor, AddMemberRefusal, AppendRefusal, ChangeRefusal, ConversationChanges, LeaveRefusal, MarkRead,
    MarkReadRefusal, MemberRole, Message, MessageRefusal, NewMessage, Profile, ReportOutcome, StreamId, Topic,
    WantedMentions,
};
use rialto_testkit::postgres::TestDatabase;
use rialto_testkit::{Scene, Stores, builders};

const WRITERS: usize = 50;
const ACTS: usize = 24;

/// Two conversations in which everybody is, and what there is to act on.
struct Place {
    scene: Scene,
    users: Vec<Profile>,
    groups: [ConversationId; 2],
    roots: Vec<Message>,
}

async fn place() -> Place {
    let fresh = TestDatabase::create().await;
    let database = PgDatabase::connect(fresh.url(), PgOptions::default()).await.unwrap();
    let identity = Arc::new(PgIdentityStore::new(database.clone()));
    let scene = Scene::new(Stores::new(identity, Arc::new(PgMessagingStore::new(database)), fresh));
    let users = scene.users(6).await;
    let everyone: Vec<&Profile> = users.iter().collect();
    let groups = [scene.group(&everyone).await, scene.group(&everyone).await];
    let mut roots = Vec::new();
    for group in groups {
        for user in &users {
            roots.push(scene.say(group, user, "root").await);
        }
    }
    Place { scene, users, groups, roots }
}

/// What a store could not do; that somebody may not is no failure.
type Failure = Option<StoreError>;

macro_rules! failure {
    ($outcome:expr, $refusal:ident) => {
        match $outcome {
            Err($refusal::Store(error)) => Some(error),
            Ok(_) | Err(_) => None,
        }
    };
}

impl Place {
    /// One of all acts, by one of all users, on one of all things.
    async fn act(&self, seed: usize) -> Failure {
        let pick = |salt: usize| seed.wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503)) >> 7;
        let (scene, at) = (&self.scene, self.scene.later());
        let user = &self.users[pick(1) % self.users.len()];
        let other = &self.users[pick(2) % self.users.len()];
        let group = self.groups[pick(3) % 2];
        let root = &self.roots[pick(4) % self.roots.len()];
        let by = Actor { id: user.id, is_guest: false, is_admin: pick(5) % 4 == 0 };
        let is_even = pick(6) % 2 == 0;
        match seed % ACTS {
            0..=3 => {
                failure!(scene.messaging.append_message(scene.new_message(group, user, "hi")).await, AppendRefusal)
            }
            4..=6 => {
                let here = self.users.iter().map(|user| user.id).collect();
                let usernames = vec![other.username.clone()];
                let reply = NewMessage {
                    thread_root: Some(root.id),
                    mentions: WantedMentions { usernames, all: is_even, here: Some(here) },
                    ..scene.new_message(root.conversation_id, user, "re")
                };
                failure!(scene.messaging.append_message(reply).await, AppendRefusal)
            }
            7..=9 => {
                let thread_root = is_even.then_some(root.id);
                let mark = MarkRead {
                    conversation_id: root.conversation_id,
                    thread_root,
                    user_id: user.id,
                    ordinal: u64::MAX,
                    at,
                };
                failure!(scene.reads.mark_read(mark).await, MarkReadRefusal)
            }
            10 => failure!(scene.messaging.leave_conversation(group, user.id, at).await, LeaveRefusal),
            11 | 12 => {
                let new = scene.new_member(group, user.id, MemberRole::Member);
                failure!(scene.messaging.add_member(new).await, AddMemberRefusal)
            }
            13 => failure!(scene.messaging.remove_member(group, user.id, other.id, at).await, ChangeRefusal),
            14 => {
                let role = if is_even { MemberRole::Owner } else { MemberRole::Admin };
                failure!(scene.messaging.change_role(group, user.id, other.id, role, at).await, ChangeRefusal)
            }
            15 => {
                let topic = Some(Topic::parse(&seed.to_string()).unwrap());
                let changes = ConversationChanges { topic, ..ConversationChanges::default() };
                failure!(scene.messaging.change_conversation(group, by, changes, at).await, ChangeRefusal)
            }
            16 => self.delete_while_it_is_read(is_even, Actor { is_admin: true, ..by }).await,
            17 => {
                let content = builders::content(&seed.to_string());
                let mentions = builders::mentioning(&[&other.username]);
                failure!(scene.changes.edit_message(root.id, by, content, mentions, at).await, MessageRefusal)
            }
            18 => failure!(
                scene.changes.set_reaction(root.id, by, builders::emoji("🚀"), is_even, at).await,
                MessageRefusal
            ),
            19 => failure!(scene.changes.set_pin(root.id, by, is_even, at).await, MessageRefusal),
            20 => failure!(scene.changes.delete_message(root.id, by, at).await, MessageRefusal),
            21 => {
                let until = is_even.then_some(at);
                failure!(scene.moderation.mute_member(group, user.id, other.id, until, at).await, ChangeRefusal)
            }
            22 => {
                let reason = builders::reason("spam");
                let banned = scene.moderation.ban_user(group, user.id, other.id, reason, at).await;
                let failed = failure!(banned, ChangeRefusal);
                let lifted = scene.moderation.lift_ban(group, user.id, other.id, at).await;
                failed.or(failure!(lifted, ChangeRefusal))
            }
            _ => {
                let (id, reason) = (scene.ids.next(), builders::reason("spam"));
                let reported = scene.moderation.insert_report(id, root.id, user.id, reason, at).await;
                let closed = scene.moderation.close_report(id, by, ReportOutcome::Resolved, at).await;
                reported.err().or(closed.err())
            }
        }
    }

    /// Deletes a conversation of some of them under the hands of its readers.
    async fn delete_while_it_is_read(&self, is_even: bool, by: Actor) -> Failure {
        let scene = &self.scene;
        let mut members = [&self.users[0], &self.users[1], &self.users[2]];
        members.rotate_left(usize::from(is_even));
        let conversation_id = scene.group(&members).await;
        let root = scene.say(conversation_id, members[0], "soon gone").await;
        let read = |user: &Profile, thread_root| {
            let mark = MarkRead { conversation_id, thread_root, user_id: user.id, ordinal: 1, at: scene.later() };
            async move { failure!(scene.reads.mark_read(mark).await, MarkReadRefusal) }
        };
        let deleted = scene.messaging.delete_conversation(conversation_id, by, scene.later());
        let (deleted, one, other, third) = tokio::join!(
            deleted,
            read(members[1], None),
            read(members[2], Some(root.id)),
            read(members[0], Some(root.id)),
        );
        failure!(deleted, ChangeRefusal).or(one).or(other).or(third)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_every_kind_never_wait_for_one_another_in_a_circle() {
    let place = Arc::new(place().await);
    let writers = (0..WRITERS).map(|writer| {
        let place = Arc::clone(&place);
        tokio::spawn(async move {
            for act in 0..ACTS {
                if let Some(error) = place.act(writer + act * (WRITERS + 1)).await {
                    return Some(error);
                }
            }
            None
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        let failure = writer.await.unwrap();
        assert!(failure.is_none(), "{failure:?}");
    }
    // And nobody's number was lost over it.
    for user in &place.users {
        let log = place.scene.personal_log(user).await;
        assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq));
    }
    for group in place.groups {
        let log = place.scene.messaging.list_events(StreamId::from(group), 0, 100_000).await.unwrap();
        assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq));
    }
}
