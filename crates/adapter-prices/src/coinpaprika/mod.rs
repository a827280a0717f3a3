//! Prices from CoinPaprika (API v1): one asset with a call of its own, several with the list of all.

mod answer;
mod row;
pub mod settings;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use rialto_kernel::Clock;
use rialto_portfolio::{Asset, AssetId, AssetQuery, Currency, PricePoint, PriceProvider, ProviderError, Quote, Span};

use self::row::{Found, Ticker};
pub use self::settings::CoinPaprikaSettings;
use crate::guarded::{CountedPriceProvider, Turnstile};
use crate::http::{Answer, Client, ProviderSetupError};
use crate::{catalogue, search};

/// What quotes from here say of their provider.
pub const PROVIDER: &str = "coinpaprika";

/// How many assets one call takes: the list has them all anyway, 2,000 of them without a paid key.
const MAX_BATCH: usize = 2_000;

/// How much a search is told to find, so that the most fitting is among it.
const SEARCHED: &str = "100";

/// The currencies that quotes may be in.
#[rustfmt::skip]
const CURRENCIES: &[&str] = &[
    "btc", "eth", "usd", "eur", "pln", "krw", "gbp", "cad", "jpy", "rub", "try", "nzd", "aud", "chf", "uah", "hkd",
    "sgd", "ngn", "php", "mxn", "brl", "thb", "clp", "cny", "czk", "dkk", "huf", "idr", "ils", "inr", "myr", "nok",
    "pkr", "sek", "twd", "zar", "vnd", "bob", "cop", "pen", "ars", "isk",
];

/// Prices from CoinPaprika, which looks about every ten minutes. Its own ids are taken for assets that the
/// [`catalogue`] does not know; ids of the catalogue are translated. It has no histories to give
/// without payment.
pub struct CoinPaprikaPriceProvider {
    client: Client,
    clock: Arc<dyn Clock>,
}

impl CoinPaprikaPriceProvider {
    /// A provider that makes no call until it is asked. Installs ring as the process's TLS cryptography if
    /// there is none yet.
    ///
    /// # Errors
    /// See [`ProviderSetupError`].
    pub fn new(settings: CoinPaprikaSettings, clock: Arc<dyn Clock>) -> Result<Self, ProviderSetupError> {
        Ok(Self { client: Client::new(settings.into())?, clock })
    }

    async fn one(&self, asset: &AssetId, id: &str, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        let code = currency.as_str().to_uppercase();
        let read = |answer: &Answer| {
            if answer::is_unknown(answer) {
                return Ok(Vec::new());
            }
            let now = self.clock.now();
            let ticker: Ticker<'_> = answer::read(answer, b'{', now)?;
            if ticker.id != id {
                return Err(ProviderError::Malformed { what: "it is about another asset".to_owned() });
            }
            Ok(ticker.quote(asset.clone(), currency, now)?.into_iter().collect())
        };
        self.client.get(&format!("tickers/{id}?quotes={code}"), read).await
    }

    /// The whole list, for those tickers that `name` names.
    async fn all(
        &self,
        currency: &Currency,
        name: impl Fn(&str) -> Option<AssetId> + Sync,
    ) -> Result<Vec<Quote>, ProviderError> {
        let code = currency.as_str().to_uppercase();
        let read = |answer: &Answer| {
            let now = self.clock.now();
            let tickers: Vec<Ticker<'_>> = answer::read(answer, b'[', now)?;
            let named = tickers.into_iter().filter_map(|ticker| Some((name(&ticker.id)?, ticker)));
            named.filter_map(|(asset, ticker)| ticker.quote(asset, currency, now).transpose()).collect()
        };
        self.client.get(&format!("tickers?quotes={code}"), read).await
    }
}

fn check(currency: &Currency) -> Result<(), ProviderError> {
    let known = CURRENCIES.contains(&currency.as_str());
    known.then_some(()).ok_or_else(|| ProviderError::UnknownCurrency(currency.clone()))
}

/// CoinPaprika's name of an asset, if it can have one: `abc-name`. What the catalogue knows has one id here, not two.
fn id_of(asset: &AssetId) -> Option<&str> {
    match catalogue::by_id(asset.as_str()) {
        Some(known) => Some(known.coinpaprika),
        None if catalogue::by_coinpaprika_id(asset.as_str()).is_some() => None,
        None => {
            let (symbol, name) = asset.as_str().split_once('-')?;
            (!symbol.is_empty() && !name.is_empty()).then(|| asset.as_str())
        }
    }
}

/// Everybody's name of what CoinPaprika calls this; none if everybody calls something else so.
fn asset_of(id: &str) -> Option<AssetId> {
    match catalogue::by_coinpaprika_id(id) {
        Some(known) => AssetId::parse(known.id).ok(),
        None if catalogue::by_id(id).is_some() => None,
        None => AssetId::parse(id).ok(),
    }
}

#[async_trait]
impl PriceProvider for CoinPaprikaPriceProvider {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn max_batch(&self) -> usize {
        MAX_BATCH
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        check(currency)?;
        let wanted: HashMap<&str, &AssetId> = assets.iter().filter_map(|asset| Some((id_of(asset)?, asset))).collect();
        match wanted.iter().next() {
            None => Ok(Vec::new()),
            Some((id, asset)) if wanted.len() == 1 => self.one(asset, id, currency).await,
            Some(_) => self.all(currency, |id| wanted.get(id).map(|asset| (*asset).clone())).await,
        }
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        check(currency)?;
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut quotes = self.all(currency, asset_of).await?;
        quotes.retain(|quote| quote.rank.is_some());
        quotes.sort_by_key(|quote| quote.rank);
        quotes.truncate(usize::from(limit));
        Ok(quotes)
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let parameters = [("q", query.as_str()), ("c", "currencies"), ("limit", SEARCHED)];
        let read = |answer: &Answer| {
            let found: Found<'_> = answer::read(answer, b'{', self.clock.now())?;
            Ok(search::best(query, found.assets(asset_of), limit, true))
        };
        self.client.get_with("search", &parameters, read).await
    }

    async fn history(&self, _: &AssetId, _: &Currency, _: &Span) -> Result<Vec<PricePoint>, ProviderError> {
        Err(ProviderError::Unsupported)
    }
}

impl CountedPriceProvider for CoinPaprikaPriceProvider {
    fn turnstile(&self) -> &Turnstile {
        self.client.turnstile()
    }
}
