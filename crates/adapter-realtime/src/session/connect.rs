//! Attach, take the positions, `ready`, replay, live: in this order, so that nothing falls between.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rialto_convert::identity::{actor, tokens_view, user_view};
use rialto_convert::streams::stream_name;
use rialto_kernel::{StoreError, UserId};
use rialto_messaging::{Presence, StreamId};
use rialto_wire::frame::{ReadyData, ServerFrame, StreamPosition};
use uuid::Uuid;

use super::commands::TypingThrottle;
use super::sign_in::SignedInClient;
use super::{Account, Session};
use crate::RealtimeDeps;
use crate::bye::Bye;
use crate::errors;
use crate::frames::Frame;
use crate::hub::{Attached, NewSeat, Position, SaidReady, SeatRefused};
use crate::outbox::{Closing, Outbox};
use crate::replay::{Replay, Start};

/// How often to look at the store for the streams of a connecting socket. The second look is newer than
/// whatever made the first too old, so a third is already rare.
const LOOKS: usize = 5;

impl Session {
    /// Seats the socket and tells the client where its streams are. `None` when the socket is closing.
    pub(super) async fn connect(&mut self, client: SignedInClient) -> Option<Account> {
        let (user, session) = (client.user.id, client.session);
        let seat = NewSeat { connection: self.connection, user, session, outbox: self.outbox.clone() };
        if let Err(refused) = self.deps.hub.seat(seat) {
            self.outbox.close(match refused {
                SeatRefused::TooMany => Bye::TooManyConnections,
                SeatRefused::SessionEnded => Bye::Revoked,
            });
            return None;
        }
        self.liveness.good_until(client.expires_at);
        let actor = actor(&client.user);
        let credential = client.credential.clone();
        let account = Account { actor, session, credential, topics: HashSet::new(), typing: TypingThrottle::default() };
        let id = client.id;
        // `ready` says that they are online, so by then they are, for whoever calls those who are.
        self.deps.messaging.device_connected(user, self.connection).await;
        match self.enter_streams(client).await {
            Ok(Ok(())) => return Some(account),
            Ok(Err(error)) => {
                self.refuse(id, errors::of_store(&error));
                self.outbox.close(Bye::StoreUnavailable);
            }
            Err(Closing) => {}
        }
        self.deps.hub.unseat(self.connection);
        self.deps.messaging.device_left(user, self.connection).await;
        None
    }

    async fn enter_streams(&self, client: SignedInClient) -> Result<Result<(), StoreError>, Closing> {
        let Attached { positions, fresh, .. } = match self.attach(client.user.id).await {
            Ok(attached) => attached,
            Err(error) => return Ok(Err(error)),
        };
        let starts = self.say_ready(&client, positions).await?;
        self.deps.hub.tell_gaps(self.connection);

        let (later, at_once): (Vec<_>, Vec<_>) = starts.into_iter().partition(|start| start.resumed);
        self.start(at_once).await?;
        if !later.is_empty() {
            // Apart from the commands, which need not wait for it.
            actix_web::rt::spawn(resume(self.deps.clone(), self.outbox.clone(), later));
        }
        self.verify(&fresh).await;
        Ok(Ok(()))
    }

    /// Tells the client where its streams are. Some may end meanwhile: `ready` names those that are the client's when
    /// it is sent.
    async fn say_ready(&self, client: &SignedInClient, mut positions: Vec<Position>) -> Result<Vec<Start>, Closing> {
        let hub = &self.deps.hub;
        loop {
            let (streams, starts) = plan(&positions, &client.resume, self.deps.settings.replay_limit);
            let frame = ready_frame(client, streams);
            loop {
                let room = self.outbox.room();
                if self.outbox.is_ending() {
                    return Err(Closing);
                }
                match hub.say_ready(self.connection, &positions, &frame) {
                    SaidReady::Yes => return Ok(starts),
                    SaidReady::NoRoom => room.await,
                    SaidReady::Outdated => break,
                }
            }
            hub.retain_attached(&mut positions);
        }
    }

    /// Attaches to the user's streams; looks again while other sockets open streams between look and
    /// attachment. A stream that is left out in the end is found by the sweep.
    async fn attach(&self, user: UserId) -> Result<Attached, StoreError> {
        let mut fresh = Vec::new();
        let mut attached = Attached { outdated: true, ..Attached::default() };
        for _ in 0..LOOKS {
            if !attached.outdated {
                break;
            }
            attached = self.deps.hub.attach(self.connection, self.deps.messaging.followed_streams(user).await?);
            fresh.append(&mut attached.fresh);
        }
        Ok(Attached { fresh, ..attached })
    }

    async fn start(&self, starts: Vec<Start>) -> Result<(), Closing> {
        let replay = Replay { messaging: &self.deps.messaging, hub: &self.deps.hub, outbox: &self.outbox };
        for start in starts {
            replay.start(start).await?;
        }
        Ok(())
    }

    /// Nobody listened to the hints of these streams between the look at the store and the attachment.
    async fn verify(&self, fresh: &[StreamId]) {
        if fresh.is_empty() {
            return;
        }
        match self.deps.messaging.stream_tops(fresh).await {
            Ok(tops) => self.deps.hub.note_tops(fresh, &tops),
            // The next sweep asks again.
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "streams cannot be verified yet"),
        }
    }
}

