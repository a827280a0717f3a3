use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, SecondsFormat, TimeDelta};
use rialto_kernel::{Decimal, Instant};

use super::fault::Oddity;
use super::http::{Reply, Request};
use super::market::{FakeCoin, FakeMarket, decimal};
use super::script::Script;
use super::server::{Api, Server};

/// CoinGecko's API v3 as a plan without payment sees it.
pub struct FakeCoinGecko {
    /// What goes wrong, what is allowed and what was asked.
    pub script: Arc<Script>,
    api: Arc<CoinGecko>,
    server: Server,
}

struct CoinGecko {
    paid: AtomicBool,
}

impl FakeCoinGecko {
    /// A fake that knows everything of a market.
    pub async fn start(market: Arc<FakeMarket>) -> Self {
        let script = Arc::new(Script::default());
        let api = Arc::new(CoinGecko { paid: AtomicBool::new(false) });
        let server = Server::start(Arc::clone(&api) as Arc<dyn Api>, market, Arc::clone(&script)).await;
        Self { script, api, server }
    }

    /// What to configure as the base address.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/api/v3", self.server.authority)
    }

    /// Tells histories of more than 365 days.
    pub fn see_everything(&self) {
        self.api.paid.store(true, Ordering::Relaxed);
    }

    /// The three forms in which it says that something is wrong.
    #[must_use]
    pub fn error_shapes(status: u16, code: u32, words: &str) -> [Reply; 3] {
        [
            format!(r#"{{"status":{{"error_code":{code},"error_message":"{words}"}}}}"#),
            format!(
                r#"{{"error":{{"status":{{"timestamp":"2024-04-20T22:00:05.123+00:00","error_code":{code},"error_message":"{words}"}}}}}}"#
            ),
            format!(r#"{{"error":"{words}"}}"#),
        ]
        .map(|body| Reply::json(status, body))
    }
}

impl Api for CoinGecko {
    fn answer(&self, request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
        let Some(path) = request.path.strip_prefix("/api/v3/") else { return nothing_here() };
        match path.split('/').collect::<Vec<_>>()[..] {
            ["ping"] => Reply::json(200, r#"{"gecko_says":"(V3) To the Moon!"}"#),
            ["simple", "price"] => simple_price(request, market, oddity),
            ["coins", "markets"] => markets(request, market, oddity),
            ["coins", id, "market_chart", "range"] => self.range(id, request, market, oddity),
            ["search"] => search(request, market),
            _ => nothing_here(),
        }
    }

    fn error(&self, status: u16) -> Reply {
        let words = if status == 429 { "You've exceeded the rate limit." } else { "oops" };
        let [reply, ..] = FakeCoinGecko::error_shapes(status, status.into(), words);
        reply
    }

    fn wrong_key(&self) -> Reply {
        let [_, reply, _] = FakeCoinGecko::error_shapes(401, 10_002, "API Key Missing");
        reply
    }

    fn month_is_over(&self) -> Reply {
        let [reply, ..] = FakeCoinGecko::error_shapes(429, 429, "You've exceeded your monthly credits.");
        reply
    }
}

fn nothing_here() -> Reply {
    Reply::json(404, r#"{"error":"Incorrect path. Please check https://www.coingecko.com/api/"}"#)
}

fn bad_request(words: &str) -> Reply {
    Reply::json(400, format!(r#"{{"error":"{words}"}}"#))
}

/// The ids that were asked for, without the first if the answer is odd in that way.
fn wanted<'a>(request: &'a Request, oddity: &Oddity) -> Option<Vec<&'a str>> {
    let ids = request.query("ids")?.split(',').skip(usize::from(oddity.first_is_missing));
    Some(ids.collect())
}

fn simple_price(request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
    let Some(currency) = request.query("vs_currencies") else {
        return bad_request("Missing parameter vs_currencies");
    };
    let now = market.now();
    let coins = wanted(request, oddity).unwrap_or_default().into_iter().filter_map(|id| {
        let price = oddity.price(&market.price_in(id, currency, now)?);
        let at = (now - oddity.older_by).timestamp();
        let change = oddity.or_null("-1.2345");
        Some(format!(r#""{id}":{{"{currency}":{price},"{currency}_24h_change":{change},"last_updated_at":{at}}}"#))
    });
    Reply::json(200, format!("{{{}}}", coins.collect::<Vec<_>>().join(",")))
}

fn markets(request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
    let now = market.now();
    let Some(currency) = request.query("vs_currency") else { return bad_request("Missing parameter vs_currency") };
    let per_page: usize = request.query("per_page").unwrap_or("100").parse().unwrap_or(0);
    let page: usize = request.query("page").unwrap_or("1").parse().unwrap_or(1);
    if !(1..=250).contains(&per_page) {
        let [reply, ..] = FakeCoinGecko::error_shapes(400, 400, "per_page must be 1 to 250");
        return reply;
    }
    if !FakeMarket::knows(currency) {
        return bad_request("invalid vs_currency");
    }
    let wanted = wanted(request, oddity);
    let mut rows = Vec::new();
    for (coin, rank) in market.ranked() {
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&coin.id.as_str())) {
            continue;
        }
        let price = market.price_in(&coin.id, currency, now).unwrap_or("null".to_owned());
        rows.push(row(&coin, rank, &price, oddity, now));
    }
    let rows: Vec<_> = rows.into_iter().skip((page - 1) * per_page).take(per_page).collect();
    Reply::json(200, format!("[{}]", rows.join(",")))
}

fn row(coin: &FakeCoin, rank: Option<u32>, price: &str, oddity: &Oddity, now: Instant) -> String {
    let FakeCoin { id, symbol, name, supply, .. } = coin;
    let size =
        decimal(price).map(|price| price.checked_mul(&Decimal::from_scaled((*supply).into(), 0).unwrap()).unwrap());
    let cap = size.map_or("null".to_owned(), |size| oddity.or_null(size));
    let rank = rank.map_or("null".to_owned(), |rank| oddity.or_null(rank));
    // The moment at which CoinGecko last looked is not that of the call.
    let updated = now - oddity.older_by - TimeDelta::milliseconds(9_877);
    let updated = updated.to_rfc3339_opts(SecondsFormat::Millis, true);
    let price = oddity.price(price);
    let [volume, change, percent] = ["21234567890", "-765.4", "-1.23451"].map(|number| oddity.or_null(number));
    format!(
        r#"{{"id":"{id}","symbol":"{symbol}","name":"{name}","image":"https://img.example/{id}.png",
        "current_price":{price},"market_cap":{cap},"market_cap_rank":{rank},"fully_diluted_valuation":null,
        "total_volume":{volume},"high_24h":62000,"low_24h":60500,"price_change_24h":{change},
        "price_change_percentage_24h":{percent},"circulating_supply":{supply}.0,"max_supply":null,"ath":73000,
        "ath_date":"2024-03-14T07:10:36.635Z","roi":null,"last_updated":"{updated}"}}"#
    )
}

fn search(request: &Request, market: &FakeMarket) -> Reply {
    let query = request.query("query").unwrap_or_default().to_lowercase();
    let found = market.ranked().into_iter().filter(|(coin, _)| {
        [&coin.id, &coin.symbol, &coin.name.to_lowercase()].iter().any(|name| name.contains(&query))
    });
    let coins = found.map(|(coin, rank)| {
        let FakeCoin { id, name, .. } = &coin;
        let (symbol, rank) = (coin.symbol.to_uppercase(), rank.map_or("null".to_owned(), |rank| rank.to_string()));
        format!(
            r#"{{"id":"{id}","name":"{name}","api_symbol":"{id}","symbol":"{symbol}","market_cap_rank":{rank},
            "thumb":"https://img.example/{id}.png","large":"https://img.example/{id}.png"}}"#
        )
    });
    let coins = coins.collect::<Vec<_>>().join(",");
    let body = format!(
        r#"{{"coins":[{coins}],"exchanges":[{{"id":"ethex","name":"EthEx","market_type":"spot"}}],"icos":[],
        "categories":[{{"id":1,"name":"Ethereum Ecosystem"}}],"nfts":[]}}"#
    );
    Reply::json(200, body)
}

