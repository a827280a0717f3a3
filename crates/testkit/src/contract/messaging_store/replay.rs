//! Random courses of events against a model: whatever happened, the log tells it.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{
    Added, AppendRefusal, Appended, Event, EventBody, LeaveRefusal, Member, MemberRole, Message, NewConversationKind,
    NewMessage, Profile, WriteRefusal,
};

use super::super::pages::all_pages;
use crate::{Scene, Stores, builders};

const PEOPLE: usize = 4;
const CASES: u32 = 16;
const COMMANDS: usize = 30;

#[derive(Clone, Debug)]
enum Command {
    Add { user: usize, role: MemberRole },
    Leave { user: usize },
    Send { sender: usize, nonce: u8, text: &'static str },
}

fn any_role() -> impl Strategy<Value = MemberRole> {
    prop::sample::select(vec![MemberRole::Reader, MemberRole::Member, MemberRole::Admin, MemberRole::Owner])
}

fn any_command() -> impl Strategy<Value = Command> {
    let nonce = 0..6_u8;
    let text = prop::sample::select(vec!["hi", "bye"]);
    prop_oneof![
        2 => (0..PEOPLE, any_role()).prop_map(|(user, role)| Command::Add { user, role }),
        1 => (0..PEOPLE).prop_map(|user| Command::Leave { user }),
        3 => (0..PEOPLE, nonce, text).prop_map(|(sender, nonce, text)| Command::Send { sender, nonce, text }),
    ]
}

/// After any sequence of acts the numbers have no holes, replaying the log from 0 yields the members
/// who are present, and every act came out as a plain model of the rules says.
pub async fn any_course_of_events_replays_to_its_outcome(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(PEOPLE).await;
    let runtime = tokio::runtime::Handle::current();
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    // The same courses in every run: a failure on one adapter can be compared with the others.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let first_members = prop::collection::vec(prop::option::of(any_role()), PEOPLE);
    let courses = (first_members, prop::collection::vec(any_command(), 0..=COMMANDS));
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new_with_rng(config, rng).run(&courses, |(first_members, commands)| {
            runtime.block_on(run_course(&scene, &people, &first_members, &commands));
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

async fn run_course(scene: &Scene, people: &[Profile], first_members: &[Option<MemberRole>], commands: &[Command]) {
    let members: Vec<_> = people.iter().zip(first_members).filter_map(|(user, role)| Some((user, (*role)?))).collect();
    let kind = NewConversationKind::Group(builders::conversation_name("friends"));
    let (conversation, mut log) = scene.create(scene.new_conversation(kind, &members)).await;
    log.retain(|event| event.stream == conversation.id.into());
    let present = members.into_iter().map(|(user, role)| (user.id, role)).collect();
    let mut model = Model { id: conversation.id, present, log, sent: HashMap::new() };
    for command in commands {
        model.follow(scene, people, command).await;
    }
    model.check(scene).await;
}

struct Model {
    id: ConversationId,
    present: BTreeMap<UserId, MemberRole>,
    log: Vec<Event>,
    sent: HashMap<(UserId, u8), Message>,
}

impl Model {
    /// Performs a command and compares what came of it with what the rules say.
    async fn follow(&mut self, scene: &Scene, people: &[Profile], command: &Command) {
        match *command {
            Command::Add { user, role } => self.add(scene, &people[user], role).await,
            Command::Leave { user } => self.leave(scene, &people[user]).await,
            Command::Send { sender, nonce, text } => self.send(scene, &people[sender], nonce, text).await,
        }
    }

    async fn add(&mut self, scene: &Scene, user: &Profile, role: MemberRole) {
        let outcome = scene.messaging.add_member(scene.new_member(self.id, user.id, role)).await.unwrap();
        match (outcome, self.present.get(&user.id)) {
            (Added::Already(member), Some(role)) => assert_eq!(member.role, *role),
            (Added::New { events, .. }, None) => {
                self.present.insert(user.id, role);
                self.log.extend(events.into_iter().filter(|event| event.stream == self.id.into()));
            }
            (outcome, role) => panic!("{outcome:?}, but the model has {role:?}"),
        }
    }

    async fn leave(&mut self, scene: &Scene, user: &Profile) {
        let is_owner = self.present.get(&user.id) == Some(&MemberRole::Owner);
        match scene.messaging.leave_conversation(self.id, user.id, scene.later()).await {
            Ok(events) => {
                assert!(!is_owner || self.present.len() == 1, "an owner does not leave others behind");
                assert_eq!(events.is_empty(), self.present.remove(&user.id).is_none());
                self.log.extend(events.into_iter().filter(|event| event.stream == self.id.into()));
            }
            Err(LeaveRefusal::OwnerMustStay) => assert!(is_owner && self.present.len() > 1),
            Err(LeaveRefusal::Store(error)) => panic!("{error:?}"),
        }
    }

    async fn send(&mut self, scene: &Scene, sender: &Profile, nonce: u8, text: &str) {
        let new = NewMessage {
            nonce: builders::nonce(&format!("{}-{nonce}", self.id)),
            ..scene.new_message(self.id, sender, text)
        };
        let earlier = self.sent.get(&(sender.id, nonce));
        let role = self.present.get(&sender.id);
        match scene.messaging.append_message(new.clone()).await {
            Ok(Appended::Duplicate(message)) => {
                assert_eq!(Some(&message), earlier);
                assert!(new.is_retry_of(&message, message.content.as_ref()));
            }
            Err(AppendRefusal::NonceConflict) => {
                assert!(earlier.is_some_and(|message| !new.is_retry_of(message, message.content.as_ref())))
            }
            Err(AppendRefusal::Write(WriteRefusal::NotAMember)) => assert_eq!((earlier, role), (None, None)),
            Err(AppendRefusal::Write(WriteRefusal::ReadOnly)) => {
                assert_eq!((earlier, role), (None, Some(&MemberRole::Reader)))
            }
            Ok(Appended::New(message)) => {
                assert_eq!(earlier, None);
                assert!(role.is_some_and(|role| role.may_write()));
                let (stream, seq, at) = (self.id.into(), message.seq, message.created_at);
                self.sent.insert((sender.id, nonce), message.clone());
                self.log.push(Event { stream, seq, at, body: EventBody::MessageCreated(message) });
            }
            Err(refusal) => panic!("{refusal:?}"),
        }
    }

    /// Reads everything back and compares it with what the acts returned.
    async fn check(&self, scene: &Scene) {
        let mut log = Vec::new();
        // One page more than is needed, so that events that come twice are seen.
        for _ in 0..=self.log.len() / 7 + 1 {
            log.extend(scene.messaging.list_events(self.id.into(), log.len() as u64, 7).await.unwrap());
        }
        assert_eq!(log, self.log);
        assert!((1..).zip(&log).all(|(seq, event)| event.seq == seq), "the numbers have no holes: {log:?}");

        let (replayed, ordinals) = replay(&log);
        let present = all_pages(|after| scene.messaging.list_members(self.id, after, builders::limit(3))).await;
        assert_eq!(replayed.values().cloned().collect::<Vec<_>>(), by_id(present));
        let roles: BTreeMap<_, _> = replayed.into_iter().map(|(id, member)| (id, member.role)).collect();
        assert_eq!(roles, self.present);
        assert_eq!(ordinals, (1..=self.sent.len() as u64).collect::<Vec<_>>());

        let conversation = scene.messaging.find_conversation(self.id).await.unwrap().unwrap();
        assert_eq!((conversation.last_seq, conversation.last_ordinal), (log.len() as u64, ordinals.len() as u64));
    }
}

/// Who is in after these events, and the ordinals of the messages.
fn replay(log: &[Event]) -> (BTreeMap<UserId, Member>, Vec<u64>) {
    let mut present = BTreeMap::new();
    let mut ordinals = Vec::new();
    for event in log {
        match &event.body {
            EventBody::MemberAdded(member) => drop(present.insert(member.user.id, member.clone())),
            EventBody::MemberRemoved(user) => drop(present.remove(&user.id)),
            EventBody::MessageCreated(message) => ordinals.push(message.ordinal),
            _ => panic!("nobody did that: {event:?}"),
        }
    }
    (present, ordinals)
}

fn by_id(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by_key(|member| member.user.id);
    members
}
