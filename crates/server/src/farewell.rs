//! Sees off whose account is deleted: the rest of the server follows what the database remembers, so that nothing is
//! left half done by a crash.

use std::sync::Arc;
use std::time::Duration;

use rialto_identity::{AccountDeletions, UnfinishedDeletion};
use rialto_kernel::StoreError;
use rialto_messaging::MessagingService;
use tokio::sync::Notify;

/// When to look again although nobody woke us: for what another node left behind, and for what failed.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How many deletions are looked at together.
const BATCH: i64 = 16;

/// Clears what deleted accounts left behind, one after the other. Clones are the same one.
#[derive(Clone)]
pub struct Farewell {
    deletions: Arc<dyn AccountDeletions>,
    messaging: MessagingService,
    news: Arc<Notify>,
}

impl Farewell {
    pub fn new(deletions: Arc<dyn AccountDeletions>, messaging: MessagingService) -> Self {
        Self { deletions, messaging, news: Arc::new(Notify::new()) }
    }

    /// There is something to do.
    pub fn wake(&self) {
        self.news.notify_one();
    }

    /// Does what there is to do, at first what an earlier process left. Never ends by itself.
    pub async fn run(self) {
        loop {
            match self.take_up().await {
                Ok(true) => {}
                Ok(false) => {
                    // Whether it was news or time that woke us does not matter.
                    let _ = tokio::time::timeout(LOOK_AGAIN, self.news.notified()).await;
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "deleted accounts wait to be cleared");
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            }
        }
    }

    /// Whether anything was finished.
    async fn take_up(&self) -> Result<bool, StoreError> {
        let mut finished = false;
        for deletion in self.deletions.list_unfinished(BATCH).await? {
            match self.see_off(deletion).await {
                Ok(()) => finished = true,
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    user = %deletion.user_id,
                    "a deleted account was not cleared; it is tried again"
                ),
            }
        }
        Ok(finished)
    }

    async fn see_off(&self, deletion: UnfinishedDeletion) -> Result<(), StoreError> {
        self.messaging.clear_traces(deletion.user_id, deletion.erase_messages).await?;
        self.deletions.finish(deletion.user_id).await
    }
}
