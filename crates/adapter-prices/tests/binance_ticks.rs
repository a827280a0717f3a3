//! The stream of Binance over its fake: what ticks, and what becomes of a connection that ends.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "test code: a failure panics")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures_util::{Stream, StreamExt};
use rialto_adapter_prices::{BinanceSettings, BinanceTicks, ProviderSetupError};
use rialto_kernel::Timer;
use rialto_portfolio::Quote;
use rialto_testkit::FakeClock;
use rialto_testkit::providers::{FakeBinance, FakeMarket};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

/// Waits a twentieth of what it is told, and remembers it.
#[derive(Default)]
struct HurriedTimer(Mutex<Vec<Duration>>);

#[async_trait]
impl Timer for HurriedTimer {
    async fn sleep(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
        sleep(duration / 20).await;
    }
}

struct Bench {
    fake: FakeBinance,
    clock: Arc<FakeClock>,
    market: Arc<FakeMarket>,
    timer: Arc<HurriedTimer>,
    ticks: UnboundedReceiver<Quote>,
}

impl Bench {
    async fn new() -> Self {
        let clock = Arc::new(FakeClock::new());
        let market = FakeMarket::everyday(clock.clone());
        let fake = FakeBinance::start(market.clone()).await;
        let timer = Arc::new(HurriedTimer::default());
        let settings = BinanceSettings { stream_url: fake.stream_url(), ..BinanceSettings::default() };
        let stream = BinanceTicks::new(settings, clock.clone(), timer.clone()).unwrap().stream();
        Self { fake, clock, market, timer, ticks: drain(stream) }
    }

    /// A bench whose stream is connected and has told everything once.
    async fn connected() -> Self {
        let mut bench = Self::new().await;
        bench.until_accepted(1).await;
        bench.fake.sockets.tick();
        assert_eq!(bench.next(6).await.len(), 6);
        bench
    }

    async fn until_accepted(&self, count: u64) {
        self.until(|fake| fake.sockets.accepted() >= count && fake.sockets.open() == 1).await;
    }

    async fn until(&self, condition: impl Fn(&FakeBinance) -> bool) {
        let reached = async {
            while !condition(&self.fake) {
                sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(Duration::from_secs(10), reached).await.unwrap();
    }

    async fn next(&mut self, count: usize) -> Vec<Quote> {
        let mut quotes = Vec::new();
        while quotes.len() < count {
            quotes.push(timeout(Duration::from_secs(10), self.ticks.recv()).await.unwrap().unwrap());
        }
        quotes
    }

    /// The connection came back after this, and ticks.
    async fn comes_back(mut self) {
        self.until_accepted(2).await;
        self.fake.sockets.tick();
        assert_eq!(self.next(6).await.len(), 6);
    }
}

fn drain(mut stream: impl Stream<Item = Quote> + Send + Unpin + 'static) -> UnboundedReceiver<Quote> {
    let (send, receive) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(quote) = stream.next().await {
            if send.send(quote).is_err() {
                return;
            }
        }
    });
    receive
}

#[tokio::test]
async fn what_has_changed_ticks_and_nothing_else() {
    let mut bench = Bench::connected().await;
    let now = bench.clock.advance(TimeDelta::seconds(1));
    bench.fake.sockets.tick();
    bench.market.set_price("ethereum", now, "3300.5");
    bench.fake.sockets.tick();
    let quote = bench.next(1).await.remove(0);
    assert_eq!((quote.asset_id.as_str(), quote.price.to_string().as_str()), ("ethereum", "3300.5"));
    assert_eq!((quote.currency.as_str(), quote.provider), ("usdt", "binance"));
    assert_eq!((quote.observed_at, quote.fetched_at), (now, now));
    assert_eq!(quote.change_24h.unwrap().to_string(), "100.376543210987654322");
    assert_eq!(quote.change_percent_24h.unwrap().to_string(), "3.1366");
    assert_eq!(bench.fake.sockets.accepted(), 1);
    assert!(bench.ticks.try_recv().is_err());
}

#[tokio::test]
async fn the_first_connection_waits_for_nothing() {
    let bench = Bench::new().await;
    bench.until_accepted(1).await;
    let waits = bench.timer.0.lock().unwrap().clone();
    assert!(waits.iter().all(|wait| *wait >= Duration::from_secs(10)), "only limits are timed: {waits:?}");
}

#[tokio::test]
async fn a_connection_that_is_closed_comes_back() {
    let bench = Bench::connected().await;
    bench.fake.sockets.close();
    bench.comes_back().await;
}

