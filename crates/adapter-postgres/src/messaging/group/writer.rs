//! The task that commits appends, many at a time.
//!
//! While one commit reaches the disk, the next appends gather. Nobody is answered before the
//! commit, and those of one conversation in the order of their numbers. An append whose caller stopped waiting is
//! done all the same, unless it has to be done alone: then it is not begun.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use rialto_kernel::StoreError;
use rialto_messaging::{AppendRefusal, Appended, NewMessage, WantedMentions};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

use super::batch::{self, Verdict};
use crate::messaging::append;
use crate::pool::PgDatabase;

/// The most appends that one commit holds, so that the first of them does not wait for too many others.
const BATCH: usize = 100;

/// How long a batch waits for appends that are on their way: shorter than any timer, and than any commit.
const ON_THEIR_WAY: Duration = Duration::from_micros(400);

/// How many appends may wait; more wait for a place.
const QUEUE: usize = 1024;

/// Hands appends to the task, which ends with the last clone of this.
#[derive(Clone, Debug)]
pub struct Writer {
    database: PgDatabase,
    queue: mpsc::Sender<Pending>,
}

/// An append, and where its outcome goes; `None` if it is to be done alone.
type Pending = (NewMessage, oneshot::Sender<Option<Outcome>>);

type Outcome = Result<Appended, AppendRefusal>;

impl Writer {
    /// Starts the task where the connections live.
    pub fn start(database: PgDatabase) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        database.spawn(work(database.clone(), waiting));
        Self { database, queue }
    }

    /// Appends a message, with others if it is as most are.
    pub async fn append(&self, new: NewMessage) -> Outcome {
        if is_plain(&new)
            && let Some(outcome) = self.append_with_others(new.clone()).await
        {
            return outcome;
        }
        // Its nonce keeps it from being said twice, should the commit of its batch have failed after all was done.
        self.database.write(move |conn| append::append(conn, new).boxed()).await
    }

    async fn append_with_others(&self, new: NewMessage) -> Option<Outcome> {
        let (reply, answer) = oneshot::channel();
        self.queue.send((new, reply)).await.ok()?;
        answer.await.ok().flatten()
    }
}

/// Whether a message is of the kind that batches know.
fn is_plain(new: &NewMessage) -> bool {
    new.thread_root.is_none() && new.mentions == WantedMentions::default()
}

async fn work(database: PgDatabase, mut waiting: mpsc::Receiver<Pending>) {
    let mut pending = Vec::with_capacity(BATCH);
    // How many the last commit answered, or found waiting after it.
    let mut busy = 0;
    while waiting.recv_many(&mut pending, BATCH).await > 0 {
        gather(&mut waiting, &mut pending, busy * 3 / 4).await;
        busy = pending.len();
        let (messages, replies): (Vec<_>, Vec<_>) = pending.drain(..).unzip();
        // Unwind safe: a connection whose transaction is open is not used again, and nothing else outlives the panic.
        let outcomes = AssertUnwindSafe(outcomes(&database, &messages)).catch_unwind().await.unwrap_or_default();
        // Those without an outcome are told by the end of their channel.
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // A caller that stopped waiting does not matter: what is done is done.
            let _ = reply.send(outcome);
        }
        busy += waiting.len();
    }
}

/// Gives those that were just answered the moment that it takes to send again, while they are: a commit costs much
/// more. Who sends alone never waits.
async fn gather(waiting: &mut mpsc::Receiver<Pending>, pending: &mut Vec<Pending>, expected: usize) {
    let started = Instant::now();
    while pending.len() < expected.min(BATCH) && started.elapsed() < ON_THEIR_WAY {
        yield_now().await;
        while pending.len() < BATCH
            && let Ok(next) = waiting.try_recv()
        {
            pending.push(next);
        }
    }
}

/// What to tell each caller, if anything.
async fn outcomes(database: &PgDatabase, messages: &[NewMessage]) -> Vec<Option<Outcome>> {
    let connection = match database.connection().await {
        Ok(connection) => connection,
        // To let each wait for a connection once more would help nobody.
        Err(error) => return messages.iter().map(|_| Some(Err(no_connection(&error)))).collect(),
    };
    match batch::commit(connection, messages).await {
        Ok(verdicts) => verdicts.into_iter().map(outcome).collect(),
        Err(error) => {
            tracing::debug!(
                ?error,
                messages = messages.len(),
                "a batch failed, so its messages are appended one by one"
            );
            Vec::new()
        }
    }
}

fn no_connection(error: &StoreError) -> AppendRefusal {
    StoreError::unavailable(error.to_string()).into()
}

fn outcome(verdict: Verdict) -> Option<Outcome> {
    match verdict {
        Verdict::New(message) => Some(Ok(Appended::New(message))),
        Verdict::Refused(refusal) => Some(Err(refusal)),
        Verdict::Alone => None,
    }
}
