//! Sockets that are too slow, and streams in which too much happens meanwhile.

use super::*;

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
    let begun = world.hub.begin_catch_up(talk().into(), world.sockets[ann].id).unwrap();
    assert_eq!((begun.top, begun.was_lagging), (last + 1, true));
    let live = world.append(message_event, 1);
    world.hint(live);
    assert_eq!(world.hub.go_live(begun.pass, begun.top, None), GoLive::Done);
    assert_eq!(world.received(ann), [live]);
}

#[test]
fn more_than_can_be_held_back_is_read_from_the_log() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.seat(1);
    world.step(ann);
    world.step(ann);
    let last = (0..300).map(|_| world.append(message_event, 1)).inspect(|seq| world.hint(*seq)).fold(0, u64::max);
    let pass = world.pass(ann);
    assert_eq!(world.hub.go_live(pass, 1, None), GoLive::ReadTo(last));
    let next = world.append(message_event, 1);
    world.hint(next);
    assert_eq!(world.hub.go_live(pass, last, None), GoLive::Done);
    assert_eq!(world.received(ann), [next]);
}
