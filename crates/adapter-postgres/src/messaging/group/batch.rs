//! Many appends in one transaction.

use std::collections::{HashMap, HashSet};

use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::try_join;
use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{AppendRefusal, Conversation, ConversationKind, Message, NewMessage, Nonce, Standing};

use super::asked::{self, Asked};
use super::said;
use crate::error::StoreActError;
use crate::messaging::mentions::Mentioned;
use crate::messaging::referred::{self, ReferredRow};
use crate::messaging::{append, log};
use crate::statement::Statement;

/// A batch waits no longer for anybody's lock: the other conversations in it are not held up by one that is stuck.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '500ms'";

/// What became of one append of a batch.
#[expect(clippy::large_enum_variant, reason = "the large variant is the ordinary one")]
pub enum Verdict {
    /// It is committed.
    New(Message),
    /// It may not be; the others are not disturbed.
    Refused(AppendRefusal),
    /// Nothing is done or decided: it needs what batches do not have.
    Alone,
}

/// Commits those of these messages that may be and that are as most are. One verdict for each, in their order.
///
/// # Errors
/// When the batch as a whole failed. Nothing is committed then, unless the connection broke at the commit.
pub async fn commit(
    connection: Object<AsyncPgConnection>,
    messages: &[NewMessage],
) -> Result<Vec<Verdict>, StoreActError> {
    let mut open = OpenTransaction(Some(connection));
    let Some(connection) = &mut open.0 else { return Ok(Vec::new()) };
    let done = run(connection, messages).await;
    // What was sent with a statement that failed is answered before this.
    if done.is_ok() || connection.batch_execute("ROLLBACK").await.is_ok() {
        open.end();
    }
    done
}

/// Keeps a connection whose transaction may be open from going back to the pool.
struct OpenTransaction(Option<Object<AsyncPgConnection>>);

impl OpenTransaction {
    fn end(mut self) {
        drop(self.0.take());
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

async fn run(conn: &AsyncPgConnection, messages: &[NewMessage]) -> Result<Vec<Verdict>, StoreActError> {
    // Sent together, in this order: a connection sends what was begun first before it sends, or prepares, the next. So
    // all that is read is read under the locks.
    let (_, locked, asked, referred) = try_join!(
        async { Ok((&mut &*conn).batch_execute(BEGIN).await?) },
        log::lock_all(conn, messages.iter().map(|new| new.conversation_id)),
        asked::ask(conn, messages),
        referred::find(conn, messages.iter().filter_map(|new| new.reply_to))
    )?;
    let mut batch = Batch { locked, referred, nonces: HashSet::new() };
    let verdicts: Vec<_> = messages.iter().zip(&asked).map(|(new, asked)| batch.judge(new, asked.as_ref())).collect();
    let new: Vec<&Message> = verdicts.iter().filter_map(Verdict::message).collect();
    // Sent together: when a statement fails, the commit behind it rolls back.
    try_join!(said::insert(conn, &new, &batch.locked), commit_transaction(conn))?;
    Ok(verdicts)
}

/// Prepared as the others are, so that it is never sent before them.
async fn commit_transaction(mut conn: &AsyncPgConnection) -> Result<(), StoreActError> {
    Statement::new("COMMIT").execute(&mut conn).await?;
    Ok(())
}

impl Verdict {
    fn message(&self) -> Option<&Message> {
        match self {
            Self::New(message) => Some(message),
            Self::Refused(_) | Self::Alone => None,
        }
    }
}

/// What the messages of a batch are judged by.
struct Batch<'a> {
    locked: HashMap<ConversationId, Conversation>,
    referred: Vec<ReferredRow>,
    nonces: HashSet<(UserId, &'a Nonce)>,
}

impl<'a> Batch<'a> {
    /// Decides about a message by the same rules as `append`, and gives it the numbers that are next.
    fn judge(&mut self, new: &'a NewMessage, asked: Option<&Asked>) -> Verdict {
        let (Some(locked), Some(asked)) = (self.locked.get_mut(&new.conversation_id), asked) else {
            return Verdict::Alone;
        };
        if asked.is_nonce_used || !self.nonces.insert((new.sender.id, &new.nonce)) {
            return Verdict::Alone;
        }
        // Between which two it is, is asked alone.
        if asked.has_blocks && locked.kind == ConversationKind::Direct {
            return Verdict::Alone;
        }
        let member = Some(&asked.sender);
        let standing = Standing { conversation: locked, member, block: None, actor: new.sender, at: new.at };
        if let Err(refusal) = standing.check_write() {
            return Verdict::Refused(refusal.into());
        }
        if !locked.settings.slowmode().is_zero() {
            return Verdict::Alone;
        }
        if let Err(refusal) = referred::judge(new, &self.referred) {
            return Verdict::Refused(refusal);
        }
        log::move_on(locked, new.at);
        locked.last_ordinal += 1;
        let sender = asked.sender.user.clone();
        Verdict::New(append::message(new, locked.last_seq, locked.last_ordinal, sender, &Mentioned::default()))
    }
}
