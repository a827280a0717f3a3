//! Whoever loses access is out when the gate has closed, in whatever state their sockets are.

use super::*;

/// Ann and Bob are in the conversation.
fn two() -> World {
    let world = World::new(RealtimeSettings::default());
    world.append(added, 2);
    world
}

#[test]
fn a_live_socket_hears_of_its_removal_last() {
    let mut world = two();
    let (ann, bob) = (world.connect(1), world.connect(2));
    let said = world.tell(message_event, 1);
    let left = world.append(removed, 2);
    world.close(left);
    let secret = world.tell(message_event, 1);
    world.work();
    assert_eq!(world.received(bob), [said, left]);
    world.hint(left);
    world.hint(secret);
    world.sweep();
    assert_eq!(world.received(bob), [0; 0], "the hint of the same event changes nothing");
    assert_eq!(world.received(ann), [said, left, secret]);
}

#[test]
fn a_removal_behind_a_hole_does_not_wait_for_the_hole() {
    let mut world = two();
    let (ann, bob) = (world.connect(1), world.connect(2));
    let unheard = world.append(message_event, 1);
    let left = world.append(removed, 2);
    world.close(left);
    assert_eq!(world.received(bob), [left]);
    world.hint(left);
    world.work();
    assert_eq!(world.received(bob), [0; 0]);
    assert_eq!(world.received(ann), [unheard, left]);
}

#[test]
fn a_lagging_socket_is_told_too_although_it_has_a_gap() {
    let mut world = two();
    let bob = world.connect(2);
    for _ in 0..600 {
        world.tell(message_event, 1);
    }
    let left = world.append(removed, 2);
    world.close(left);
    let received = world.received(bob);
    assert!(received.len() < 600 && !world.sockets[bob].outbox.is_closing());
    assert_eq!(received.last(), Some(&left));
    world.hub.tell_gaps(world.sockets[bob].id);
    world.read();
    assert_eq!(world.sockets[bob].gaps, [0; 0], "there is nothing to catch up with");
    assert!(world.hub.begin_catch_up(talk().into(), world.sockets[bob].id).is_none());
}

#[test]
fn a_socket_that_is_not_ready_is_told_nothing_of_the_stream() {
    let mut world = two();
    let bob = world.seat(2);
    (0..2).for_each(|_| world.step(bob));
    let held = world.tell(message_event, 1);
    let left = world.append(removed, 2);
    world.close(left);
    world.step(bob);
    world.hint(left);
    let Step::Live(told) = &world.sockets[bob].step else { panic!() };
    assert!(told.iter().all(|position| position.pass.stream != talk().into()), "`ready` names it no more");
    assert_eq!(world.received(bob), [0; 0], "not even {held}");
}

#[test]
fn a_held_socket_gets_the_removal_after_what_it_was_sent() {
    let mut world = two();
    let bob = world.seat(2);
    (0..2).for_each(|_| world.step(bob));
    let Step::Attached(positions) = &world.sockets[bob].step else { panic!() };
    let ready = Frame::synced(talk().into(), 0);
    assert_eq!(world.hub.say_ready(world.sockets[bob].id, positions, &ready), SaidReady::Yes);
    let (pass, held) = (world.pass(bob), world.tell(message_event, 1));
    let left = world.append(removed, 2);
    world.close(left);
    assert_eq!(world.hub.go_live(pass, held, None), GoLive::NotHeld);
    assert_eq!(world.received(bob), [left]);
}

