//! Rows of `/coins/markets`. Numbers are read from their own digits, never through a float.

use std::borrow::Cow;

use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Currency, ProviderError, Quote};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::PROVIDER;
use crate::http::numbers::{instant, number, price, rank};

/// One asset. Every number may be null or absent.
#[derive(Deserialize)]
pub(super) struct MarketRow<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    symbol: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    current_price: Option<&'a RawValue>,
    #[serde(borrow, default)]
    price_change_24h: Option<&'a RawValue>,
    #[serde(borrow, default)]
    price_change_percentage_24h: Option<&'a RawValue>,
    #[serde(borrow, default)]
    market_cap: Option<&'a RawValue>,
    #[serde(borrow, default)]
    market_cap_rank: Option<&'a RawValue>,
    #[serde(borrow, default)]
    total_volume: Option<&'a RawValue>,
    #[serde(borrow, default)]
    last_updated: Option<Cow<'a, str>>,
}

/// The quotes of the rows that have a price; a row without one is left out.
pub(super) fn quotes(
    rows: Vec<MarketRow<'_>>,
    currency: &Currency,
    fetched_at: Instant,
) -> Result<Vec<Quote>, ProviderError> {
    rows.into_iter().filter_map(|row| row.quote(currency, fetched_at).transpose()).collect()
}

impl MarketRow<'_> {
    fn quote(self, currency: &Currency, fetched_at: Instant) -> Result<Option<Quote>, ProviderError> {
        // An id that we would not accept cannot have been asked for.
        let Ok(asset_id) = AssetId::parse(&self.id) else { return Ok(None) };
        let Some(price) = price("current_price", self.current_price)? else { return Ok(None) };
        Ok(Some(Quote {
            symbol: self.symbol.unwrap_or_default().to_lowercase(),
            name: self.name.map_or_else(|| asset_id.to_string(), Cow::into_owned),
            asset_id,
            price,
            currency: currency.clone(),
            change_24h: number("price_change_24h", self.price_change_24h)?,
            change_percent_24h: number("price_change_percentage_24h", self.price_change_percentage_24h)?,
            market_cap: number("market_cap", self.market_cap)?.filter(|cap| !cap.is_zero()),
            volume_24h: number("total_volume", self.total_volume)?,
            rank: rank(self.market_cap_rank),
            provider: PROVIDER,
            // Without a time of its own the price is as old as this answer.
            observed_at: self.last_updated.and_then(|text| instant(&text)).unwrap_or(fetched_at),
            fetched_at,
            stale: false,
            conversion: Vec::new(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn now() -> Instant {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn read(body: &str) -> Result<Vec<Quote>, ProviderError> {
        quotes(serde_json::from_str(body).unwrap(), &Currency::default(), now())
    }

    #[test]
    fn a_full_row_becomes_a_quote() {
        let quote = read(
            r#"[{"id":"bitcoin","symbol":"BTC","name":"Bitcoin","image":"https://img.example/btc.png",
            "current_price":61234.50,"market_cap":1209876543210,"market_cap_rank":1,"total_volume":21234567890,
            "price_change_24h":-765.4,"price_change_percentage_24h":-1.23451,"max_supply":21000000.0,"roi":null,
            "last_updated":"2023-11-14T22:13:20.123Z"}]"#,
        )
        .unwrap()
        .remove(0);
        assert_eq!((quote.symbol.as_str(), quote.name.as_str(), quote.rank), ("btc", "Bitcoin", Some(1)));
        assert_eq!(quote.price.to_string(), "61234.5");
        assert_eq!(quote.change_24h.unwrap().to_string(), "-765.4");
        assert_eq!(quote.change_percent_24h.unwrap().to_string(), "-1.23451");
        assert_eq!(quote.market_cap.unwrap().to_string(), "1209876543210");
        assert_eq!(quote.observed_at.timestamp_millis(), 1_700_000_000_123);
        assert_eq!((quote.provider, quote.fetched_at, quote.stale), ("coingecko", now(), false));
    }

    #[test]
    fn digits_that_a_float_would_lose_are_kept() {
        let price =
            |token: &str| read(&format!(r#"[{{"id":"a","current_price":{token}}}]"#)).unwrap()[0].price.to_string();
        assert_eq!(price("0.1234567890123456789"), "0.123456789012345679");
        assert_eq!(price("12345678901234567890.5"), "12345678901234567890.5");
        assert_eq!(price("3.1e-07"), "0.00000031");
        assert_eq!(price("1.5E3"), "1500");
        assert_eq!(price("61234"), "61234");
    }

    #[test]
    fn what_is_null_or_absent_is_none_and_never_zero() {
        let quote = read(r#"[{"id":"a","current_price":1,"market_cap":null}]"#).unwrap().remove(0);
        assert_eq!((quote.change_24h, quote.market_cap, quote.volume_24h, quote.rank), (None, None, None, None));
        assert_eq!(quote.observed_at, now());
        assert_eq!((quote.name.as_str(), quote.symbol.as_str()), ("a", ""));
    }

    #[test]
    fn a_row_without_a_price_that_can_be_held_is_left_out_and_the_others_stay() {
        let body = r#"[{"id":"a","current_price":null},{"id":"b"},{"id":"c","current_price":0},
            {"id":"d","current_price":-1},{"id":"e","current_price":1e30},{"id":"f","current_price":1e-30},
            {"id":"Ünknown","current_price":1},{"id":"good","current_price":2,"market_cap":1e30}]"#;
        let quotes = read(body).unwrap();
        assert_eq!(quotes.len(), 1);
        assert_eq!((quotes[0].asset_id.as_str(), &quotes[0].market_cap), ("good", &None));
    }

    #[test]
    fn a_price_that_is_no_number_means_that_the_format_changed() {
        for value in [r#""61234.5""#, "{}", "[1]", "true"] {
            let outcome = read(&format!(r#"[{{"id":"a","current_price":{value}}}]"#));
            assert!(matches!(outcome, Err(ProviderError::Malformed { .. })), "{value}");
        }
    }
}
