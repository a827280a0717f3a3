//! The stream of a user alone.

use super::*;

fn own(user: u128) -> StreamId {
    StreamId::Personal(user_id(user))
}

fn hint(world: &World, user: u128) {
    let top = world.log.top(own(user));
    world.hub.hint(world.log.event(own(user), top).unwrap(), &mut Wakes::default());
}

#[test]
fn all_devices_of_a_user_hear_what_concerns_them_and_nobody_else_does() {
    let mut world = World::new(RealtimeSettings::default());
    let (phone, laptop, bob) = (world.connect(1), world.connect(1), world.connect(2));
    world.log.append_personal(user_id(1), EventBody::ConversationEntered(conversation_id(9)));
    hint(&world, 1);
    world.read();
    assert_eq!((&*world.sockets[phone].personal, &*world.sockets[laptop].personal), (&[2_u64][..], &[2_u64][..]));
    assert!(world.sockets[bob].personal.is_empty());
}

#[test]
fn a_lost_personal_hint_is_found_in_the_log() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.connect(1);
    for _ in 0..3 {
        world.log.append_personal(user_id(1), EventBody::ConversationLeft(conversation_id(9)));
    }
    hint(&world, 1);
    world.work();
    world.read();
    assert_eq!(world.sockets[ann].personal, [2, 3, 4]);
    world.log.append_personal(user_id(1), EventBody::ConversationLeft(conversation_id(9)));
    world.sweep();
    world.read();
    assert_eq!(world.sockets[ann].personal.last(), Some(&5));
}

#[test]
fn hints_for_users_without_sockets_open_nothing() {
    let mut world = World::new(RealtimeSettings::default());
    world.connect(1);
    let before = world.hub.streams().len();
    world.log.append_personal(user_id(2), EventBody::ConversationEntered(talk()));
    hint(&world, 2);
    assert_eq!(world.hub.streams().len(), before);
    assert!(world.jobs.try_recv().is_err(), "nor do they ask the store for anything");
}

#[test]
fn a_ping_says_how_far_the_personal_stream_reaches() {
    let mut world = World::new(RealtimeSettings::default());
    let ann = world.connect(1);
    let data = world.hub.tops_of(world.sockets[ann].id);
    assert_eq!((data.u, data.tops.into_values().collect::<Vec<_>>()), (Some(1), vec![1]));
}
