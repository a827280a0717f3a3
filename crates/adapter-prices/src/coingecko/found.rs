//! What `/search` finds.

use std::borrow::Cow;

use rialto_portfolio::{Asset, AssetId, ProviderError};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer;
use crate::http::Answer;
use crate::http::numbers::rank;

#[derive(Deserialize)]
struct Found<'a> {
    #[serde(borrow)]
    coins: Vec<Coin<'a>>,
}

#[derive(Deserialize)]
struct Coin<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    symbol: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    market_cap_rank: Option<&'a RawValue>,
}

/// The coins of an answer; exchanges and the rest are nothing of ours.
pub(super) fn assets(answer: &Answer) -> Result<Vec<Asset>, ProviderError> {
    let found: Found<'_> = answer::read(answer, b'{', None)?;
    let assets = found.coins.into_iter().filter_map(|coin| {
        let id = AssetId::parse(&coin.id).ok()?;
        Some(Asset {
            symbol: coin.symbol.unwrap_or_default().to_lowercase(),
            name: coin.name.map_or_else(|| id.to_string(), Cow::into_owned),
            rank: rank(coin.market_cap_rank),
            id,
        })
    });
    Ok(assets.collect())
}
