//! Tickers, and what a search finds. Numbers are read from their own digits, never through a float.

use std::borrow::Cow;
use std::collections::HashMap;

use rialto_kernel::Instant;
use rialto_portfolio::{Asset, AssetId, Currency, ProviderError, Quote};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::PROVIDER;
use crate::http::numbers::{instant, number, price, rank};

/// One asset. Every field but its id may be null or absent.
#[derive(Deserialize)]
pub(super) struct Ticker<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    symbol: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    rank: Option<&'a RawValue>,
    #[serde(borrow, default)]
    last_updated: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    quotes: Option<HashMap<Cow<'a, str>, InCurrency<'a>>>,
}

#[derive(Default, Deserialize)]
struct InCurrency<'a> {
    #[serde(borrow, default)]
    price: Option<&'a RawValue>,
    #[serde(borrow, default)]
    volume_24h: Option<&'a RawValue>,
    #[serde(borrow, default)]
    market_cap: Option<&'a RawValue>,
    #[serde(borrow, default)]
    percent_change_24h: Option<&'a RawValue>,
}

impl Ticker<'_> {
    /// The quote of the asset that we call so; none if it has no price.
    pub(super) fn quote(
        self,
        asset_id: AssetId,
        currency: &Currency,
        fetched_at: Instant,
    ) -> Result<Option<Quote>, ProviderError> {
        let quotes = self.quotes.unwrap_or_default();
        let Some(quote) = quotes.get(currency.as_str().to_uppercase().as_str()) else { return Ok(None) };
        let Some(price) = price("price", quote.price)? else { return Ok(None) };
        Ok(Some(Quote {
            symbol: self.symbol.unwrap_or_default().to_lowercase(),
            name: self.name.map_or_else(|| asset_id.to_string(), Cow::into_owned),
            asset_id,
            price,
            currency: currency.clone(),
            change_24h: None,
            change_percent_24h: number("percent_change_24h", quote.percent_change_24h)?,
            market_cap: number("market_cap", quote.market_cap)?.filter(|cap| !cap.is_zero() && !cap.is_negative()),
            volume_24h: number("volume_24h", quote.volume_24h)?.filter(|volume| !volume.is_negative()),
            // 0 is how it says that something has no place.
            rank: rank(self.rank),
            provider: PROVIDER,
            // Without a time of its own the price is as old as this answer.
            observed_at: self.last_updated.and_then(|text| instant(&text)).unwrap_or(fetched_at),
            fetched_at,
            stale: false,
            conversion: Vec::new(),
        }))
    }
}

/// What `/search` finds.
#[derive(Deserialize)]
pub(super) struct Found<'a> {
    #[serde(borrow)]
    currencies: Vec<FoundCoin<'a>>,
}

#[derive(Deserialize)]
struct FoundCoin<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    symbol: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    rank: Option<&'a RawValue>,
    #[serde(default)]
    is_active: Option<bool>,
}

impl Found<'_> {
    /// What is still traded, by the name that `name` gives it.
    pub(super) fn assets(self, name: impl Fn(&str) -> Option<AssetId>) -> impl Iterator<Item = Asset> {
        let active = self.currencies.into_iter().filter(|coin| coin.is_active != Some(false));
        active.filter_map(move |coin| {
            let id = name(&coin.id)?;
            Some(Asset {
                symbol: coin.symbol.unwrap_or_default().to_lowercase(),
                name: coin.name.map_or_else(|| id.to_string(), Cow::into_owned),
                rank: rank(coin.rank),
                id,
            })
        })
    }
}