impl CoinGecko {
    fn range(&self, id: &str, request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
        let now = market.now();
        let time = |name| {
            let seconds = request.query(name)?.parse().ok()?;
            DateTime::from_timestamp(seconds, 0)
        };
        let (Some(from), Some(to)) = (time("from"), time("to")) else { return bad_request("Missing parameter from") };
        let Some(currency) = request.query("vs_currency") else { return bad_request("Missing parameter vs_currency") };
        if market.coins().iter().all(|coin| coin.id != id) {
            return Reply::json(404, r#"{"error":"coin not found"}"#);
        }
        if !FakeMarket::knows(currency) {
            return bad_request("invalid vs_currency");
        }
        if now - from > TimeDelta::days(365) && !self.paid.load(Ordering::Relaxed) {
            let words = "Your request exceeds the allowed time range.";
            let [_, reply, _] = FakeCoinGecko::error_shapes(401, 10_012, words);
            return reply;
        }
        let points = times(from, to, now).into_iter().map(|at| {
            let price = market.price_in(id, currency, at).unwrap_or("null".to_owned());
            format!("[{},{}]", at.timestamp_millis(), oddity.price(&price))
        });
        let prices = points.collect::<Vec<_>>().join(",");
        Reply::json(200, format!(r#"{{"prices":[{prices}],"market_caps":[],"total_volumes":[]}}"#))
    }
}

/// When there are points: as far apart as CoinGecko chooses for a range, and one of now.
fn times(from: Instant, to: Instant, now: Instant) -> Vec<Instant> {
    let step = if from >= now - TimeDelta::days(1) {
        300
    } else if to - from <= TimeDelta::days(90) {
        3_600
    } else {
        86_400
    };
    let first = (from.timestamp() + step - 1).div_euclid(step);
    let last = to.min(now).timestamp().div_euclid(step);
    let grid = (first..=last).filter_map(|multiple| DateTime::from_timestamp(multiple * step, 0));
    // The point that closes a day is there half an hour later only.
    let mut times: Vec<_> = grid.filter(|at| step < 86_400 || now - *at >= TimeDelta::minutes(35)).collect();
    if to >= now && times.last() != Some(&now) {
        times.push(now);
    }
    times
}
