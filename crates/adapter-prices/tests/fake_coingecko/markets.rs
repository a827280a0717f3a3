//! `GET /coins/markets`.

use super::http::{Reply, Request};

/// A coin, its numbers as the text that goes into the JSON.
#[derive(Clone, Debug)]
pub struct FakeCoin {
    pub id: &'static str,
    pub symbol: &'static str,
    pub name: &'static str,
    pub current_price: &'static str,
    pub market_cap: &'static str,
    pub rank: &'static str,
    pub last_updated: &'static str,
}

impl FakeCoin {
    pub fn new(id: &'static str, current_price: &'static str, market_cap: &'static str) -> Self {
        let last_updated = r#""2023-11-14T22:13:10.123Z""#;
        Self { id, symbol: id, name: id, current_price, market_cap, rank: "null", last_updated }
    }

    fn row(&self) -> String {
        let Self { id, symbol, name, current_price, market_cap, rank, last_updated } = self;
        format!(
            r#"{{"id":"{id}","symbol":"{symbol}","name":"{name}","image":"https://img.example/{id}.png",
            "current_price":{current_price},"market_cap":{market_cap},"market_cap_rank":{rank},
            "fully_diluted_valuation":null,"total_volume":21234567890,"high_24h":62000,"low_24h":60500,
            "price_change_24h":-765.4,"price_change_percentage_24h":-1.23451,"circulating_supply":19750000.0,
            "max_supply":null,"ath":73000,"ath_date":"2024-03-14T07:10:36.635Z","roi":null,
            "last_updated":{last_updated}}}"#
        )
    }
}

/// What CoinGecko would answer. An unknown id is simply absent.
pub fn answer(coins: &[FakeCoin], request: &Request) -> Reply {
    if request.path != "/api/v3/coins/markets" {
        return Reply::json(404, r#"{"error":"not found"}"#);
    }
    let per_page: usize = request.query("per_page").unwrap_or("100").parse().unwrap_or(0);
    match request.query("vs_currency") {
        Some("usd" | "eur" | "btc") => {}
        Some(_) => return Reply::json(400, r#"{"error":"invalid vs_currency"}"#),
        None => return Reply::json(400, r#"{"error":"Missing parameter vs_currency"}"#),
    }
    if !(1..=250).contains(&per_page) {
        let body = r#"{"status":{"error_code":400,"error_message":"per_page must be 1 to 250"}}"#;
        return Reply::json(400, body);
    }
    let ids: Option<Vec<&str>> = request.query("ids").map(|ids| ids.split(',').collect());
    let mut chosen: Vec<&FakeCoin> =
        coins.iter().filter(|coin| ids.as_ref().is_none_or(|ids| ids.contains(&coin.id))).collect();
    chosen.sort_by_key(|coin| std::cmp::Reverse(coin.market_cap.parse::<u64>().unwrap_or(0)));
    let rows: Vec<String> = chosen.into_iter().take(per_page).map(FakeCoin::row).collect();
    Reply::json(200, format!("[{}]", rows.join(",")))
}
