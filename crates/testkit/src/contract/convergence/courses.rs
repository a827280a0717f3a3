//! Random courses of a conversation, followed by replicas.

use std::collections::BTreeMap;

use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{
    Actor, EventBody, HistoryPart, HistorySlice, MemberRole, Message, NewConversationKind, Profile, StreamId,
};

use super::super::cases::cases;
use super::command::Command;
use super::dice::Dice;
use crate::replica::Replica;
use crate::{Scene, Stores, builders};

const PEOPLE: usize = 5;
const COURSES: u64 = 40;
const COMMANDS: usize = 60;

/// After every command of every course, for every member: what they knew at some earlier moment, moved on by the
/// events since, is what a fresh look shows. `RIALTO_PROPERTY_CASES` says how many courses there are.
pub async fn old_state_plus_events_equals_fresh_state(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(PEOPLE).await;
    for seed in 0..courses() {
        Course::begin(&scene, &people, seed).await.run().await;
    }
}

/// What a personal log tells of where its user is, is where they are.
pub async fn a_personal_log_tells_where_its_user_is(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(PEOPLE).await;
    for seed in 1_000..1_004 {
        let mut course = Course::begin(&scene, &people, seed).await;
        for _ in 0..COMMANDS {
            course.step().await;
        }
    }
    for user in &people {
        let mut is_in = BTreeMap::new();
        for event in scene.personal_log(user).await {
            match event.body {
                EventBody::ConversationEntered(id) => drop(is_in.insert(id, true)),
                EventBody::ConversationLeft(id) => drop(is_in.insert(id, false)),
                _ => {}
            }
        }
        let told: Vec<_> = is_in.into_iter().filter(|(_, is_in)| *is_in).map(|(id, _)| StreamId::from(id)).collect();
        let followed: Vec<_> = scene.followed(user.id).await.into_iter().map(|top| top.stream).collect();
        assert_eq!(told, followed);
    }
}

fn courses() -> u64 {
    cases(COURSES)
}

struct Course<'a> {
    scene: &'a Scene,
    people: &'a [Profile],
    seed: u64,
    dice: Dice,
    id: ConversationId,
    said: Vec<Message>,
    /// What each member knew after each command since they came in.
    known: BTreeMap<UserId, Vec<Replica>>,
}

impl<'a> Course<'a> {
    async fn begin(scene: &'a Scene, people: &'a [Profile], seed: u64) -> Self {
        let roles = [MemberRole::Owner, MemberRole::Admin, MemberRole::Member];
        let members: Vec<_> = people.iter().zip(roles).collect();
        let kind = NewConversationKind::Group(builders::conversation_name("friends"));
        let id = scene.create(scene.new_conversation(kind, &members)).await.0.id;
        Self { scene, people, seed, dice: Dice::new(seed), id, said: Vec::new(), known: BTreeMap::new() }
    }

    async fn run(mut self) {
        for number in 0..COMMANDS {
            let what = self.step().await;
            let label = format!("course {}, command {number}: {what}", self.seed);
            self.check(&label).await;
        }
        // So that the courses after this one do not find their people in ever more conversations.
        let root = Actor { is_admin: true, ..builders::actor(self.people[0].id) };
        self.scene.messaging.delete_conversation(self.id, root, self.scene.later()).await.unwrap();
    }

    /// Somebody tries something; what it was.
    async fn step(&mut self) -> String {
        let by = self.people[self.dice.below(self.people.len())].clone();
        let command = Command::any(&mut self.dice, self.scene, self.id, &by, self.people, &self.said);
        let top = self.top().await;
        let is_done = command.perform(self.scene, self.id, &by).await;
        assert!(is_done || self.top().await == top, "what is refused is not logged: {command:?}");
        if let Command::Send(new) = &command
            && let Some(message) = self.scene.changes.find_message(new.id, by.id).await.unwrap()
        {
            self.said.push(message);
        }
        format!("{} tries {command:?}, done: {is_done}", by.username)
    }

    async fn top(&self) -> u64 {
        self.scene.messaging.stream_tops(&[self.id.into()]).await.unwrap()[0].last_seq
    }

