use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use rialto_identity::{NewTicket, TicketBoard, TicketDigest, TicketHolder};
use rialto_kernel::{Instant, StoreError};

/// Keeps the tickets of a server that is alone.
///
/// **Bounds.** At most [`MemoryTicketBoard::MOST`] tickets; one more takes the place of the oldest.
#[derive(Debug, Default)]
pub struct MemoryTicketBoard {
    board: Mutex<Board>,
}

impl MemoryTicketBoard {
    /// How many tickets are kept.
    pub const MOST: usize = 50_000;

    /// A board without tickets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn board(&self) -> Result<MutexGuard<'_, Board>, StoreError> {
        // A ticket that was half taken off could be used twice.
        self.board.lock().map_err(|_| StoreError::unavailable("an earlier act on the tickets panicked"))
    }
}

#[derive(Debug, Default)]
struct Board {
    /// With its place in `order`.
    tickets: HashMap<TicketDigest, (NewTicket, u64)>,
    /// Oldest first.
    order: BTreeMap<u64, TicketDigest>,
    next: u64,
}

impl Board {
    fn put(&mut self, ticket: NewTicket) {
        self.take(ticket.digest);
        self.order.insert(self.next, ticket.digest);
        self.tickets.insert(ticket.digest, (ticket, self.next));
        self.next += 1;
        if self.order.len() > MemoryTicketBoard::MOST
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.tickets.remove(&oldest);
        }
    }

    fn take(&mut self, digest: TicketDigest) -> Option<NewTicket> {
        let (ticket, place) = self.tickets.remove(&digest)?;
        self.order.remove(&place);
        Some(ticket)
    }
}

#[async_trait]
impl TicketBoard for MemoryTicketBoard {
    async fn issue(&self, ticket: NewTicket) -> Result<(), StoreError> {
        self.board()?.put(ticket);
        Ok(())
    }

    async fn redeem(&self, digest: TicketDigest, now: Instant) -> Result<Option<TicketHolder>, StoreError> {
        let taken = self.board()?.take(digest);
        Ok(taken.filter(|ticket| now < ticket.expires_at).map(|ticket| ticket.holder))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rialto_kernel::Clock;
    use rialto_testkit::{FakeClock, FakeIds, builders};

    use super::*;

    #[tokio::test]
    async fn the_oldest_tickets_give_way_and_used_ones_leave_nothing_behind() {
        let (board, ids, now) = (MemoryTicketBoard::new(), FakeIds::new(), FakeClock::new().now());
        let in_time = now + Duration::from_secs(30);
        let tickets: Vec<_> = (0..MemoryTicketBoard::MOST + 2).map(|_| builders::ticket(&ids, in_time)).collect();
        for ticket in &tickets {
            board.issue(*ticket).await.unwrap();
        }
        assert_eq!(board.redeem(tickets[0].digest, now).await.unwrap(), None);
        assert_eq!(board.redeem(tickets[1].digest, now).await.unwrap(), None);
        for ticket in &tickets[2..] {
            assert_eq!(board.redeem(ticket.digest, now).await.unwrap(), Some(ticket.holder));
        }
        let inner = board.board().unwrap();
        assert!(inner.tickets.is_empty() && inner.order.is_empty());
    }
}
