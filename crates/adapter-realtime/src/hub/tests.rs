//! Whatever the bus does, every socket gets each event of its streams once, in order, without a hole.

use std::sync::Arc;

use futures_util::FutureExt;
use proptest::prelude::*;
use rialto_kernel::{ConnectionId, ConversationId, SessionId, UserId};
use rialto_messaging::{EventBody, MessagingService, StreamTop};
use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

use super::{GoLive, Hub, Job, NewSeat, SeatRefused};
use crate::frames::Frame;
use crate::holes::read_hole;
use crate::outbox::Outbox;
use crate::settings::RealtimeSettings;
use crate::sweep::Sweeper;
use crate::testing::{
    FakeLog, added, connection, conversation_id, message_event, outbox, removed, take_frames, user_id,
};

/// A hub over a log, with the steps of a session made one by one.
struct World {
    hub: Hub,
    jobs: UnboundedReceiver<Job>,
    log: FakeLog,
    messaging: MessagingService,
    sockets: Vec<Socket>,
}

struct Socket {
    id: ConnectionId,
    user: UserId,
    outbox: Arc<Outbox>,
    step: Step,
    received: Vec<u64>,
    gaps: Vec<u64>,
}

/// How far a socket has connected.
#[derive(Debug)]
enum Step {
    Seated,
    Looked(Vec<StreamTop>),
    Attached(Vec<StreamTop>),
    /// `ready` told these positions.
    Live(Vec<StreamTop>),
}

fn talk() -> ConversationId {
    conversation_id(1)
}

impl World {
    /// Ann is in the conversation, Bob is not.
    fn new(settings: RealtimeSettings) -> Self {
        let hub = Hub::new(settings);
        let log = FakeLog::default();
        log.append(talk(), added, user_id(1));
        let (jobs, messaging) = (hub.take_jobs().unwrap(), log.service());
        Self { hub, jobs, log, messaging, sockets: Vec::new() }
    }

    fn seat(&mut self, user: u128) -> usize {
        let n = self.sockets.len();
        let (id, user, outbox) = (connection(n as u128), user_id(user), outbox());
        let session = Uuid::from_u128(n as u128).into();
        self.hub.seat(NewSeat { connection: id, user, session, outbox: outbox.clone() }).unwrap();
        self.sockets.push(Socket { id, user, outbox, step: Step::Seated, received: vec![], gaps: vec![] });
        n
    }

    fn step(&mut self, n: usize) {
        let socket = &mut self.sockets[n];
        socket.step = match std::mem::replace(&mut socket.step, Step::Seated) {
            Step::Seated => Step::Looked(self.log.tops_of(socket.user)),
            Step::Looked(tops) => {
                let attached = self.hub.attach(socket.id, tops);
                let tops = self.messaging.stream_tops(&attached.fresh).now_or_never().unwrap().unwrap();
                self.hub.note_tops(&tops);
                if attached.outdated { Step::Seated } else { Step::Attached(attached.positions) }
            }
            Step::Attached(positions) => {
                self.hub.mark_ready(socket.id, &positions);
                for top in &positions {
                    let synced = Frame::synced(top.conversation_id, top.last_seq);
                    let outcome = self.hub.go_live(top.conversation_id, socket.id, top.last_seq, Some(synced));
                    assert!(!matches!(outcome, GoLive::ReadTo(_)), "so few events can be held");
                }
                Step::Live(positions)
            }
            live @ Step::Live(_) => live,
        };
    }

    fn connect(&mut self, user: u128) -> usize {
        let n = self.seat(user);
        (0..3).for_each(|_| self.step(n));
        n
    }

    fn append(&self, make: fn(ConversationId, u64, UserId) -> rialto_messaging::Event, user: u128) -> u64 {
        self.log.append(talk(), make, user_id(user));
        self.log.top(talk())
    }

    fn hint(&self, seq: u64) {
        if let Some(event) = self.log.event(talk(), seq) {
            self.hub.hint(event);
        }
    }

    fn work(&mut self) {
        while let Ok(job) = self.jobs.try_recv() {
            match job {
                Job::ReadHole(id) => read_hole(&self.hub, &self.messaging, id).now_or_never().unwrap(),
                Job::Verify(id) => {
                    let tops = self.messaging.stream_tops(&[id]).now_or_never().unwrap().unwrap();
                    self.hub.note_tops(&tops);
                }
                Job::Watch(..) => unreachable!("nobody asked for prices"),
            }
        }
    }

    fn sweep(&mut self) {
        Sweeper::default().sweep(&self.hub, &self.messaging, true).now_or_never().unwrap();
        self.work();
    }

    /// Lets every client read what was sent.
    fn read(&mut self) {
        for socket in &mut self.sockets {
            for frame in take_frames(&socket.outbox) {
                match frame["type"].as_str().unwrap() {
                    "event" => socket.received.push(frame["seq"].as_u64().unwrap()),
                    "gap" => socket.gaps.push(frame["after"].as_u64().unwrap()),
                    _ => {}
                }
            }
        }
    }

