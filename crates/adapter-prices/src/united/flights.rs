//! Single flight: who asks for what is being fetched already waits for that.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;

/// The calls under way, by what they fetch. Each goes on to its end whoever leaves.
pub(super) struct Flights<K, V> {
    runtime: Handle,
    airborne: Arc<Mutex<Airborne<K, V>>>,
}

type Airborne<K, V> = HashMap<K, watch::Receiver<Option<V>>>;

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(super) fn new(runtime: Handle) -> Self {
        Self { runtime, airborne: Arc::default() }
    }

    /// What the flight of this key brings, which is begun if there is none; `None` if it came to no end.
    pub(super) async fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut flight = self.board(key, work);
        let landed = flight.wait_for(Option::is_some).await.ok()?;
        landed.clone()
    }

    /// Begins the flight of this key if there is none, and waits for nothing.
    pub(super) fn board<F>(&self, key: K, work: impl FnOnce() -> F) -> watch::Receiver<Option<V>>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut airborne = lock(&self.airborne);
        if let Some(flight) = airborne.get(&key) {
            return flight.clone();
        }
        let (sender, flight) = watch::channel(None);
        airborne.insert(key.clone(), flight.clone());
        let landing = Landing { airborne: Arc::clone(&self.airborne), key };
        let work = work();
        self.runtime.spawn(async move {
            let _landing = landing;
            sender.send_replace(Some(work.await));
        });
        flight
    }
}

/// Takes a flight off the list when it has landed or crashed.
struct Landing<K: Eq + Hash, V> {
    airborne: Arc<Mutex<Airborne<K, V>>>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        lock(&self.airborne).remove(&self.key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_for_the_same_share_one_call() {
        let flights = Flights::<u8, u8>::new(Handle::current());
        let calls = Arc::new(AtomicUsize::new(0));
        let ask = |key: u8| {
            let calls = Arc::clone(&calls);
            flights.join(key, move || async move {
                calls.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                key
            })
        };
        let brought = join_all([1, 2, 1, 1, 2].map(ask)).await;
        assert_eq!(brought, [1, 2, 1, 1, 2].map(Some));
        assert_eq!(calls.load(Ordering::SeqCst), 2);
        assert!(lock(&flights.airborne).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_goes_on_when_all_who_waited_have_left() {
        let flights = Flights::<u8, u8>::new(Handle::current());
        let calls = Arc::new(AtomicUsize::new(0));
        let landed = Arc::clone(&calls);
        let work = move || async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            landed.fetch_add(1, Ordering::SeqCst) as u8
        };
        assert!(flights.join(1, work).now_or_never().is_none());
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_call_that_crashes_keeps_nobody_waiting() {
        let flights = Flights::<u8, u8>::new(Handle::current());
        let crash = || async { panic!("as intended") };
        assert_eq!(flights.join(1, crash).await, None);
        assert_eq!(flights.join(1, || async { 7 }).await, Some(7));
    }
}
