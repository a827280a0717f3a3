//! Whatever the bus does, every socket gets each event of its streams once, in order, without a hole.

mod gate;
mod joining;
mod lagging;
mod personal;
mod signals;
mod unreliable_bus;

use std::sync::Arc;

use futures_util::FutureExt;
use rialto_kernel::{ConnectionId, ConversationId, SessionId, UserId};
use rialto_messaging::{Event, EventBody, FollowedStream, MessagingService, SocketGate, StreamId};
use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

use super::{Attached, GoLive, Hub, Job, NewSeat, Pass, Position, SaidReady, SeatRefused};
use crate::frames::{Frame, FrameKind};
use crate::holes::read_hole;
use crate::outbox::{Outbox, Wakes};
use crate::replay::{Replay, Start};
use crate::settings::RealtimeSettings;
use crate::sweep::Sweeper;
use crate::testing::{
    FakeLog, added, connection, conversation_id, message_event, outbox, removed, service, take_frames, user_id,
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
    /// Of the conversation.
    received: Vec<u64>,
    gaps: Vec<u64>,
    /// Of the personal stream.
    personal: Vec<u64>,
}

/// How far a socket has connected.
#[derive(Debug)]
enum Step {
    Seated,
    Looked(Vec<FollowedStream>),
    Attached(Vec<Position>),
    /// `ready` told these positions.
    Live(Vec<Position>),
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
        let (jobs, messaging) = (hub.take_jobs().unwrap(), service(&log, hub.clone()));
        Self { hub, jobs, log, messaging, sockets: Vec::new() }
    }

    fn seat(&mut self, user: u128) -> usize {
        let n = self.sockets.len();
        let (id, user, outbox) = (connection(n as u128), user_id(user), outbox());
        let session = Uuid::from_u128(n as u128).into();
        self.hub.seat(NewSeat { connection: id, user, session, outbox: outbox.clone() }).unwrap();
        let (received, gaps, personal) = (vec![], vec![], vec![]);
        self.sockets.push(Socket { id, user, outbox, step: Step::Seated, received, gaps, personal });
        n
    }

    fn step(&mut self, n: usize) {
        let socket = &mut self.sockets[n];
        socket.step = match std::mem::replace(&mut socket.step, Step::Seated) {
            Step::Seated => Step::Looked(self.log.followed_by(socket.user)),
            Step::Looked(followed) => {
                let Attached { positions, fresh, outdated } = self.hub.attach(socket.id, followed);
                let tops = self.messaging.stream_tops(&fresh).now_or_never().unwrap().unwrap();
                self.hub.note_tops(&fresh, &tops);
                if outdated { Step::Seated } else { Step::Attached(positions) }
            }
            Step::Attached(mut positions) => {
                let ready = Frame::synced(talk().into(), 0);
                while self.hub.say_ready(socket.id, &positions, &ready) != SaidReady::Yes {
                    self.hub.retain_attached(&mut positions);
                }
                let (messaging, hub, outbox) = (&self.messaging, &self.hub, &*socket.outbox);
                for Position { followed, pass } in &positions {
                    let seq = followed.top.last_seq;
                    let start = Start { pass: *pass, from: seq, position: seq, resumed: true };
                    Replay { messaging, hub, outbox }.start(start).now_or_never().unwrap().unwrap();
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

    fn pass(&self, n: usize) -> Pass {
        match &self.sockets[n].step {
            Step::Attached(positions) | Step::Live(positions) => {
                positions.iter().map(|position| position.pass).find(|pass| pass.stream == talk().into()).unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    fn append(&self, make: fn(ConversationId, u64, UserId) -> Event, user: u128) -> u64 {
        self.log.append(talk(), make, user_id(user));
        self.log.top(talk())
    }

    fn hint(&self, seq: u64) {
        if let Some(event) = self.log.event(talk(), seq) {
            self.hub.hint(event, &mut Wakes::default());
        }
    }

    /// Appends an event and hints at it.
    fn tell(&self, make: fn(ConversationId, u64, UserId) -> Event, user: u128) -> u64 {
        let seq = self.append(make, user);
        self.hint(seq);
        seq
    }

    /// As the service does once a removal is committed.
    fn close(&self, seq: u64) {
        self.hub.close(self.log.event(talk(), seq).unwrap()).now_or_never().unwrap();
    }

    fn work(&mut self) {
        while let Ok(job) = self.jobs.try_recv() {
            match job {
                Job::ReadHole(id) => read_hole(&self.hub, &self.messaging, id).now_or_never().unwrap(),
                Job::Verify(id) => {
                    let tops = self.messaging.stream_tops(&[id]).now_or_never().unwrap().unwrap();
                    self.hub.note_tops(&[id], &tops);
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
                let personal = frame["stream"] == "u";
                match frame["type"].as_str().unwrap() {
                    "event" if personal => socket.personal.push(frame["seq"].as_u64().unwrap()),
                    "event" => socket.received.push(frame["seq"].as_u64().unwrap()),
                    "gap" if !personal => socket.gaps.push(frame["after"].as_u64().unwrap()),
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
