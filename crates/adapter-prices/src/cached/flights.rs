//! Single flight: who asks for what is being fetched already waits for that.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use rialto_portfolio::PriceFeedError;

/// What a flight brings.
pub(super) type Outcome<V> = Result<V, PriceFeedError>;

/// One upstream call that any number of callers await. It goes on as long as one of them does, driven by
/// whichever is polled, so that a caller who leaves ends it for nobody else.
pub(super) type Flight<V> = Shared<BoxFuture<'static, Outcome<V>>>;

/// A flight that ends when its last caller leaves.
type WeakFlight<V> = WeakShared<BoxFuture<'static, Outcome<V>>>;

/// The calls under way, by what they fetch.
pub(super) struct Flights<K, V>(Arc<Mutex<Airborne<K, V>>>);

struct Airborne<K, V> {
    by_key: HashMap<K, (u64, WeakFlight<V>)>,
    next_number: u64,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Airborne { by_key: HashMap::new(), next_number: 0 })))
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The flights that together bring all `keys`: those under way, and one that `launch` makes for the
    /// rest. A new flight is known to others before it does anything.
    pub(super) fn board(
        &self,
        keys: Vec<K>,
        launch: impl FnOnce(Vec<K>) -> BoxFuture<'static, Outcome<V>>,
    ) -> Vec<Flight<V>> {
        let mut boarded: Vec<(u64, Flight<V>)> = Vec::new();
        let mut rest = Vec::new();
        let mut airborne = lock(&self.0);
        for key in keys {
            let joined = airborne.by_key.get(&key).and_then(|(number, flight)| Some((*number, flight.upgrade()?)));
            match joined {
                Some((number, _)) if boarded.iter().any(|(known, _)| *known == number) => {}
                Some(flight) => boarded.push(flight),
                None => rest.push(key),
            }
        }
        if !rest.is_empty() {
            airborne.next_number += 1;
            let number = airborne.next_number;
            let landing = Landing { flights: Arc::clone(&self.0), keys: rest.clone(), number };
            let call = launch(rest.clone());
            let flight = async move {
                let _landing = landing;
                call.await
            };
            let flight = flight.boxed().shared();
            if let Some(weak) = flight.downgrade() {
                airborne.by_key.extend(rest.into_iter().map(|key| (key, (number, weak.clone()))));
            }
            boarded.push((number, flight));
        }
        drop(airborne);
        boarded.into_iter().map(|(_, flight)| flight).collect()
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        lock(&self.0).by_key.len()
    }
}

/// Takes a flight off the list when it has landed, or when everybody left it.
struct Landing<K: Eq + Hash, V> {
    flights: Arc<Mutex<Airborne<K, V>>>,
    keys: Vec<K>,
    number: u64,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        let mut airborne = lock(&self.flights);
        for key in &self.keys {
            if airborne.by_key.get(key).is_some_and(|(number, _)| *number == self.number) {
                airborne.by_key.remove(key);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{join_all, pending};

    use super::*;

    fn ready(keys: Vec<u8>) -> BoxFuture<'static, Outcome<Vec<u8>>> {
        async move {
            tokio::task::yield_now().await;
            Ok(keys)
        }
        .boxed()
    }

    #[tokio::test]
    async fn overlapping_requests_fetch_each_key_once() {
        let flights = Flights::<u8, Vec<u8>>::default();
        let launched = AtomicUsize::new(0);
        let launch = |keys: Vec<u8>| {
            launched.fetch_add(keys.len(), Ordering::SeqCst);
            ready(keys)
        };
        let first = flights.board(vec![1, 2], launch);
        let second = flights.board(vec![2, 3], launch);
        let third = flights.board(vec![1, 2, 3], launch);
        assert_eq!((first.len(), second.len(), third.len()), (1, 2, 2));
        let brought: Vec<Vec<u8>> = join_all(third).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(brought, [vec![1, 2], vec![3]]);
        assert_eq!(launched.load(Ordering::SeqCst), 3);
        assert_eq!(flights.count(), 0);
    }

    #[tokio::test]
    async fn a_flight_that_everybody_left_leaves_nothing_behind() {
        let flights = Flights::<u8, Vec<u8>>::default();
        let mut boarded = flights.board(vec![1], |_| pending().boxed());
        assert!(boarded[0].clone().now_or_never().is_none());
        assert_eq!(flights.count(), 1);
        boarded.clear();
        assert_eq!(flights.count(), 0);
        let again = flights.board(vec![1], ready);
        assert_eq!(again[0].clone().await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn a_caller_who_leaves_does_not_end_it_for_the_others() {
        let flights = Flights::<u8, Vec<u8>>::default();
        let mut leaving = flights.board(vec![1], ready).remove(0);
        let staying = flights.board(vec![1], ready).remove(0);
        assert!(futures_util::poll!(&mut leaving).is_pending());
        drop(leaving);
        assert_eq!(staying.await.unwrap(), [1]);
    }
}
