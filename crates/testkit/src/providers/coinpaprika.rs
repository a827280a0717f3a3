use std::sync::Arc;

use chrono::{DurationRound, SecondsFormat, TimeDelta};
use rialto_kernel::Decimal;

use super::fault::Oddity;
use super::http::{Reply, Request};
use super::market::{FakeCoin, FakeMarket, decimal};
use super::script::Script;
use super::server::{Api, Server};

/// CoinPaprika's API v1 as a plan without payment sees it.
pub struct FakeCoinPaprika {
    /// What goes wrong, what is allowed and what was asked.
    pub script: Arc<Script>,
    server: Server,
}

struct CoinPaprika;

impl FakeCoinPaprika {
    /// A fake that knows what of a market it lists.
    pub async fn start(market: Arc<FakeMarket>) -> Self {
        let script = Arc::new(Script::default());
        let server = Server::start(Arc::new(CoinPaprika), market, Arc::clone(&script)).await;
        Self { script, server }
    }

    /// What to configure as the base address.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.server.authority)
    }
}

impl Api for CoinPaprika {
    fn answer(&self, request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
        let Some(path) = request.path.strip_prefix("/v1/") else { return self.error(404) };
        match path.split('/').collect::<Vec<_>>()[..] {
            ["tickers"] => tickers(request, market, oddity),
            ["tickers", id] => ticker(id, request, market, oddity).unwrap_or_else(|| self.error(404)),
            ["tickers", _, "historical"] => self.error(402),
            ["search"] => search(request, market),
            _ => self.error(404),
        }
    }

    fn error(&self, status: u16) -> Reply {
        let words = match status {
            402 => "Payment required",
            403 => "Forbidden",
            404 => "id not found",
            429 => "too many requests",
            _ => "something went wrong",
        };
        Reply::json(status, format!(r#"{{"error":"{words}"}}"#))
    }

    fn wrong_key(&self) -> Reply {
        self.error(403)
    }

    fn month_is_over(&self) -> Reply {
        self.error(402)
    }
}

fn invalid_quotes() -> Reply {
    Reply::json(400, r#"{"error":"invalid parameters"}"#)
}

/// The currencies that were asked for; `None` if one is not known.
fn currencies(request: &Request) -> Option<Vec<&str>> {
    let codes: Vec<_> = request.query("quotes").unwrap_or("USD").split(',').collect();
    codes.iter().all(|code| FakeMarket::knows(&code.to_lowercase())).then_some(codes)
}

fn tickers(request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
    let Some(currencies) = currencies(request) else { return invalid_quotes() };
    let rows = market.ranked().into_iter().filter(|(coin, _)| coin.coinpaprika.is_some());
    let rows = rows.skip(usize::from(oddity.first_is_missing));
    // Not in the order of their places: nothing promises that.
    let mut rows: Vec<_> = rows.map(|(coin, rank)| row(&coin, rank, &currencies, market, oddity)).collect();
    rows.reverse();
    Reply::json(200, format!("[{}]", rows.join(",")))
}

fn ticker(id: &str, request: &Request, market: &FakeMarket, oddity: &Oddity) -> Option<Reply> {
    let Some(currencies) = currencies(request) else { return Some(invalid_quotes()) };
    let mut coins = market.ranked().into_iter();
    let (coin, rank) = coins.find(|(coin, _)| coin.coinpaprika.as_deref() == Some(id))?;
    Some(Reply::json(200, row(&coin, rank, &currencies, market, oddity)))
}

fn row(coin: &FakeCoin, rank: Option<u32>, currencies: &[&str], market: &FakeMarket, oddity: &Oddity) -> String {
    let now = market.now();
    let quotes = currencies.iter().filter_map(|code| {
        let price = market.price_in(&coin.id, &code.to_lowercase(), now)?;
        let supply = Decimal::from_scaled(coin.supply.into(), 0).unwrap();
        let cap = decimal(&price).map(|price| price.checked_mul(&supply).unwrap().round(0));
        let cap = cap.map_or("null".to_owned(), |cap| oddity.or_null(cap));
        let [volume, percent] = ["21230000000.1", "-1.2"].map(|number| oddity.or_null(number));
        let price = oddity.price(&price);
        Some(format!(
            r#""{code}":{{"price":{price},"volume_24h":{volume},"volume_24h_change_24h":-4.1,"market_cap":{cap},
            "market_cap_change_24h":-1.2,"percent_change_1h":0.1,"percent_change_24h":{percent},"ath_price":null}}"#
        ))
    });
    let quotes = quotes.collect::<Vec<_>>().join(",");
    let (id, symbol, name) = (coin.coinpaprika.as_deref().unwrap_or_default(), coin.symbol.to_uppercase(), &coin.name);
    let rank = rank.map_or("null".to_owned(), |rank| oddity.or_null(rank));
    // It looks every ten minutes.
    let updated = (now - oddity.older_by).duration_trunc(TimeDelta::minutes(10)).unwrap();
    let updated = updated.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        r#"{{"id":"{id}","name":"{name}","symbol":"{symbol}","rank":{rank},"total_supply":{},"max_supply":null,
        "beta_value":0.91,"first_data_at":"2010-07-17T00:00:00Z","last_updated":"{updated}","quotes":{{{quotes}}}}}"#,
        coin.supply
    )
}

fn search(request: &Request, market: &FakeMarket) -> Reply {
    let query = request.query("q").unwrap_or_default().to_lowercase();
    let limit: usize = request.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(6);
    let found = market.ranked().into_iter().filter_map(|(coin, rank)| {
        let id = coin.coinpaprika.clone()?;
        let matches = [&id, &coin.symbol, &coin.name.to_lowercase()].iter().any(|name| name.contains(&query));
        matches.then_some((id, coin, rank.unwrap_or(0)))
    });
    let rows = found.take(limit).map(|(id, coin, rank)| {
        let (symbol, name) = (coin.symbol.to_uppercase(), coin.name);
        format!(
            r#"{{"id":"{id}","name":"{name}","symbol":"{symbol}","rank":{rank},"is_new":false,"is_active":true,"type":"coin"}}"#
        )
    });
    let rows = rows.collect::<Vec<_>>().join(",");
    Reply::json(200, format!(r#"{{"currencies":[{rows}],"exchanges":[],"icos":[],"people":[],"tags":[]}}"#))
}
