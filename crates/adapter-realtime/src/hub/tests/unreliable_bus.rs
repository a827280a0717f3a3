//! Hints that are lost, repeated, late and in the wrong order.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Act {
    Say,
    ComeIn,
    /// At another node: only hints tell of it.
    Leave,
    /// At this node: the gate is closed before anybody hears of it.
    LeaveHere,
    /// The gate closes long after a leaving.
    CloseLate,
    /// A hint for the event this far below the top: late, repeated or in the wrong order.
    Hint(u64),
    /// The same in a user's own stream.
    HintPersonal(u128, u64),
    Seat(u128),
    Step(usize),
    Work,
    Sweep,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => Just(Act::Say),
        2 => Just(Act::ComeIn),
        1 => Just(Act::Leave),
        1 => Just(Act::LeaveHere),
        1 => Just(Act::CloseLate),
        10 => (0_u64..6).prop_map(Act::Hint),
        3 => ((1_u128..=2), (0_u64..3)).prop_map(|(user, below)| Act::HintPersonal(user, below)),
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
        let mut left_at = None;
        for act in acts {
            match act {
                Act::Say => drop(world.append(message_event, 1)),
                Act::ComeIn if !bob_is_in => {
                    world.append(added, 2);
                    bob_is_in = true;
                }
                Act::Leave | Act::LeaveHere if bob_is_in => {
                    let seq = world.append(removed, 2);
                    left_at = Some(seq);
                    bob_is_in = false;
                    if matches!(act, Act::LeaveHere) {
                        world.close(seq);
                    }
                }
                Act::CloseLate => left_at.into_iter().for_each(|seq| world.close(seq)),
                Act::ComeIn | Act::Leave | Act::LeaveHere => {}
                Act::Hint(below) => world.hint(world.log.top(talk()).saturating_sub(below)),
                Act::HintPersonal(user, below) => {
                    let stream = StreamId::Personal(user_id(user));
                    let seq = world.log.top(stream).saturating_sub(below);
                    world.log.event(stream, seq).into_iter().for_each(|event| world.hub.hint(event, &mut Wakes::default()));
                }
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
            let (own, told): (Vec<_>, Vec<_>) = told
                .iter()
                .map(|position| position.followed.top)
                .partition(|top| top.stream == StreamId::Personal(socket.user));
            let expected: Vec<_> = (own[0].last_seq + 1..=world.log.top(own[0].stream)).collect();
            prop_assert_eq!(&socket.personal, &expected);
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