    fn received(&mut self, n: usize) -> Vec<u64> {
        self.read();
        std::mem::take(&mut self.sockets[n].received)
    }

    /// Whether a user may see an event: those from their coming in to their leaving, both included.
    fn may_see(&self, user: UserId, wanted: u64) -> bool {
        let mut inside = false;
        for seq in 1..=wanted {
            let was_inside = inside;
            match &self.log.event(talk(), seq).unwrap().body {
                EventBody::MemberAdded(member) if member.user.id == user => inside = true,
                EventBody::MemberRemoved(left) if left.id == user => inside = false,
                _ => {}
            }
            if seq == wanted {
                return was_inside || inside;
            }
        }
        false
    }
}

#[test]
fn a_lone_newcomer_hears_of_coming_in_first() {
    let mut world = World::new(RealtimeSettings::default());
    let bob = world.connect(2);
    world.append(message_event, 1);
    let seq = world.append(added, 2);
    world.hint(seq);
    let next = world.append(message_event, 1);
    world.hint(next);
    assert_eq!(world.received(bob), [seq, next]);
}

#[test]
fn whoever_leaves_hears_that_and_nothing_more() {
    let mut world = World::new(RealtimeSettings::default());
    world.append(added, 2);
    let (ann, bob) = (world.connect(1), world.connect(2));
    let left = world.append(removed, 2);
    let after = world.append(message_event, 1);
    world.hint(after);
    world.hint(left);
    world.work();
    assert_eq!(world.received(bob), [left]);
    assert_eq!(world.received(ann), [left, after]);
}

#[test]
fn a_user_who_comes_in_while_connecting_misses_nothing() {
    let mut world = World::new(RealtimeSettings::default());
    let bob = world.seat(2);
    world.step(bob);
    let seq = world.append(added, 2);
    world.hint(seq);
    let next = world.append(message_event, 1);
    world.hint(next);
    assert_eq!(world.received(bob), [0; 0], "nothing before ready");
    world.step(bob);
    world.step(bob);
    assert_eq!(world.received(bob), [seq, next]);
}

#[test]
fn a_user_who_leaves_while_connecting_is_not_let_in() {
    let mut world = World::new(RealtimeSettings::default());
    world.append(added, 2);
    let bob = world.seat(2);
    world.step(bob);
    let left = world.append(removed, 2);
    world.hint(left);
    world.step(bob);
    world.step(bob);
    let secret = world.append(message_event, 1);
    world.hint(secret);
    world.sweep();
    assert_eq!(world.received(bob), [0; 0]);
}

#[test]
fn a_look_from_before_the_stream_was_followed_lets_nobody_in() {
    let mut world = World::new(RealtimeSettings::default());
    world.append(added, 2);
    let bob = world.seat(2);
    world.step(bob);
    world.append(removed, 2);
    // Ann's look is after Bob's leaving, so the node follows the stream from there and never sees him leave.
    world.connect(1);
    (0..3).for_each(|_| world.step(bob));
    let secret = world.append(message_event, 1);
    world.hint(secret);
    assert_eq!(world.received(bob), [0; 0]);
}

#[test]
fn a_membership_without_a_hint_is_found_by_the_sweep() {
    let mut world = World::new(RealtimeSettings::default());
    let bob = world.connect(2);
    let seq = world.append(added, 2);
    world.sweep();
    let next = world.append(message_event, 1);
    world.hint(next);
    assert_eq!(world.received(bob), [next]);
    assert_eq!(world.sockets[bob].gaps, [seq]);
}

#[test]
fn a_slow_socket_is_told_of_one_gap_and_goes_on_after_catching_up() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.connect(1);
    let last = (0..600).map(|_| world.append(message_event, 1)).inspect(|seq| world.hint(*seq)).fold(0, u64::max);
    let outbox = world.sockets[ann].outbox.clone();
    let before = world.received(ann);
    assert!(before.len() < 600);
    assert!(outbox.take_recovered());
    world.hub.tell_gaps(world.sockets[ann].id);
    world.hub.tell_gaps(world.sockets[ann].id);
    world.read();
    let sent = *before.last().unwrap();
    assert_eq!(world.sockets[ann].gaps, [sent]);

    let held = world.append(message_event, 1);
    world.hint(held);
    assert_eq!(world.received(ann), [0; 0], "the stream waits for the client");
    let begun = world.hub.begin_catch_up(talk(), world.sockets[ann].id).unwrap();
    assert_eq!((begun.top, begun.was_lagging), (last + 1, true));
    let live = world.append(message_event, 1);
    world.hint(live);
    assert_eq!(world.hub.go_live(talk(), world.sockets[ann].id, begun.top, None), GoLive::Done);
    assert_eq!(world.received(ann), [live]);
}

