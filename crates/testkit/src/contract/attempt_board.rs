//! What every [`AttemptBoard`] promises.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_identity::{AccountKey, AttemptBoard, AttemptKey, AttemptOutcome, Begun, Tally, ThrottleRule};
use rialto_kernel::{Clock, Instant, Network};

use super::concurrency::at_once;
use crate::FakeClock;

/// Runs the rules of [`AttemptBoard`](rialto_identity::AttemptBoard) on an adapter. The constructor is the absolute
/// path of an `async fn() -> Arc<dyn AttemptBoard>`.
#[macro_export]
macro_rules! attempt_board_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, attempt_board:
            slips_are_free_and_then_each_doubles_the_wait,
            who_waits_is_counted_nowhere,
            the_longest_wait_of_all_tallies_counts,
            a_tally_that_is_not_enforced_counts_all_the_same,
            the_right_password_clears_what_it_proves_and_no_more,
            what_nobody_judged_counts_nowhere,
            wrong_passwords_are_forgotten_after_a_quiet_while,
            of_many_attempts_at_once_no_more_begin_than_are_free,
        }
    };
}

type Board = Arc<dyn AttemptBoard>;

const RULE: ThrottleRule = ThrottleRule {
    free: 3,
    first: Duration::from_secs(1),
    longest: Duration::from_secs(4),
    forgotten_after: Duration::from_secs(600),
};

fn at(seconds: i64) -> Instant {
    FakeClock::new().now() + TimeDelta::seconds(seconds)
}

fn network(text: &str) -> Network {
    Network::of(text.parse().unwrap())
}

fn ann() -> AccountKey {
    AccountKey::Claimed("ann".to_owned())
}

fn tally(key: AttemptKey) -> Tally {
    Tally { key, rule: RULE, enforced: true }
}

fn ann_from(address: &str) -> Tally {
    tally(AttemptKey::OnAccountFrom(ann(), network(address)))
}

fn anyone_from(address: &str) -> Tally {
    tally(AttemptKey::From(network(address)))
}

async fn begin(board: &Board, tallies: &[Tally], at: Instant) -> Begun {
    board.begin(tallies, at).await.unwrap()
}

async fn end(board: &Board, tallies: &[Tally], outcome: AttemptOutcome, at: Instant) -> Option<u64> {
    assert_eq!(begin(board, tallies, at).await, Begun::Admitted);
    board.settle(tallies, outcome, at).await.unwrap().map(|wait| wait.as_secs())
}

fn waits(seconds: u64) -> Begun {
    Begun::Throttled { retry_after: Duration::from_secs(seconds) }
}

/// Up to the longest; each step is told once.
pub async fn slips_are_free_and_then_each_doubles_the_wait(board: Board) {
    let tallies = [ann_from("192.0.2.1")];
    let mut now = 0;
    for (step, wait) in [(None, 0), (None, 0), (Some(1), 1), (Some(2), 2), (Some(4), 4), (None, 4)] {
        assert_eq!(end(&board, &tallies, AttemptOutcome::Wrong, at(now)).await, step);
        if wait > 0 {
            assert_eq!(begin(&board, &tallies, at(now)).await, waits(wait));
        }
        now += i64::try_from(wait).unwrap();
    }
}

/// Whoever knocks all the time waits no longer than whoever waits.
pub async fn who_waits_is_counted_nowhere(board: Board) {
    let tallies = [ann_from("192.0.2.1"), anyone_from("192.0.2.1")];
    for _ in 0..4 {
        begin(&board, &tallies, at(0)).await;
        board.settle(&tallies, AttemptOutcome::Wrong, at(0)).await.unwrap();
    }
    for _ in 0..50 {
        assert_eq!(begin(&board, &tallies, at(0)).await, waits(2));
    }
    assert_eq!(begin(&board, &tallies, at(2)).await, Begun::Admitted);
}

/// An address that was wrong about others waits with everybody.
pub async fn the_longest_wait_of_all_tallies_counts(board: Board) {
    for _ in 0..3 {
        end(&board, &[anyone_from("192.0.2.1")], AttemptOutcome::Wrong, at(0)).await;
    }
    let both = [ann_from("192.0.2.1"), anyone_from("192.0.2.1")];
    assert_eq!(begin(&board, &both, at(0)).await, waits(1));
    assert_eq!(begin(&board, &[ann_from("192.0.2.1")], at(0)).await, Begun::Admitted);
    assert_eq!(begin(&board, &[anyone_from("192.0.2.2")], at(0)).await, Begun::Admitted);
}

/// For whoever it is enforced on.
pub async fn a_tally_that_is_not_enforced_counts_all_the_same(board: Board) {
    let lenient = Tally { enforced: false, ..anyone_from("192.0.2.1") };
    for _ in 0..5 {
        end(&board, std::slice::from_ref(&lenient), AttemptOutcome::Wrong, at(0)).await;
    }
    assert_eq!(begin(&board, &[anyone_from("192.0.2.1")], at(0)).await, waits(4));
    assert_eq!(begin(&board, &[lenient], at(0)).await, Begun::Admitted);
}

/// Otherwise an account of one's own would be a way to guess at others'.
pub async fn the_right_password_clears_what_it_proves_and_no_more(board: Board) {
    let all = [ann_from("192.0.2.1"), anyone_from("192.0.2.1"), tally(AttemptKey::OnAccount(ann()))];
    for _ in 0..2 {
        end(&board, &all, AttemptOutcome::Wrong, at(0)).await;
    }
    end(&board, &all, AttemptOutcome::Right, at(0)).await;
    for (tally, step) in [(&all[0], None), (&all[1], Some(1)), (&all[2], Some(1))] {
        let one = std::slice::from_ref(tally);
        assert_eq!(end(&board, one, AttemptOutcome::Wrong, at(0)).await, step, "{tally:?}");
    }
}

/// A busy hasher makes nobody wait.
pub async fn what_nobody_judged_counts_nowhere(board: Board) {
    let tallies = [ann_from("192.0.2.1"), anyone_from("192.0.2.1")];
    for _ in 0..50 {
        assert_eq!(end(&board, &tallies, AttemptOutcome::Unjudged, at(0)).await, None);
    }
}

/// An attempt that never ended, too.
pub async fn wrong_passwords_are_forgotten_after_a_quiet_while(board: Board) {
    let tallies = [ann_from("192.0.2.1")];
    for _ in 0..2 {
        end(&board, &tallies, AttemptOutcome::Wrong, at(0)).await;
    }
    assert_eq!(begin(&board, &tallies, at(0)).await, Begun::Admitted);
    assert_eq!(begin(&board, &tallies, at(0)).await, waits(1));
    for _ in 0..2 {
        assert_eq!(end(&board, &tallies, AttemptOutcome::Wrong, at(600)).await, None);
    }
}

/// They count as wrong until they end.
pub async fn of_many_attempts_at_once_no_more_begin_than_are_free(board: Board) {
    let began = at_once((0..32).map(|_| {
        let board = board.clone();
        async move { begin(&board, &[ann_from("192.0.2.1")], at(0)).await == Begun::Admitted }
    }))
    .await;
    assert_eq!(began.into_iter().filter(|began| *began).count(), 3);
}
