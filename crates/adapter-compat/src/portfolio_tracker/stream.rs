//! Event streams. Each tick tells the prices that the server has: true ones, and nothing twice as often for many streams, since
//! all share one cache.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep};

use super::asker::Asker;
use super::coin::Portfolio;
use super::look_up::look_up;
use super::params::Params;
use super::prices::Wanted;
use super::reply::Refusal;
use super::update::{event, price_update};
use crate::body::LooseJson;
use crate::deps::CompatDeps;
use crate::feed::News;

/// The server that this surface stands in for had no bound here.
const MAX_COINS: usize = 100;
const TOO_MANY_COINS: &str = "Maximum 100 coins allowed";
const USUAL_INTERVAL_S: u64 = 5;
const MAX_INTERVAL_S: u64 = 86_400;
const PORTFOLIO_INTERVAL: Duration = Duration::from_secs(10);
/// A coin whose price does not come by then is left out of this tick.
const TICK_TIMEOUT: Duration = Duration::from_secs(10);

/// `GET /api/v1/crypto/stream/prices`.
pub(super) async fn stream_prices(
    asker: Asker,
    req: HttpRequest,
    deps: web::Data<CompatDeps>,
) -> Result<HttpResponse, Refusal> {
    let params = Params::of(&req);
    let coins = params.text("coins").unwrap_or_default().split(',');
    let coins: Vec<String> = coins.map(str::trim).filter(|coin| !coin.is_empty()).map(str::to_owned).collect();
    match coins.len() {
        0 => return Err(Refusal::new(StatusCode::BAD_REQUEST, "coins parameter is required")),
        count if count > MAX_COINS => return Err(Refusal::new(StatusCode::BAD_REQUEST, TOO_MANY_COINS)),
        _ => {}
    }
    let interval = params.number("interval", 1..=MAX_INTERVAL_S, USUAL_INTERVAL_S);
    let ticks = Some(params.number("max_updates", 0..=u64::MAX, 0)).filter(|ticks| *ticks > 0);
    let pace = Pace { interval: Duration::from_secs(interval), ticks };
    open(&asker, &deps, coins, pace, Kind::Prices)
}

/// `POST /api/v1/crypto/stream/portfolio`.
pub(super) async fn stream_portfolio(
    asker: Asker,
    deps: web::Data<CompatDeps>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    let coins = Wanted::read(&body, MAX_COINS, TOO_MANY_COINS)?.into_coins();
    open(&asker, &deps, coins, Pace { interval: PORTFOLIO_INTERVAL, ticks: None }, Kind::Portfolio)
}

struct Pace {
    interval: Duration,
    /// How many ticks there are; `None` is no end of them.
    ticks: Option<u64>,
}

#[derive(Clone, Copy)]
enum Kind {
    Prices,
    Portfolio,
}

/// Streams until all is told, the client leaves, their session ends or the server stops.
fn open(
    asker: &Asker,
    deps: &web::Data<CompatDeps>,
    coins: Vec<String>,
    pace: Pace,
    kind: Kind,
) -> Result<HttpResponse, Refusal> {
    let Some(seat) = deps.seats.take(asker.network) else {
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Too many streams");
        return Err(refusal.because("close one first, or try again later").after(Duration::from_secs(5)));
    };
    let mut session = deps.feed.watch_session(&deps.messaging, asker.user.id, asker.session_id);
    let seats = deps.seats.clone();
    let over = async move {
        let ended = async { while !matches!(session.next().await, News::Revoked | News::TooSlow) {} };
        tokio::select! {
            () = seats.drained() => {}
            () = ended => {}
        }
    };
    let mut interval = interval_at(Instant::now() + pace.interval, pace.interval);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ticker = Ticker { deps: deps.clone(), coins, kind, interval, left: pace.ticks };
    let told = stream::unfold((ticker, seat), |(mut ticker, seat)| async move {
        let text = ticker.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), (ticker, seat)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Neither a compressor nor a proxy may hold events back to fill a buffer.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(told.take_until(over.boxed_local())))
}

struct Ticker {
    deps: web::Data<CompatDeps>,
    coins: Vec<String>,
    kind: Kind,
    interval: Interval,
    left: Option<u64>,
}

impl Ticker {
    /// What is said next; `None` when all was.
    async fn next(&mut self) -> Option<String> {
        if self.left == Some(0) {
            return None;
        }
        tokio::select! {
            _ = self.interval.tick() => {
                self.left = self.left.map(|left| left - 1);
                Some(self.tell().await)
            }
            () = sleep(self.deps.settings.sse_heartbeat) => Some(":\n\n".to_owned()),
        }
    }

    async fn tell(&self) -> String {
        let (ids, started) = (&*self.deps.ids, Instant::now());
        let found = look_up(&self.deps.prices, &self.coins, TICK_TIMEOUT).await;
        let now = self.deps.clock.now();
        match self.kind {
            Kind::Portfolio => {
                let portfolio = Portfolio::of(&found, started.elapsed(), now);
                format!("data: {}\n\n", event("portfolio_update", portfolio, ids, now).text)
            }
            Kind::Prices => found
                .iter()
                .map(|named| match &named.outcome {
                    Ok(quote) => {
                        let pushed = price_update(&named.name, quote, ids, now);
                        format!("id: {}\nevent: price_update\ndata: {}\n\n", pushed.id, pushed.text)
                    }
                    // A comment: programs do not see it, people do. Quoted, so that a name stays on its line.
                    Err(why) => format!(": {:?}\n\n", why.to_string()),
                })
                .collect(),
        }
    }
}
