//! Who watches what.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use rialto_portfolio::{AssetId, Quote};

use super::mailbox::Mailbox;

/// Of what never had a price, so many are asked for in a poll.
const STRANGERS: usize = 50;

/// One watched asset.
#[derive(Default)]
pub(super) struct Topic {
    /// The mailboxes of its watchers, by their numbers, each with the asset's place in it.
    watchers: Mutex<HashMap<u64, (Arc<Mailbox>, usize)>>,
    /// Whether a poll has asked for it and has not heard yet.
    asked: AtomicBool,
    /// Whether it ticked by itself since the last poll.
    ticked: AtomicBool,
    /// Whether it ever had a price.
    known: AtomicBool,
}

impl Topic {
    /// Puts a quote into the mailboxes of all who watch, and adds those who wait to the list of whom to wake. Nothing
    /// here waits for a watcher.
    pub(super) fn deliver(&self, quote: &Arc<Quote>, to_wake: &mut Vec<Waker>) {
        self.note_price();
        to_wake.extend(self.watchers().values().filter_map(|(mailbox, place)| mailbox.put(*place, quote)));
    }

    pub(super) fn ticked(&self) {
        self.ticked.store(true, Ordering::Relaxed);
    }

    /// It has a price.
    pub(super) fn note_price(&self) {
        self.known.store(true, Ordering::Relaxed);
    }

    /// Whether a poll that begins now should ask for it, which it then counts as having done.
    pub(super) fn ask(&self) -> bool {
        !self.ticked.swap(false, Ordering::Relaxed) && !self.asked.swap(true, Ordering::Relaxed)
    }

    pub(super) fn answered(&self) {
        self.asked.store(false, Ordering::Relaxed);
    }

    fn watchers(&self) -> MutexGuard<'_, HashMap<u64, (Arc<Mailbox>, usize)>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every watched asset. Its lock is held to look up and to change who watches, never while quotes are delivered.
#[derive(Default)]
pub(super) struct Topics {
    by_asset: HashMap<AssetId, Arc<Topic>>,
    next_watcher: u64,
    watchers: usize,
    /// Where among what never had a price the last poll stopped.
    strangers_from: usize,
    /// Whether a task polls.
    pub(super) polling: bool,
}

impl Topics {
    /// Adds a watcher of these assets, whose places in the mailbox are those in the list, and gives its number.
    pub(super) fn add(&mut self, assets: &[AssetId], mailbox: &Arc<Mailbox>) -> u64 {
        let watcher = self.next_watcher;
        self.next_watcher += 1;
        self.watchers += 1;
        for (place, asset) in assets.iter().enumerate() {
            let topic = match self.by_asset.get(asset) {
                Some(topic) => topic,
                None => self.by_asset.entry(asset.clone()).or_default(),
            };
            topic.watchers().insert(watcher, (Arc::clone(mailbox), place));
        }
        watcher
    }

    pub(super) fn remove(&mut self, assets: &[AssetId], watcher: u64) {
        self.watchers -= 1;
        for asset in assets {
            let Some(topic) = self.by_asset.get(asset) else { continue };
            let nobody_is_left = {
                let mut watchers = topic.watchers();
                watchers.remove(&watcher);
                watchers.is_empty()
            };
            if nobody_is_left {
                self.by_asset.remove(asset);
            }
        }
    }

    pub(super) fn get(&self, asset: &AssetId) -> Option<Arc<Topic>> {
        self.by_asset.get(asset).cloned()
    }

    /// How many assets anybody watches.
    pub(super) fn len(&self) -> usize {
        self.by_asset.len()
    }

    /// How many watch.
    pub(super) fn watchers(&self) -> usize {
        self.watchers
    }

    /// What a poll that begins now should ask for: all that ever had a price, and some of the rest in turn, so that names
    /// that anybody makes up cost no more than a few of them would.
    pub(super) fn next_round(&mut self) -> HashMap<AssetId, Arc<Topic>> {
        let (known, strangers): (Vec<_>, Vec<_>) =
            self.by_asset.iter().partition(|(_, topic)| topic.known.load(Ordering::Relaxed));
        let from = if strangers.is_empty() { 0 } else { self.strangers_from % strangers.len() };
        let turn = strangers.iter().cycle().skip(from).take(strangers.len().min(STRANGERS));
        let due = known.iter().chain(turn).filter(|(_, topic)| topic.ask());
        let asked = due.map(|(asset, topic)| ((*asset).clone(), Arc::clone(topic))).collect();
        self.strangers_from = from + STRANGERS;
        asked
    }
}
