//! What every [`TicketBoard`] promises.

use std::sync::Arc;

use chrono::TimeDelta;
use rialto_identity::{NewTicket, TicketBoard, TicketDigest, TicketHolder};
use rialto_kernel::{Clock, Instant};

use super::concurrency::at_once;
use crate::{FakeClock, FakeIds, builders};

/// Runs the rules of [`TicketBoard`](rialto_identity::TicketBoard) on an adapter. The constructor is the
/// absolute path of an `async fn() -> Arc<dyn TicketBoard>`.
#[macro_export]
macro_rules! ticket_board_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, ticket_board:
            a_ticket_works_once,
            tickets_of_one_holder_work_beside_each_other,
            a_ticket_works_until_the_instant_it_expires,
            a_ticket_that_came_too_late_does_not_work_again,
            an_unknown_ticket_opens_nothing,
            of_many_redemptions_of_a_ticket_at_once_one_wins,
            of_many_tickets_at_once_none_is_lost,
        }
    };
}

type Board = Arc<dyn TicketBoard>;

fn now() -> Instant {
    FakeClock::new().now()
}

fn fresh(ids: &FakeIds) -> NewTicket {
    builders::ticket(ids, now() + TimeDelta::seconds(30))
}

async fn redeem(board: &Board, digest: TicketDigest, at: Instant) -> Option<TicketHolder> {
    board.redeem(digest, at).await.unwrap()
}

/// It says whose it is, and then it is gone.
pub async fn a_ticket_works_once(board: Board) {
    let ticket = fresh(&FakeIds::new());
    board.issue(ticket).await.unwrap();
    assert_eq!(redeem(&board, ticket.digest, now()).await, Some(ticket.holder));
    assert_eq!(redeem(&board, ticket.digest, now()).await, None);
}

/// A client may open two sockets at once.
pub async fn tickets_of_one_holder_work_beside_each_other(board: Board) {
    let ids = FakeIds::new();
    let first = fresh(&ids);
    let second = NewTicket { holder: first.holder, ..fresh(&ids) };
    board.issue(first).await.unwrap();
    board.issue(second).await.unwrap();
    for ticket in [second, first] {
        assert_eq!(redeem(&board, ticket.digest, now()).await, Some(first.holder));
    }
}

/// The last microsecond counts; the instant of expiry itself is too late.
pub async fn a_ticket_works_until_the_instant_it_expires(board: Board) {
    let ids = FakeIds::new();
    let (in_time, late) = (fresh(&ids), fresh(&ids));
    board.issue(in_time).await.unwrap();
    board.issue(late).await.unwrap();
    let just_before = in_time.expires_at - TimeDelta::microseconds(1);
    assert_eq!(redeem(&board, in_time.digest, just_before).await, Some(in_time.holder));
    assert_eq!(redeem(&board, late.digest, late.expires_at).await, None);
}

/// Whatever the clock says next.
pub async fn a_ticket_that_came_too_late_does_not_work_again(board: Board) {
    let ticket = fresh(&FakeIds::new());
    board.issue(ticket).await.unwrap();
    assert_eq!(redeem(&board, ticket.digest, ticket.expires_at + TimeDelta::days(1)).await, None);
    assert_eq!(redeem(&board, ticket.digest, now()).await, None);
}

/// And takes nothing from anyone.
pub async fn an_unknown_ticket_opens_nothing(board: Board) {
    let ticket = fresh(&FakeIds::new());
    board.issue(ticket).await.unwrap();
    for digest in [[0; 32], [7; 32], [0xff; 32]] {
        assert_eq!(redeem(&board, TicketDigest(digest), now()).await, None);
    }
    assert_eq!(redeem(&board, ticket.digest, now()).await, Some(ticket.holder));
}

/// The others get nothing, never an error.
pub async fn of_many_redemptions_of_a_ticket_at_once_one_wins(board: Board) {
    let ticket = fresh(&FakeIds::new());
    board.issue(ticket).await.unwrap();
    let outcomes = at_once((0..16).map(|_| {
        let board = board.clone();
        async move { redeem(&board, ticket.digest, now()).await }
    }))
    .await;
    assert_eq!(outcomes.into_iter().flatten().collect::<Vec<_>>(), [ticket.holder]);
}

/// A hundred people open their page together.
pub async fn of_many_tickets_at_once_none_is_lost(board: Board) {
    let ids = FakeIds::new();
    let tickets: Vec<_> = (0..100).map(|_| fresh(&ids)).collect();
    at_once(tickets.clone().into_iter().map(|ticket| {
        let board = board.clone();
        async move { board.issue(ticket).await.unwrap() }
    }))
    .await;
    for ticket in tickets {
        assert_eq!(redeem(&board, ticket.digest, now()).await, Some(ticket.holder));
    }
}