#[test]
fn more_than_can_be_held_back_is_read_from_the_log() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.seat(1);
    world.step(ann);
    world.step(ann);
    let last = (0..300).map(|_| world.append(message_event, 1)).inspect(|seq| world.hint(*seq)).fold(0, u64::max);
    let id = world.sockets[ann].id;
    assert_eq!(world.hub.go_live(talk(), id, 1, None), GoLive::ReadTo(last));
    let next = world.append(message_event, 1);
    world.hint(next);
    assert_eq!(world.hub.go_live(talk(), id, last, None), GoLive::Done);
    assert_eq!(world.received(ann), [next]);
}

#[test]
fn a_session_that_ends_closes_its_sockets_and_gets_no_new_ones() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.connect(1);
    let session: SessionId = Uuid::from_u128(0).into();
    world.hub.end_sessions(&[session]);
    assert!(world.sockets[ann].outbox.is_closing());
    let frames = take_frames(&world.sockets[ann].outbox);
    assert_eq!(frames.last().unwrap()["data"]["code"], 4403);
    let late = NewSeat { connection: connection(50), user: user_id(1), session, outbox: outbox() };
    assert_eq!(world.hub.seat(late), Err(SeatRefused::SessionEnded));
}

#[test]
fn a_user_has_only_so_many_sockets() {
    let mut world = World::new(RealtimeSettings { max_connections_per_user: 1, ..Default::default() });
    let ann = world.seat(1);
    let seat = || NewSeat {
        connection: connection(50),
        user: user_id(1),
        session: Uuid::from_u128(50).into(),
        outbox: outbox(),
    };
    assert_eq!(world.hub.seat(seat()), Err(SeatRefused::TooMany));
    world.hub.unseat(world.sockets[ann].id);
    assert_eq!(world.hub.seat(seat()), Ok(()));
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Say,
    ComeIn,
    Leave,
    /// A hint for the event this far below the top: late, repeated or in the wrong order.
    Hint(u64),
    Seat(u128),
    Step(usize),
    Work,
    Sweep,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => Just(Act::Say),
        2 => Just(Act::ComeIn),
        2 => Just(Act::Leave),
        10 => (0_u64..6).prop_map(Act::Hint),
        2 => (1_u128..=2).prop_map(Act::Seat),
        6 => (0_usize..8).prop_map(Act::Step),
        3 => Just(Act::Work),
        1 => Just(Act::Sweep),
    ];
    prop::collection::vec(act, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn each_event_is_delivered_once_in_order_whatever_the_bus_does(acts in acts()) {
        let mut world = World::new(RealtimeSettings { max_connections_per_user: 1_000, ..Default::default() });
        let mut bob_is_in = false;
        for act in acts {
            match act {
                Act::Say => drop(world.append(message_event, 1)),
                Act::ComeIn if !bob_is_in => {
                    world.append(added, 2);
                    bob_is_in = true;
                }
                Act::Leave if bob_is_in => {
                    world.append(removed, 2);
                    bob_is_in = false;
                }
                Act::ComeIn | Act::Leave => {}
                Act::Hint(below) => world.hint(world.log.top(talk()).saturating_sub(below)),
                Act::Seat(user) => drop(world.seat(user)),
                Act::Step(n) if n < world.sockets.len() => world.step(n),
                Act::Step(_) => {}
                Act::Work => world.work(),
                Act::Sweep => world.sweep(),
            }
            world.read();
        }
        for n in 0..world.sockets.len() {
            while !matches!(world.sockets[n].step, Step::Live(_)) {
                world.step(n);
            }
        }
        world.work();
        world.sweep();
        world.sweep();
        world.read();

        let top = world.log.top(talk());
        for socket in &world.sockets {
            let Step::Live(told) = &socket.step else { panic!("not live: {:?}", socket.step) };
            if socket.user == user_id(1) {
                let expected: Vec<_> = (told[0].last_seq + 1..=top).collect();
                prop_assert_eq!(&socket.received, &expected);
            } else {
                prop_assert!(socket.received.is_sorted_by(|a, b| a < b), "{:?}", socket.received);
                for seq in &socket.received {
                    prop_assert!(world.may_see(socket.user, *seq), "{} of {:?}", seq, socket.received);
                }
                // From the last thing they were told on, nothing is missing.
                let known = told.iter().map(|top| top.last_seq).chain(socket.gaps.iter().copied()).max();
                if let (true, Some(start)) = (bob_is_in, socket.received.first().copied().or(known)) {
                    let last = socket.received.last().copied().max(known).unwrap_or(start);
                    prop_assert_eq!(last, top, "told {:?}, received {:?}, gaps {:?}", told, socket.received, socket.gaps);
                }
            }
        }
    }
}
