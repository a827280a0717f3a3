//! What is told once.

use rialto_messaging::{Audience, Presence, Receipt, Signal};
use serde_json::json;

use super::*;

#[test]
fn others_hear_how_far_somebody_has_read_and_only_the_last_of_it() {
    let mut world = World::new(RealtimeSettings::default());
    world.append(added, 2);
    let (ann, bob, carol) = (world.connect(1), world.connect(2), world.connect(3));
    world.read();
    let read = |ordinal| {
        let receipt = Receipt { user_id: user_id(2), ordinal };
        world.hub.signal(Signal::Read { conversation_id: talk(), receipt }, &mut Wakes::default());
    };
    read(4);
    let half = RealtimeSettings::default().queue_bytes / 2;
    let filling = Frame { bytes: vec![0; half].into(), kind: FrameKind::Control };
    world.sockets[ann].outbox.push(filling);
    (5..=9).for_each(read);
    let ordinals: Vec<_> = take_frames(&world.sockets[ann].outbox)
        .into_iter()
        .map(|frame| {
            assert_eq!((&frame["type"], &frame["signal"]), (&json!("signal"), &json!("read")));
            assert_eq!(frame["data"]["user_id"], json!(user_id(2).uuid()));
            frame["data"]["ordinal"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(ordinals, [4, 9]);
    for silent in [bob, carol] {
        assert_eq!(take_frames(&world.sockets[silent].outbox).len(), 0);
    }
}

#[test]
fn what_is_hinted_at_together_is_delivered_in_order() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.connect(1);
    world.read();
    let said: Vec<_> = (0..40).map(|_| world.append(message_event, 1)).collect();
    let mut wakes = Wakes::default();
    // Two of them change places on the way.
    for seq in [&said[1..2], &said[..1], &said[2..]].concat() {
        world.hub.hint(world.log.event(talk(), seq).unwrap(), &mut wakes);
    }
    drop(wakes);
    assert_eq!(world.received(ann), said);
}

#[test]
fn presence_is_heard_by_its_audience_alone() {
    let mut world = World::new(RealtimeSettings::default());
    world.append(added, 2);
    let (ann, bob) = (world.connect(1), world.connect(2));
    for socket in [ann, bob] {
        world.hub.follow_presence(world.sockets[socket].id, true);
        take_frames(&world.sockets[socket].outbox);
    }
    let heard = |audience| {
        let presence = Presence { user_id: user_id(3), online: true, last_seen_at: None };
        world.hub.signal(Signal::Presence(presence, audience), &mut Wakes::default());
        [ann, bob].map(|socket| take_frames(&world.sockets[socket].outbox).len())
    };
    assert_eq!(heard(Audience::everybody()), [1, 1]);
    assert_eq!(heard(Audience::AllBut([user_id(2)].into())), [1, 0]);
    assert_eq!(heard(Audience::Only(user_id(2))), [0, 1]);
}