#[actix_web::test]
async fn a_replay_under_way_stops_with_the_removal() {
    let mut world = two();
    for _ in 0..400 {
        world.append(message_event, 1);
    }
    let bob = world.seat(2);
    (0..2).for_each(|_| world.step(bob));
    let Step::Attached(positions) = &world.sockets[bob].step else { panic!() };
    let ready = Frame::synced(talk().into(), 0);
    assert_eq!(world.hub.say_ready(world.sockets[bob].id, positions, &ready), SaidReady::Yes);
    let start = Start { pass: world.pass(bob), from: 2, position: 402, resumed: true };
    let (hub, messaging, outbox) = (world.hub.clone(), world.messaging.clone(), world.sockets[bob].outbox.clone());
    let replaying =
        actix_web::rt::spawn(
            async move { Replay { messaging: &messaging, hub: &hub, outbox: &outbox }.start(start).await },
        );
    tokio::task::yield_now().await;
    assert!(!replaying.is_finished(), "it waits in the middle of a page until the client has read");
    let left = world.append(removed, 2);
    world.close(left);
    let received = world.received(bob);
    assert_eq!(received.last(), Some(&left));
    assert!(received.len() < 400 && received.is_sorted());
    replaying.await.unwrap().unwrap();
    assert_eq!(world.received(bob), [0; 0], "not one event more");
}

#[actix_web::test]
async fn an_old_replay_does_not_go_on_when_the_user_comes_in_again() {
    let mut world = two();
    for _ in 0..400 {
        world.append(message_event, 1);
    }
    let bob = world.connect(2);
    let begun = world.hub.begin_catch_up(talk().into(), world.sockets[bob].id).unwrap();
    let (hub, messaging, outbox) = (world.hub.clone(), world.messaging.clone(), world.sockets[bob].outbox.clone());
    let catching_up = actix_web::rt::spawn(async move {
        let page = Replay { messaging: &messaging, hub: &hub, outbox: &outbox };
        for after in [2, 202] {
            page.page(begun.pass, after, 402).await?;
        }
        Ok::<_, crate::replay::Stopped>(())
    });
    tokio::task::yield_now().await;
    let left = world.append(removed, 2);
    world.close(left);
    world.hint(left);
    let back = world.tell(added, 2);
    let received = world.received(bob);
    assert_eq!(received[received.len() - 2..], [left, back]);
    assert!(matches!(catching_up.await.unwrap(), Err(crate::replay::Stopped::Left)));
    assert_eq!(world.received(bob), [0; 0]);
}

#[test]
fn a_gate_that_closes_late_does_not_put_out_who_has_come_in_again() {
    let mut world = two();
    let bob = world.connect(2);
    let left = world.append(removed, 2);
    let back = world.append(added, 2);
    world.hint(back);
    world.work();
    assert_eq!(world.received(bob), [left, back]);
    world.close(left);
    let next = world.tell(message_event, 1);
    assert_eq!(world.received(bob), [next]);
}

#[test]
fn a_hint_from_before_the_removal_lets_nobody_back_in() {
    let mut world = two();
    let (ann, bob) = (world.connect(1), world.connect(2));
    world.append(removed, 2);
    let back = world.append(added, 2);
    let out = world.append(removed, 2);
    world.close(out);
    world.hint(back);
    world.work();
    let secret = world.append(message_event, 1);
    world.hint(secret);
    world.work();
    assert_eq!(world.received(bob), [out]);
    assert_eq!(world.received(ann), [out - 2, back, out, secret]);
}

#[test]
fn a_deleted_conversation_lets_everybody_out_and_is_forgotten() {
    let mut world = two();
    let sockets = [world.connect(1), world.connect(2), world.connect(2)];
    world.append(message_event, 1);
    let events = world.log.delete(talk());
    let deleted = Arc::new(events[0].clone());
    world.hub.close(deleted.clone()).now_or_never().unwrap();
    for socket in sockets {
        assert_eq!(world.received(socket), [deleted.seq], "behind a hole that nobody can read any more");
    }
    assert!(!world.hub.streams().contains(&talk().into()));
    world.hub.hint(deleted, &mut Wakes::default());
    world.sweep();
    for socket in sockets {
        assert_eq!(world.received(socket), [0; 0]);
    }
}

#[test]
fn the_hint_of_a_deletion_at_another_node_lets_everybody_out_too() {
    let mut world = two();
    let ann = world.connect(1);
    world.append(message_event, 1);
    let deleted = Arc::new(world.log.delete(talk())[0].clone());
    world.hub.hint(deleted.clone(), &mut Wakes::default());
    world.work();
    assert_eq!(world.received(ann), [deleted.seq]);
    assert!(!world.hub.streams().contains(&talk().into()));
}