#[tokio::test]
async fn after_a_day_binance_hangs_up_and_ticks_go_on() {
    let bench = Bench::connected().await;
    bench.clock.advance(TimeDelta::hours(24));
    bench.fake.sockets.tick();
    bench.comes_back().await;
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_left_at_once() {
    let bench = Bench::connected().await;
    bench.fake.sockets.announce_shutdown();
    bench.comes_back().await;
}

#[tokio::test]
async fn pings_are_answered_in_time() {
    let bench = Bench::connected().await;
    for pongs in 1..=3 {
        bench.fake.sockets.ping();
        bench.until(|fake| fake.sockets.pongs() == pongs).await;
        bench.clock.advance(TimeDelta::seconds(61));
        bench.fake.sockets.tick();
    }
    assert_eq!((bench.fake.sockets.open(), bench.fake.sockets.accepted()), (1, 1));
}

#[tokio::test]
async fn a_minute_of_silence_is_the_end_of_a_connection_even_if_it_is_pinged() {
    let bench = Bench::connected().await;
    let pings = async {
        loop {
            bench.fake.sockets.ping();
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = pings => {}
        () = bench.until(|fake| fake.sockets.accepted() >= 2) => {}
    }
    assert!(bench.timer.0.lock().unwrap().contains(&Duration::from_secs(60)));
}

#[tokio::test]
async fn refused_connections_are_tried_again_after_longer_and_longer_waits() {
    let clock = Arc::new(FakeClock::new());
    let fake = FakeBinance::start(FakeMarket::everyday(clock.clone())).await;
    fake.sockets.refuse_next(4);
    let timer = Arc::new(HurriedTimer::default());
    let settings = BinanceSettings {
        stream_url: fake.stream_url(),
        timeout: Duration::from_secs(300),
        ..BinanceSettings::default()
    };
    let stream = BinanceTicks::new(settings, clock, timer.clone()).unwrap().stream();
    let _ticks = drain(stream);
    timeout(Duration::from_secs(10), async {
        while fake.sockets.accepted() == 0 {
            sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .unwrap();
    let waits: Vec<_> =
        timer.0.lock().unwrap().iter().copied().filter(|wait| *wait < Duration::from_secs(60)).collect();
    assert_eq!(waits.len(), 4, "{waits:?}");
    for (wait, whole) in waits.iter().zip([1, 2, 4, 8]) {
        let whole = Duration::from_secs(whole);
        assert!(*wait >= whole / 2 && *wait <= whole, "{wait:?} of {whole:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_ends_nothing() {
    let mut bench = Bench::connected().await;
    for text in [
        "hello",
        "[",
        r#"[{"e":"24hrMiniTicker"}]"#,
        r#"[{"E":1,"s":"BTCUSDT","c":"nothing"},{"E":1,"s":"ODDUSDT","c":"1"},{"E":1,"s":"ETHUSDT","c":"0.000"}]"#,
        r#"{"result":null,"id":1}"#,
    ] {
        bench.fake.sockets.send(text);
    }
    bench.fake.sockets.send(r#"[{"E":1700000000123,"s":"ETHUSDT","c":"7.5"},{"E":1,"s":"BTCUSDT","c":"x"}]"#);
    let quote = bench.next(1).await.remove(0);
    assert_eq!((quote.price.to_string().as_str(), quote.change_24h), ("7.5", None));
    assert_eq!(quote.observed_at.timestamp_millis(), 1_700_000_000_123);
    assert_eq!(bench.fake.sockets.accepted(), 1);
}

#[tokio::test]
async fn a_stream_that_is_dropped_leaves() {
    let bench = Bench::connected().await;
    let Bench { fake, market, ticks, .. } = bench;
    drop(ticks);
    market.set_price("bitcoin", market.now(), "1");
    fake.sockets.tick();
    timeout(Duration::from_secs(10), async {
        while fake.sockets.open() > 0 {
            sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_fake_obeys_subscriptions() {
    use futures_util::SinkExt;
    use tokio_tungstenite::tungstenite::Message;

    let clock = Arc::new(FakeClock::new());
    let market = FakeMarket::everyday(clock.clone());
    let fake = FakeBinance::start(market.clone()).await;
    let url = format!("{}/stream?streams=btcusdt@miniTicker", fake.stream_url());
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let mut ask = async |text: &str| {
        socket.send(Message::text(text)).await.unwrap();
        socket.next().await.unwrap().unwrap().into_text().unwrap().to_string()
    };
    let told = ask(r#"{"method":"SUBSCRIBE","params":["ethusdt@miniTicker"],"id":1}"#).await;
    assert_eq!(told, r#"{"id":1,"result":null}"#);
    let told = ask(r#"{"method":"UNSUBSCRIBE","params":["btcusdt@miniTicker"],"id":2}"#).await;
    assert_eq!(told, r#"{"id":2,"result":null}"#);
    assert!(ask(r#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#).await.contains(r#"["ethusdt@miniTicker"]"#));
    assert!(ask(r#"{"method":"DANCE","id":4}"#).await.contains(r#""code":2"#));
    fake.sockets.tick();
    let told = socket.next().await.unwrap().unwrap().into_text().unwrap().to_string();
    assert!(told.contains(r#""stream":"ethusdt@miniTicker""#) && told.contains(r#""s":"ETHUSDT""#), "{told}");
}

#[test]
fn an_address_that_cannot_work_is_refused_at_once() {
    for stream_url in ["", "binance", "https://stream.binance.com", "ws://"] {
        let settings = BinanceSettings { stream_url: stream_url.into(), ..Default::default() };
        let refusal = BinanceTicks::new(settings, Arc::new(FakeClock::new()), Arc::new(HurriedTimer::default())).err();
        assert!(matches!(refusal, Some(ProviderSetupError::InvalidAddress { .. })), "{stream_url:?}");
    }
}
