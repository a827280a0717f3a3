//! Who watches what.

use std::collections::HashMap;
use std::sync::Arc;

use rialto_portfolio::{AssetId, Quote};
use tokio::task::JoinHandle;

use super::mailbox::Mailbox;

/// Every watched asset with the mailboxes of its watchers.
#[derive(Default)]
pub(super) struct Interest {
    by_asset: HashMap<AssetId, HashMap<u64, Arc<Mailbox>>>,
    next_watcher: u64,
    /// The task that polls, while anything is watched.
    pub(super) poller: Option<JoinHandle<()>>,
}

impl Interest {
    /// Adds a watcher and gives its number.
    pub(super) fn add(&mut self, assets: &[AssetId], mailbox: &Arc<Mailbox>) -> u64 {
        let watcher = self.next_watcher;
        self.next_watcher += 1;
        for asset in assets {
            self.by_asset.entry(asset.clone()).or_default().insert(watcher, Arc::clone(mailbox));
        }
        watcher
    }

    pub(super) fn remove(&mut self, assets: &[AssetId], watcher: u64) {
        for asset in assets {
            if let Some(watchers) = self.by_asset.get_mut(asset) {
                watchers.remove(&watcher);
                if watchers.is_empty() {
                    self.by_asset.remove(asset);
                }
            }
        }
    }

    /// What anybody watches.
    pub(super) fn assets(&self) -> Vec<AssetId> {
        self.by_asset.keys().cloned().collect()
    }

    /// Puts a quote into the mailboxes of all who watch its asset. Nothing here waits for a watcher.
    pub(super) fn deliver(&self, quote: &Arc<Quote>) {
        for mailbox in self.by_asset.get(&quote.asset_id).into_iter().flat_map(HashMap::values) {
            mailbox.put(quote);
        }
    }
}
