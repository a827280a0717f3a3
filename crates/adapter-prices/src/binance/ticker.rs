//! Tickers of 24 hours, of both kinds. Prices are texts.

use std::borrow::Cow;

use chrono::DateTime;
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, ProviderError, Quote};
use serde::Deserialize;

use super::{PROVIDER, USDT};
use crate::catalogue::{self, KnownAsset};
use crate::http::numbers::{in_text, is_a_price};

/// A row of `/api/v3/ticker/24hr`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticker<'a> {
    #[serde(borrow)]
    symbol: Cow<'a, str>,
    #[serde(borrow, default)]
    last_price: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    price_change: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    price_change_percent: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    quote_volume: Option<Cow<'a, str>>,
    #[serde(default)]
    close_time: Option<i64>,
}

impl Ticker<'_> {
    /// Its quote; none if the catalogue has no such market, or it has no price.
    pub(super) fn quote(self, fetched_at: Instant) -> Result<Option<Quote>, ProviderError> {
        let Some(asset) = catalogue::by_binance_symbol(&self.symbol) else { return Ok(None) };
        let seen = Seen {
            price: in_text("lastPrice", self.last_price.as_deref())?,
            change: in_text("priceChange", self.price_change.as_deref())?,
            percent: in_text("priceChangePercent", self.price_change_percent.as_deref())?,
            volume: in_text("quoteVolume", self.quote_volume.as_deref())?,
            at: self.close_time,
        };
        Ok(seen.quote(asset, fetched_at))
    }
}

/// An element of `!miniTicker@arr`.
#[derive(Deserialize)]
pub(super) struct MiniTicker<'a> {
    #[serde(borrow, rename = "s")]
    symbol: Cow<'a, str>,
    #[serde(borrow, rename = "c")]
    last: Cow<'a, str>,
    #[serde(borrow, default, rename = "o")]
    open: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "q")]
    volume: Option<Cow<'a, str>>,
    #[serde(rename = "E")]
    at: i64,
}

impl MiniTicker<'_> {
    /// Its quote; none if the catalogue has no such market, or it has no price.
    pub(super) fn quote(self, fetched_at: Instant) -> Result<Option<Quote>, ProviderError> {
        let Some(asset) = catalogue::by_binance_symbol(&self.symbol) else { return Ok(None) };
        let price = in_text("c", Some(&self.last))?;
        let open = in_text("o", self.open.as_deref())?;
        let change = price.as_ref().zip(open.as_ref()).and_then(|(price, open)| price.checked_sub(open).ok());
        let percent = change.as_ref().zip(open.as_ref()).and_then(|(change, open)| percent_of(change, open));
        let volume = in_text("q", self.volume.as_deref())?;
        Ok(Seen { price, change, percent, volume, at: Some(self.at) }.quote(asset, fetched_at))
    }
}

fn percent_of(change: &Decimal, open: &Decimal) -> Option<Decimal> {
    Some(change.checked_mul(&100.into()).ok()?.checked_div(open).ok()?.round(4))
}

/// What both kinds tell.
struct Seen {
    price: Option<Decimal>,
    change: Option<Decimal>,
    percent: Option<Decimal>,
    volume: Option<Decimal>,
    /// In milliseconds since 1970.
    at: Option<i64>,
}

impl Seen {
    fn quote(self, asset: &KnownAsset, fetched_at: Instant) -> Option<Quote> {
        Some(Quote {
            asset_id: AssetId::parse(asset.id).ok()?,
            symbol: asset.symbol.to_owned(),
            name: asset.name.to_owned(),
            // A market where nothing was ever paid has a price of 0.
            price: self.price.filter(is_a_price)?,
            currency: Currency::parse(USDT).ok()?,
            change_24h: self.change,
            change_percent_24h: self.percent,
            market_cap: None,
            volume_24h: self.volume.filter(|volume| !volume.is_negative()),
            rank: None,
            provider: PROVIDER,
            observed_at: self.at.and_then(DateTime::from_timestamp_millis).unwrap_or(fetched_at),
            fetched_at,
            stale: false,
            conversion: Vec::new(),
        })
    }
}
