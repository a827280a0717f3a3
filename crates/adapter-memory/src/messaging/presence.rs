use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rialto_kernel::{ConnectionId, Instant, UserId};
use rialto_messaging::{Presence, PresenceBoard};

/// Knows the devices that are connected to this process.
///
/// **Bounds.** One entry per connected device, and the time of leaving of the
/// [`MemoryPresenceBoard::REMEMBERED_ABSENT`] users who left last; of those who left before them it
/// says that they are offline, but no longer since when.
#[derive(Debug, Default)]
pub struct MemoryPresenceBoard {
    board: Mutex<Board>,
}

impl MemoryPresenceBoard {
    /// How many absent users' times of leaving are remembered.
    pub const REMEMBERED_ABSENT: usize = 100_000;

    /// A board on which nobody is connected.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        // Presence is best effort: after a panic a slightly wrong board is better than none.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Board {
    devices: HashMap<UserId, HashSet<ConnectionId>>,
    /// When absent users left, and their place in `departures`.
    absent: HashMap<UserId, (Instant, u64)>,
    /// Absent users in the order they left, so that the longest absent is forgotten first.
    departures: BTreeMap<u64, UserId>,
    next_departure: u64,
}

impl Board {
    fn presence(&self, user_id: UserId) -> Presence {
        let online = self.devices.contains_key(&user_id);
        Presence { user_id, online, last_seen_at: self.absent.get(&user_id).map(|(at, _)| *at) }
    }

    fn arrive(&mut self, user_id: UserId) {
        if let Some((_, departure)) = self.absent.remove(&user_id) {
            self.departures.remove(&departure);
        }
    }

    fn depart(&mut self, user_id: UserId, at: Instant) {
        self.departures.insert(self.next_departure, user_id);
        self.absent.insert(user_id, (at, self.next_departure));
        self.next_departure += 1;
        if self.departures.len() > MemoryPresenceBoard::REMEMBERED_ABSENT
            && let Some((_, forgotten)) = self.departures.pop_first()
        {
            self.absent.remove(&forgotten);
        }
    }
}

#[async_trait]
impl PresenceBoard for MemoryPresenceBoard {
    async fn connect(&self, user_id: UserId, connection: ConnectionId) -> Option<Presence> {
        let mut board = self.board();
        let devices = board.devices.entry(user_id).or_default();
        let first = devices.is_empty();
        devices.insert(connection);
        if !first {
            return None;
        }
        board.arrive(user_id);
        Some(board.presence(user_id))
    }

    async fn disconnect(&self, user_id: UserId, connection: ConnectionId, at: Instant) -> Option<Presence> {
        let mut board = self.board();
        let devices = board.devices.get_mut(&user_id)?;
        if !devices.remove(&connection) || !devices.is_empty() {
            return None;
        }
        board.devices.remove(&user_id);
        board.depart(user_id, at);
        Some(board.presence(user_id))
    }

    async fn presence_of(&self, users: &[UserId]) -> Vec<Presence> {
        let board = self.board();
        users.iter().map(|user_id| board.presence(*user_id)).collect()
    }

    async fn online_users(&self, limit: usize) -> Vec<UserId> {
        self.board().devices.keys().take(limit).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use rialto_kernel::{Clock, IdSource};
    use rialto_testkit::{FakeClock, FakeIds};

    use super::*;

    async fn come_and_go(board: &MemoryPresenceBoard, ids: &FakeIds, user_id: UserId, at: Instant) {
        let device = ids.next();
        board.connect(user_id, device).await;
        board.disconnect(user_id, device, at).await;
    }

    #[tokio::test]
    async fn the_longest_absent_are_forgotten_first() {
        let (board, ids, at) = (MemoryPresenceBoard::new(), FakeIds::new(), FakeClock::new().now());
        let (first, second): (UserId, UserId) = (ids.uuid().into(), ids.uuid().into());
        come_and_go(&board, &ids, first, at).await;
        come_and_go(&board, &ids, second, at).await;
        // Back once more: now the second has been absent longest.
        come_and_go(&board, &ids, first, at).await;
        for _ in 0..MemoryPresenceBoard::REMEMBERED_ABSENT - 1 {
            come_and_go(&board, &ids, ids.uuid().into(), at).await;
        }
        let presences = board.presence_of(&[first, second]).await;
        assert_eq!(presences[0].last_seen_at, Some(at));
        assert_eq!(presences[1].last_seen_at, None);
        let inner = board.board();
        assert_eq!(inner.absent.len(), MemoryPresenceBoard::REMEMBERED_ABSENT);
        assert_eq!(inner.departures.len(), MemoryPresenceBoard::REMEMBERED_ABSENT);
        assert!(inner.devices.is_empty());
    }
}
