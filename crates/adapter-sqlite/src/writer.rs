//! The one thread that writes.
//!
//! It takes whatever acts wait and commits them together, with no timer: while one commit reaches the
//! disk, the next acts gather. An act that fails or panics is undone to its savepoint and leaves the
//! others alone. Nobody is answered before the commit. An act whose caller stopped waiting is done all
//! the same, so nothing is ever done by half.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rialto_kernel::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::prepared::statement;

/// The most acts that one commit holds, so that the first of them does not wait for too many others.
const BATCH: usize = 100;

/// Hands acts to the thread. Dropping it waits until those that were handed over are done.
pub struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Act>>>,
    counters: Arc<Counters>,
    thread: Option<JoinHandle<()>>,
}

/// What the writer did since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteStats {
    /// Acts whose commit succeeded, refused ones included.
    pub acts: u64,
    /// Commits that succeeded.
    pub commits: u64,
}

#[derive(Default)]
struct Counters {
    acts: AtomicU64,
    commits: AtomicU64,
}

impl Writer {
    /// Starts the thread over its connection; `capacity` acts may wait.
    pub fn start(connection: SqliteConnection, capacity: usize) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(capacity.max(1));
        let counters = Arc::new(Counters::default());
        let worker = Worker { connection, counters: Arc::clone(&counters) };
        let thread = thread::Builder::new().name("sqlite-writer".into()).spawn(move || worker.work(waiting))?;
        Ok(Self { queue: Some(queue), counters, thread: Some(thread) })
    }

    /// Does `act` and returns what came of it once that is on the disk. An `Err` undoes the act.
    pub async fn run<T, E, A>(&self, act: A) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        A: FnOnce(&mut SqliteConnection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Box::new(Pending { act: Some(act), outcome: None, reply })).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// What the writer did so far.
    pub fn stats(&self) -> WriteStats {
        WriteStats {
            acts: self.counters.acts.load(Ordering::Relaxed),
            commits: self.counters.commits.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without a sender the thread ends as soon as the queue is empty.
        self.queue.take();
        let thread = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id());
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the SQLite writer ended with a panic");
        }
    }
}

fn stopped() -> StoreError {
    StoreError::unavailable("the SQLite writer has stopped")
}

/// An act in the queue, whatever it returns.
trait Act: Send {
    /// Does the act and keeps the outcome; whether its changes are to be kept.
    fn perform(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Tells the caller the outcome.
    fn answer(self: Box<Self>);

    /// Tells the caller that the act was not done.
    fn fail(self: Box<Self>, why: &Failure);
}

struct Pending<T, E, A> {
    act: Option<A>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, A> Act for Pending<T, E, A>
where
    T: Send,
    E: From<StoreError> + Send,
    A: FnOnce(&mut SqliteConnection) -> Result<T, E> + Send,
{
    fn perform(&mut self, connection: &mut SqliteConnection) -> bool {
        let Some(act) = self.act.take() else { return false };
        // Unwind safe: the savepoint undoes what the act changed, and nothing else outlives the panic.
        let outcome = catch_unwind(AssertUnwindSafe(|| act(connection)))
            .unwrap_or_else(|_| Err(StoreError::unavailable("the act panicked").into()));
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>) {
        let outcome = self.outcome.unwrap_or_else(|| Err(stopped().into()));
        // A caller that stopped waiting does not matter: what is done is done.
        let _ = self.reply.send(outcome);
    }

    fn fail(self: Box<Self>, why: &Failure) {
        let _ = self.reply.send(Err(StoreError::unavailable(why.clone()).into()));
    }
}

/// Why none of the acts of a batch was done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("nothing was committed: {0}")]
struct Failure(Arc<diesel::result::Error>);

struct Worker {
    connection: SqliteConnection,
    counters: Arc<Counters>,
}

impl Worker {
    fn work(mut self, mut waiting: mpsc::Receiver<Box<dyn Act>>) {
        let mut batch = Vec::with_capacity(BATCH);
        while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
            match self.commit(&mut batch) {
                Ok(()) => {
                    self.counters.acts.fetch_add(batch.len() as u64, Ordering::Relaxed);
                    self.counters.commits.fetch_add(1, Ordering::Relaxed);
                    batch.drain(..).for_each(Act::answer);
                }
                Err(error) => {
                    tracing::error!(%error, acts = batch.len(), "SQLite could not commit");
                    // The transaction may be over or not; after this it is.
                    let _ = self.connection.batch_execute("ROLLBACK");
                    let failure = Failure(Arc::new(error));
                    batch.drain(..).for_each(|act| act.fail(&failure));
                }
            }
        }
        if let Err(error) = self.connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)") {
            // Nothing is lost: the log is read at the next start.
            tracing::warn!(%error, "SQLite could not fold its log into the database");
        }
    }

    fn commit(&mut self, batch: &mut [Box<dyn Act>]) -> QueryResult<()> {
        self.execute("BEGIN IMMEDIATE")?;
        for act in batch {
            self.execute("SAVEPOINT act")?;
            let keep = act.perform(&mut self.connection);
            // When SQLite itself ended the transaction (disk full), the savepoint is gone with all that
            // earlier acts did: this fails then, and so does the whole batch.
            if !keep {
                self.execute("ROLLBACK TO act")?;
            }
            self.execute("RELEASE act")?;
        }
        self.execute("COMMIT")
    }

    fn execute(&mut self, text: &'static str) -> QueryResult<()> {
        statement::<0, ()>(text, []).execute(&mut self.connection).map(drop)
    }
}

#[cfg(test)]
mod tests;
