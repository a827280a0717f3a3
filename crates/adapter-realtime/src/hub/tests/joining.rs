//! Coming in and going out, while connecting too; seats.

use super::*;

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

#[test]
fn what_happens_between_look_and_attachment_is_sent_after_the_told_position() {
    let mut world = World::new(RealtimeSettings::default());
    world.connect(1);
    let late = world.seat(1);
    world.step(late);
    let between = world.tell(message_event, 1);
    world.step(late);
    let held = world.tell(message_event, 1);
    world.step(late);
    let Step::Live(told) = &world.sockets[late].step else { panic!() };
    let FollowedStream { top, .. } =
        told.iter().find(|position| position.pass.stream == talk().into()).unwrap().followed;
    assert_eq!(top.last_seq, between - 1, "the number belongs to the counts of the same look");
    assert_eq!(world.received(late), [between, held]);
}

#[test]
fn a_conversation_that_is_gone_is_forgotten_by_the_sweep() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.connect(1);
    world.log.delete(talk());
    world.sweep();
    assert!(!world.hub.streams().contains(&talk().into()));
    world.read();
    assert_eq!(world.sockets[ann].personal, [2], "the personal stream tells of it");
}
