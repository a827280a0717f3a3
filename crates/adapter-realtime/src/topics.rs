//! Topics: what a socket hears only if it asks to. Prices are watched once per asset on this node, for as
//! long as at least one socket is subscribed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use rialto_kernel::ConnectionId;
use rialto_portfolio::{AssetId, PriceService, Quote};
use rialto_wire::frame::TopicMode;
use tokio_util::sync::CancellationToken;

use crate::frames::Frame;
use crate::outbox::{Outbox, SignalKey, Wakes};

/// Who comes and goes.
pub(crate) const PRESENCE: &str = "x:presence";
/// Followed by an asset id.
pub(crate) const PRICE_PREFIX: &str = "x:price:";

/// How long to wait before watching again when a watch ended by itself.
const WATCH_AGAIN: Duration = Duration::from_secs(1);

/// What a socket may subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    Presence,
    Price(AssetId),
}

impl Topic {
    /// Reads a topic, `None` if there is none of this form; an alias such as `bnb` is taken for its asset.
    pub fn parse(text: &str) -> Option<Self> {
        if text == PRESENCE {
            return Some(Self::Presence);
        }
        let name = AssetId::parse(text.strip_prefix(PRICE_PREFIX)?).ok()?;
        Some(Self::Price(PriceService::asset_named(&name)))
    }
}

/// The assets whose prices somebody follows.
#[derive(Default)]
pub(crate) struct PriceTopics {
    watched: Mutex<HashMap<AssetId, Watched>>,
}

struct Watched {
    subscribers: HashMap<ConnectionId, Subscriber>,
    last: Option<Frame>,
    /// Ends the watch with the last subscriber.
    until: CancellationToken,
}

/// A socket that follows a price.
struct Subscriber {
    outbox: Arc<Outbox>,
    mode: TopicMode,
}

impl Subscriber {
    fn take(&self, key: &SignalKey, frame: &Frame, wakes: &mut Wakes) {
        match self.mode {
            TopicMode::Latest => self.outbox.push_signal(key, frame, wakes),
            TopicMode::All => self.outbox.push_optional(frame.clone(), wakes),
        }
    }
}

impl PriceTopics {
    /// Subscribes a socket, or changes the mode of its subscription; a new one gets the last price at once if one is
    /// known. For the first subscriber of an asset, answers until when the asset is to be watched: the caller begins
    /// the watch.
    pub fn subscribe(
        &self,
        asset: &AssetId,
        connection: ConnectionId,
        outbox: &Arc<Outbox>,
        mode: TopicMode,
    ) -> Option<CancellationToken> {
        let mut watched = self.lock();
        let subscriber = Subscriber { outbox: outbox.clone(), mode };
        if let Some(topic) = watched.get_mut(asset) {
            let repeated = topic.subscribers.insert(connection, subscriber).is_some();
            if let (Some(frame), false) = (&topic.last, repeated) {
                outbox.push_signal(&SignalKey::Tick(asset.clone()), frame, &mut Wakes::default());
            }
            return None;
        }
        let until = CancellationToken::new();
        let subscribers = HashMap::from([(connection, subscriber)]);
        watched.insert(asset.clone(), Watched { subscribers, last: None, until: until.clone() });
        Some(until)
    }

    /// Ends a subscription; a repetition is no error.
    pub fn unsubscribe(&self, asset: &AssetId, connection: ConnectionId) {
        let mut watched = self.lock();
        let Some(topic) = watched.get_mut(asset) else { return };
        topic.subscribers.remove(&connection);
        if topic.subscribers.is_empty() {
            topic.until.cancel();
            watched.remove(asset);
        }
    }

    /// Follows the price of an asset until its last subscriber has left.
    pub async fn watch(&self, prices: &PriceService, asset: AssetId, until: CancellationToken) {
        until
            .run_until_cancelled(async {
                loop {
                    let mut ticks = prices.watch(vec![asset.clone()]);
                    while let Some(quote) = ticks.next().await {
                        self.tick(&asset, &quote);
                    }
                    tokio::time::sleep(WATCH_AGAIN).await;
                }
            })
            .await;
    }

    fn tick(&self, asset: &AssetId, quote: &Quote) {
        let (frame, key) = (Frame::tick(asset, quote), SignalKey::Tick(asset.clone()));
        let mut wakes = Wakes::default();
        let mut watched = self.lock();
        let Some(topic) = watched.get_mut(asset) else { return };
        for subscriber in topic.subscribers.values() {
            subscriber.take(&key, &frame, &mut wakes);
        }
        topic.last = Some(frame);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AssetId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::RealtimeSettings;
    use crate::testing;

    #[test]
    fn topics_of_other_forms_are_unknown() {
        assert_eq!(Topic::parse("x:presence"), Some(Topic::Presence));
        assert_eq!(Topic::parse("x:price:Bitcoin"), Some(Topic::Price(AssetId::parse("bitcoin").unwrap())));
        for text in ["", "x:", "x:price:", "x:price:a b", "x:typing", "c:1", "bitcoin"] {
            assert_eq!(Topic::parse(text), None, "{text:?}");
        }
    }

    #[tokio::test]
    async fn one_watch_serves_all_subscribers_and_ends_with_the_last() {
        let topics = PriceTopics::default();
        let asset = AssetId::parse("bitcoin").unwrap();
        let (first, second) = (testing::outbox(), testing::outbox());
        let until = topics.subscribe(&asset, testing::connection(1), &first, TopicMode::Latest).unwrap();
        topics.tick(&asset, &testing::quote(&asset));
        assert!(topics.subscribe(&asset, testing::connection(2), &second, TopicMode::Latest).is_none());
        assert_eq!((first.take_all().len(), second.take_all().len()), (1, 1), "the later one gets the last tick");

        topics.unsubscribe(&asset, testing::connection(1));
        assert!(!until.is_cancelled());
        topics.unsubscribe(&asset, testing::connection(2));
        assert!(until.is_cancelled());
        assert!(topics.subscribe(&asset, testing::connection(1), &first, TopicMode::Latest).is_some());
    }

    #[tokio::test]
    async fn whoever_asks_for_all_ticks_gets_them_in_order_while_there_is_room() {
        let topics = PriceTopics::default();
        let asset = AssetId::parse("bitcoin").unwrap();
        let (all, latest) = (testing::outbox(), testing::outbox());
        topics.subscribe(&asset, testing::connection(1), &latest, TopicMode::Latest);
        topics.subscribe(&asset, testing::connection(2), &all, TopicMode::Latest);
        topics.subscribe(&asset, testing::connection(2), &all, TopicMode::All);
        let tick = |price: u32| topics.tick(&asset, &Quote { price: price.into(), ..testing::quote(&asset) });
        (1..=300).for_each(tick);
        let prices = |outbox: &Outbox| -> Vec<u32> {
            let frames = testing::take_frames(outbox);
            frames.iter().map(|frame| frame["data"]["price"].as_str().unwrap().parse().unwrap()).collect()
        };
        let half = u32::try_from(RealtimeSettings::default().queue_frames / 2).unwrap();
        assert_eq!(prices(&all), (1..=half).collect::<Vec<_>>(), "nothing is kept past half");
        assert_eq!(prices(&latest), (1..=half).chain([300]).collect::<Vec<_>>(), "the newest waits for room");
    }
}
