use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rialto_kernel::{Cursor, PageLimit, StoreError, UserId};
use rialto_messaging::Changes;

use super::tables::MessagingTables;
use crate::identity::tables::IdentityTables;

/// Counts the events of all conversations together.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChangeCounter(Arc<AtomicU64>);

impl ChangeCounter {
    /// The next number. The lock on the state keeps it in the order of the acts.
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Where a reader of changes goes on: after this number of the counter, and after this one of their personal log.
#[derive(Clone, Copy)]
struct Position {
    change: u64,
    personal: u64,
}

impl Position {
    fn read(cursor: &Cursor) -> Option<Self> {
        let mut keys = cursor.keys();
        let position = Self { change: keys.next()?.parse().ok()?, personal: keys.next()?.parse().ok()? };
        keys.next().is_none().then_some(position)
    }

    fn cursor(self) -> Cursor {
        Cursor::from_keys(&[&self.change, &self.personal])
    }
}

impl MessagingTables {
    pub fn changes_for(
        &self,
        users: &IdentityTables,
        reader: UserId,
        after: Option<&Cursor>,
        limit: PageLimit,
    ) -> Result<Changes, StoreError> {
        let personal = self.personal.top(reader).last_seq;
        let start = after.and_then(Position::read).unwrap_or(Position { change: 0, personal });
        let newer: BTreeMap<_, _> = self
            .conversations_of(reader)
            .filter(|kept| kept.change_number > start.change)
            .map(|kept| (kept.change_number, kept))
            .collect();
        let page: Vec<_> = newer.values().take(limit.as_usize()).collect();
        let left = self.personal.left_since(reader, start.personal);
        let left = left
            .into_iter()
            .filter(|id| self.conversations.get(id).is_none_or(|kept| !kept.members.contains_key(&reader)));
        Ok(Changes {
            changed: page.iter().map(|kept| kept.summary_for(users, reader)).collect::<Result<_, _>>()?,
            left: left.collect(),
            next_cursor: Position { change: page.last().map_or(start.change, |kept| kept.change_number), personal }
                .cursor(),
            more: newer.len() > page.len(),
        })
    }
}