    async fn check(&mut self, label: &str) {
        for user in self.people {
            let Some(fresh) = self.look(user).await else {
                self.known.remove(&user.id);
                continue;
            };
            self.check_counts(user, &fresh, label).await;
            let known = self.known.entry(user.id).or_default();
            if let Some(earlier) = self.dice.pick(known) {
                // Some events come twice, as they do after a reconnect.
                let again = self.dice.below(4) as u64;
                let moved_on = move_on(self.scene, earlier.clone(), again).await;
                assert_same(&moved_on, &fresh, &format!("{} after {label}", user.username));
            }
            known.push(fresh);
        }
    }

    /// What a member sees who looks for the first time; `None` to who is not in.
    async fn look(&self, user: &Profile) -> Option<Replica> {
        let store = &self.scene.messaging;
        let read_ordinal = self.scene.read_state(self.id, user).await?.ordinal;
        let conversation = store.find_conversation(self.id).await.unwrap().unwrap();
        let members = store.list_members(self.id, None, builders::limit(100)).await.unwrap().items;
        let mut messages = self.scene.history(self.id, user).await;
        for root in messages.clone().iter().filter(|message| message.thread.is_some()) {
            let (part, slice) = (HistoryPart::Thread(root.id), HistorySlice::After(0));
            messages.extend(store.list_messages(self.id, part, slice, 1_000, user.id).await.unwrap());
        }
        let personal = store.stream_tops(&[StreamId::Personal(user.id)]).await.unwrap()[0];
        let replica = Replica {
            reader: user.id,
            conversation,
            members: members.into_iter().map(|member| (member.user.id, member)).collect(),
            messages: messages.into_iter().map(|message| (message.ordinal, message)).collect(),
            read_ordinal,
            personal_seq: personal.last_seq,
        };
        Some(replica.in_order())
    }

    /// The counts that the store gives are those of the messages it shows.
    async fn check_counts(&self, user: &Profile, fresh: &Replica, label: &str) {
        let summary = self.scene.messaging.find_summary(self.id, user.id).await.unwrap().unwrap();
        assert_eq!(summary.members_count, fresh.members.len() as u64, "{label}");
        assert_eq!(summary.last_message.map(|message| message.id), fresh.newest().map(|message| message.id), "{label}");
        let read = summary.read.unwrap();
        let (unread, mut mentions) = fresh.unread();
        for root in fresh.messages.values().filter(|message| message.thread.is_some() && message.thread_root.is_none())
        {
            let Some(read) = self.scene.thread(root, user).await.read else { continue };
            let counts = fresh.unread_in_thread(root.id, read.ordinal);
            assert_eq!((read.unread, read.mentions), counts, "{} in a thread after {label}", user.username);
            mentions += counts.1;
        }
        assert_eq!((read.unread, read.mentions), (unread, mentions), "{} after {label}", user.username);
    }
}

/// Part by part, so that a failure shows what differs.
fn assert_same(moved_on: &Replica, fresh: &Replica, label: &str) {
    assert_eq!(moved_on.conversation, fresh.conversation, "{label}");
    assert_eq!(moved_on.members, fresh.members, "{label}");
    for (ordinal, message) in &fresh.messages {
        assert_eq!(moved_on.messages.get(ordinal), Some(message), "{label}");
    }
    assert_eq!(moved_on, fresh, "{label}");
}

/// The replica after all that happened since, and `again` events before that once more.
async fn move_on(scene: &Scene, mut replica: Replica, again: u64) -> Replica {
    let (id, reader) = (replica.conversation.id, replica.reader);
    let after = replica.conversation.last_seq.saturating_sub(again);
    for event in scene.messaging.list_events(id.into(), after, 1_000).await.unwrap() {
        replica.apply(&event);
    }
    let after = replica.personal_seq.saturating_sub(again);
    for event in scene.messaging.list_events(StreamId::Personal(reader), after, 1_000).await.unwrap() {
        replica.apply(&event);
    }
    replica.in_order()
}
