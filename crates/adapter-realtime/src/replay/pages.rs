//! Pages of the logs, shared for a moment: when many come back at once, they ask for the same.
//!
//! A page shows its messages as they were when it was read. What changes later has its own event, so whoever gets the page
//! gets that too; and once a hint of the stream has come, the page is not given to anybody any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rialto_kernel::StoreError;
use rialto_messaging::{MessagingService, StreamId};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::page::Page;

/// How long a page is shared, from when it was asked for.
const SHARED_FOR: Duration = Duration::from_secs(1);
/// How many bytes all shared pages may hold together.
const MAX_BYTES: usize = 8 * 1024 * 1024;

type Cell = Arc<OnceCell<Arc<Page>>>;

/// The shared pages of a node.
#[derive(Default)]
pub(crate) struct Pages {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    /// By stream, and by the number that the page begins after.
    streams: HashMap<StreamId, HashMap<u64, Shared>>,
    bytes: usize,
}

struct Shared {
    /// Empty while the log is read: once, for all who ask meanwhile.
    cell: Cell,
    asked_at: Instant,
    /// 0 while the log is read.
    bytes: usize,
}

impl Pages {
    /// A page of a log that is known to reach to `top`.
    ///
    /// # Errors
    /// When the store does not answer. The next who asks has it asked again.
    pub async fn read(
        &self,
        messaging: &MessagingService,
        stream: StreamId,
        after: u64,
        top: u64,
    ) -> Result<Arc<Page>, StoreError> {
        if stream.conversation().is_none() {
            // A user's own stream: nobody else asks for it.
            return Ok(Arc::new(Page::read(messaging, stream, after).await?));
        }
        let cell = self.cell(stream, after);
        let page = self.fill(messaging, stream, after, &cell).await?;
        if page.reaches(top) {
            return Ok(page);
        }
        // It was read before the log reached so far. Whatever takes its place is asked for later than this was.
        self.drop_page(stream, after, &cell);
        let cell = self.cell(stream, after);
        self.fill(messaging, stream, after, &cell).await
    }

    /// Something happened in a stream: its pages are too old for whoever asks from now on.
    pub fn forget(&self, stream: StreamId) {
        let shelf = &mut *self.lock();
        let dropped = shelf.streams.remove(&stream).unwrap_or_default();
        shelf.bytes -= dropped.values().map(|shared| shared.bytes).sum::<usize>();
    }

    /// Drops the pages whose time is over.
    pub fn expire(&self) {
        self.lock().expire(Instant::now());
    }

    async fn fill(
        &self,
        messaging: &MessagingService,
        stream: StreamId,
        after: u64,
        cell: &Cell,
    ) -> Result<Arc<Page>, StoreError> {
        let read = || async {
            let page = Arc::new(Page::read(messaging, stream, after).await?);
            self.keep(stream, after, cell, page.bytes());
            Ok(page)
        };
        cell.get_or_try_init(read).await.cloned()
    }

    /// The cell of a page, a new one if the last is too old.
    fn cell(&self, stream: StreamId, after: u64) -> Cell {
        let (shelf, now) = (&mut *self.lock(), Instant::now());
        if let Some(shared) = shelf.get(stream, after)
            && now.duration_since(shared.asked_at) < SHARED_FOR
        {
            return shared.cell.clone();
        }
        shelf.remove(stream, after);
        let shared = Shared { cell: Cell::default(), asked_at: now, bytes: 0 };
        let cell = shared.cell.clone();
        shelf.streams.entry(stream).or_default().insert(after, shared);
        cell
    }

    /// Counts a page that was read, or drops it if there is no room for it.
    fn keep(&self, stream: StreamId, after: u64, cell: &Cell, bytes: usize) {
        let shelf = &mut *self.lock();
        if shelf.bytes + bytes > MAX_BYTES {
            shelf.expire(Instant::now());
        }
        let fits = shelf.bytes + bytes <= MAX_BYTES;
        let Some(shared) = shelf.get(stream, after).filter(|shared| Arc::ptr_eq(&shared.cell, cell)) else { return };
        if fits {
            shared.bytes = bytes;
            shelf.bytes += bytes;
        } else {
            shelf.remove(stream, after);
        }
    }

    fn drop_page(&self, stream: StreamId, after: u64, cell: &Cell) {
        let shelf = &mut *self.lock();
        if shelf.get(stream, after).is_some_and(|shared| Arc::ptr_eq(&shared.cell, cell)) {
            shelf.remove(stream, after);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        // No code that can panic half-way through a change runs under this lock.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn get(&mut self, stream: StreamId, after: u64) -> Option<&mut Shared> {
        self.streams.get_mut(&stream)?.get_mut(&after)
    }

    fn remove(&mut self, stream: StreamId, after: u64) {
        let Some(pages) = self.streams.get_mut(&stream) else { return };
        self.bytes -= pages.remove(&after).map_or(0, |shared| shared.bytes);
        if pages.is_empty() {
            self.streams.remove(&stream);
        }
    }

    fn expire(&mut self, now: Instant) {
        self.streams.retain(|_, pages| {
            pages.retain(|_, shared| {
                let young = now.duration_since(shared.asked_at) < SHARED_FOR;
                self.bytes -= if young { 0 } else { shared.bytes };
                young
            });
            !pages.is_empty()
        });
    }
}

#[cfg(test)]
mod tests;
