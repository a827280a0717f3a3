use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use rialto_kernel::Instant;
use tokio::net::TcpStream;

use super::binance_socket::FakeSockets;
use super::fault::Oddity;
use super::http::{Reply, Request};
use super::market::{FakeCoin, FakeMarket, decimal};
use super::script::Script;
use super::server::{Api, Server};

/// Binance's market data: REST, and sockets under `/ws` and `/stream`.
pub struct FakeBinance {
    /// What goes wrong, what is allowed and what was asked.
    pub script: Arc<Script>,
    /// The sockets.
    pub sockets: Arc<FakeSockets>,
    server: Server,
}

struct Binance(Arc<FakeSockets>);

impl FakeBinance {
    /// A fake that knows what of a market it trades, in USDT at the price in dollars.
    pub async fn start(market: Arc<FakeMarket>) -> Self {
        let script = Arc::new(Script::default());
        let sockets = Arc::new(FakeSockets::new(Arc::clone(&market)));
        let api = Arc::new(Binance(Arc::clone(&sockets)));
        let server = Server::start(api, market, Arc::clone(&script)).await;
        Self { script, sockets, server }
    }

    /// What to configure as the base address.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.authority)
    }

    /// What to configure as the address of the sockets.
    #[must_use]
    pub fn stream_url(&self) -> String {
        format!("ws://{}", self.server.authority)
    }
}

impl Api for Binance {
    fn answer(&self, request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
        match request.path.as_str() {
            "/api/v3/ping" => Reply::json(200, "{}"),
            "/api/v3/ticker/24hr" => tickers(request, market, oddity),
            "/api/v3/klines" => klines(request, market, oddity),
            _ => Reply::html(404, "<html>404</html>"),
        }
    }

    fn error(&self, status: u16) -> Reply {
        match status {
            418 | 429 => refusal(status, -1003, "Too much request weight used; current limit is 6000."),
            _ => refusal(status, -1000, "An unknown error occurred while processing the request."),
        }
    }

    fn wrong_key(&self) -> Reply {
        refusal(401, -2014, "API-key format invalid.")
    }

    fn month_is_over(&self) -> Reply {
        self.error(418)
    }

    fn upgrade(&self, request: Request, socket: TcpStream) {
        self.0.accept(request, socket);
    }
}

fn refusal(status: u16, code: i32, words: &str) -> Reply {
    Reply::json(status, format!(r#"{{"code":{code},"msg":"{words}"}}"#))
}

/// What is traded under a name.
fn traded(market: &FakeMarket, symbol: &str) -> Option<FakeCoin> {
    market.coins().into_iter().find(|coin| coin.binance.as_deref() == Some(symbol))
}

fn tickers(request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
    if let Some(symbol) = request.query("symbol") {
        let coin = traded(market, symbol);
        return coin.map_or_else(invalid_symbol, |coin| Reply::json(200, ticker(&coin, market, oddity)));
    }
    let wanted: Vec<String> = match request.query("symbols").map(serde_json::from_str) {
        Some(Ok(symbols)) => symbols,
        Some(Err(_)) => return refusal(400, -1100, "Illegal characters found in parameter 'symbols'."),
        None => market.coins().into_iter().filter_map(|coin| coin.binance).collect(),
    };
    let coins: Option<Vec<_>> = wanted.iter().map(|symbol| traded(market, symbol)).collect();
    // One that is not traded fails them all.
    let Some(coins) = coins else { return invalid_symbol() };
    let coins = coins.iter().skip(usize::from(oddity.first_is_missing));
    let rows = coins.map(|coin| ticker(coin, market, oddity)).collect::<Vec<_>>().join(",");
    Reply::json(200, format!("[{rows}]"))
}

fn invalid_symbol() -> Reply {
    refusal(400, -1121, "Invalid symbol.")
}

/// As Binance writes prices: eight fraction digits, or more where the price needs them.
pub(super) fn price_text(price: &str) -> String {
    decimal(price).map_or("0.00000000".to_owned(), |price| {
        let text = price.to_string();
        let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
        let point = if digits == 0 { "." } else { "" };
        format!("{text}{point}{}", "0".repeat(8_usize.saturating_sub(digits)))
    })
}

fn ticker(coin: &FakeCoin, market: &FakeMarket, oddity: &Oddity) -> String {
    let now = market.now();
    let at = |at: Instant| price_text(&oddity.price(&market.price(&coin.id, at).unwrap_or_default()));
    let (last, open) = (at(now), at(now - TimeDelta::days(1)));
    let symbol = coin.binance.as_deref().unwrap_or_default();
    let closed = now - oddity.older_by;
    let (open_time, close_time) = ((closed - TimeDelta::days(1)).timestamp_millis(), closed.timestamp_millis());
    format!(
        r#"{{"symbol":"{symbol}","priceChange":"-765.40000000","priceChangePercent":"-1.234",
        "weightedAvgPrice":"{last}","prevClosePrice":"{open}","lastPrice":"{last}","lastQty":"0.00100000",
        "bidPrice":"{last}","bidQty":"1.20000000","askPrice":"{last}","askQty":"0.80000000","openPrice":"{open}",
        "highPrice":"{last}","lowPrice":"{open}","volume":"12345.67800000","quoteVolume":"759012345.12000000",
        "openTime":{open_time},"closeTime":{close_time},"firstId":1000,"lastId":2000,"count":1001}}"#
    )
}

/// Rows of a chart, at most a thousand.
fn klines(request: &Request, market: &FakeMarket, oddity: &Oddity) -> Reply {
    let Some(coin) = request.query("symbol").and_then(|symbol| traded(market, symbol)) else {
        return invalid_symbol();
    };
    let step = match request.query("interval") {
        Some("5m") => 300_000,
        Some("1h") => 3_600_000,
        Some("1d") => 86_400_000,
        _ => return refusal(400, -1120, "Invalid interval."),
    };
    let number = |name| request.query(name).and_then(|text| text.parse::<i64>().ok());
    let limit = number("limit").unwrap_or(500);
    if !(1..=1_000).contains(&limit) {
        return refusal(400, -1130, "Data sent for parameter 'limit' is not valid.");
    }
    let now = market.now();
    let end = number("endTime").unwrap_or(i64::MAX).min(now.timestamp_millis());
    let start = number("startTime").unwrap_or(end - step * limit);
    let first = (start + step - 1).div_euclid(step);
    let opens = (first..=end.div_euclid(step)).take(usize::try_from(limit).unwrap_or_default());
    let rows = opens.map(|multiple| {
        let (open, close) = (multiple * step, (multiple + 1) * step - 1);
        // An interval that is not over has closed at the latest price, as far as one can tell.
        let seen = DateTime::from_timestamp_millis(close).unwrap().min(now);
        let price = price_text(&oddity.price(&market.price(&coin.id, seen).unwrap_or_default()));
        format!(r#"[{open},"{price}","{price}","{price}","{price}","1.0",{close},"2.0",3,"0.5","1.0","0"]"#)
    });
    Reply::json(200, format!("[{}]", rows.collect::<Vec<_>>().join(",")))
}