async fn resume(deps: Arc<RealtimeDeps>, outbox: Arc<Outbox>, starts: Vec<Start>) {
    let replay = Replay { messaging: &deps.messaging, hub: &deps.hub, outbox: &outbox };
    for start in starts {
        if replay.start(start).await.is_err() {
            return;
        }
    }
}

fn ready_frame(client: &SignedInClient, streams: BTreeMap<String, StreamPosition>) -> Frame {
    // Online, since this very socket is theirs.
    let presence = Presence { user_id: client.user.id, online: true, last_seen_at: None };
    let data = ReadyData {
        user: user_view(&client.user, Some(presence), actor(&client.user)),
        session: client.session.uuid(),
        expires_at: client.expires_at.into(),
        tokens: client.tokens.as_ref().map(tokens_view),
        streams,
    };
    Frame::new(&ServerFrame::Ready { id: client.id, data: Box::new(data) })
}

/// Decides for each stream where the client goes on, and whether what it has missed is replayed. Streams
/// that are not the client's are ignored.
fn plan(
    positions: &[Position],
    resume: &BTreeMap<String, (Uuid, u64)>,
    replay_limit: u64,
) -> (BTreeMap<String, StreamPosition>, Vec<Start>) {
    let (mut streams, mut starts) = (BTreeMap::new(), Vec::new());
    for Position { followed, pass } in positions {
        let (top, read) = (followed.top, followed.read);
        let name = stream_name(top.stream);
        let seen = resume.get(&name);
        let refusal = seen.and_then(|(epoch, seq)| {
            if *epoch != top.epoch.0 || *seq > top.last_seq {
                Some("epoch_changed")
            } else if top.last_seq - seq > replay_limit {
                Some("too_far")
            } else {
                None
            }
        });
        let from = seen.filter(|_| refusal.is_none()).map(|(_, seq)| *seq);
        starts.push(Start {
            pass: *pass,
            from: from.unwrap_or(top.last_seq),
            position: top.last_seq,
            resumed: from.is_some(),
        });
        let position = StreamPosition {
            epoch: top.epoch.0,
            seq: top.last_seq,
            from,
            ok: refusal.is_none(),
            reason: refusal.map(str::to_owned),
            read: read.map(|read| read.ordinal),
            unread: read.map(|read| read.unread).filter(|count| *count > 0),
            mentions: read.map(|read| read.mentions).filter(|count| *count > 0),
        };
        streams.insert(name, position);
    }
    (streams, starts)
}

#[cfg(test)]
mod tests {
    use rialto_messaging::{FollowedStream, ReadState, StreamTop};

    use super::*;
    use crate::hub::Hub;
    use crate::settings::RealtimeSettings;
    use crate::testing::{connection, conversation_id, outbox, top, user_id};

    /// Of a socket of user 1.
    fn positions(followed: Vec<FollowedStream>) -> Vec<Position> {
        let hub = Hub::new(RealtimeSettings::default());
        let (user, session) = (user_id(1), Uuid::nil().into());
        hub.seat(NewSeat { connection: connection(1), user, session, outbox: outbox() }).unwrap();
        hub.attach(connection(1), followed).positions
    }

    #[test]
    fn a_stream_is_replayed_whole_or_refused_with_the_reason() {
        let epoch = top(1, 0).epoch.0;
        let name = |n| stream_name(conversation_id(n).into());
        let positions = positions((1..=6).map(|n| FollowedStream { top: top(n, 100), read: None }).collect());
        let resume = BTreeMap::from([
            (name(1), (epoch, 90)),
            (name(2), (Uuid::from_u128(666), 90)),
            (name(3), (epoch, 101)),
            (name(4), (epoch, 49)),
            (name(5), (epoch, 100)),
            (name(7), (epoch, 1)),
            ("u".to_owned(), (epoch, 1)),
        ]);
        let (streams, starts) = plan(&positions, &resume, 50);
        let told: Vec<_> =
            streams.values().map(|position| (position.from, position.ok, position.reason.as_deref())).collect();
        assert_eq!(
            told,
            [
                (Some(90), true, None),
                (None, false, Some("epoch_changed")),
                (None, false, Some("epoch_changed")),
                (None, false, Some("too_far")),
                (Some(100), true, None),
                (None, true, None),
            ]
        );
        let from: Vec<_> = starts.iter().map(|start| (start.from, start.resumed)).collect();
        assert_eq!(from, [(90, true), (100, false), (100, false), (100, false), (100, true), (100, false)]);
    }

    #[test]
    fn what_is_read_is_told_for_conversations_and_counts_only_if_there_are_any() {
        let read = |unread, mentions| Some(ReadState { ordinal: 7, unread, mentions });
        let personal = StreamTop { stream: StreamId::Personal(user_id(1)), ..top(1, 3) };
        let positions = positions(vec![
            FollowedStream { top: top(1, 9), read: read(3, 1) },
            FollowedStream { top: top(2, 9), read: read(0, 0) },
            FollowedStream { top: personal, read: None },
        ]);
        let resume = BTreeMap::from([("u".to_owned(), (personal.epoch.0, 2))]);
        let (streams, _) = plan(&positions, &resume, 50);
        let told = streams.values().map(|position| (position.from, position.read, position.unread, position.mentions));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [(None, Some(7), Some(3), Some(1)), (None, Some(7), None, None), (Some(2), None, None, None)]
        );
    }
}
