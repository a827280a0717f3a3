//! Prices of the past.

use std::sync::Arc;

use rialto_portfolio::{AssetId, Currency, PricePoint, PriceProvider, ProviderError, QuoteError, Span};
use tokio::runtime::Handle;

use super::Core;
use super::convert::usdt;
use super::flights::Flights;

type Outcome = Result<Arc<Vec<PricePoint>>, QuoteError>;
type Key = (AssetId, Currency, Span);

/// The histories being fetched. What was fetched is kept by whoever asks.
pub(super) struct Histories(Flights<Key, Outcome>);

impl Histories {
    pub(super) fn new(runtime: Handle) -> Self {
        Self(Flights::new(runtime))
    }
}

impl Core {
    pub(super) async fn history_points(
        self: &Arc<Self>,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, QuoteError> {
        if span.intervals() == 0 {
            return Ok(Vec::new());
        }
        let key = (asset.clone(), currency.clone(), *span);
        let work = || Arc::clone(self).fetch_history(key.clone());
        let interrupted = || {
            let what = "the fetch was interrupted".to_owned();
            Err(QuoteError::Provider(ProviderError::Malformed { what }))
        };
        let outcome = self.histories.0.join(key.clone(), work).await.unwrap_or_else(interrupted);
        outcome.map(|points| (*points).clone())
    }

    /// The history of the first provider that has all of it; else the one that goes back furthest. A made-up one
    /// only if no other is to be had.
    async fn fetch_history(self: Arc<Self>, (asset, currency, span): Key) -> Outcome {
        let mut longest: Vec<PricePoint> = Vec::new();
        let (mut failure, mut unspoken, mut answered): (Option<ProviderError>, bool, bool) = (None, false, false);
        for source in 0..self.sources.len() {
            if self.sources[source].provider.is_simulated() && !longest.is_empty() {
                continue;
            }
            if !self.sources[source].provider.spares_calls() {
                failure.get_or_insert(ProviderError::RateLimited { retry_after: None });
                continue;
            }
            match self.ask_history(source, &asset, &currency, &span).await {
                Ok(points) => {
                    answered = true;
                    let older =
                        longest.first().is_none_or(|first| points.first().is_some_and(|point| point.at < first.at));
                    if older {
                        longest = points;
                    }
                    let begins = longest.first().is_some_and(|first| first.at < span.from + span.interval.length());
                    if begins {
                        break;
                    }
                }
                Err(ProviderError::Unsupported) => {}
                Err(ProviderError::UnknownCurrency(_)) => unspoken = true,
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        match failure {
            _ if !longest.is_empty() => Ok(Arc::new(longest)),
            Some(failure) => Err(QuoteError::Provider(failure)),
            None if unspoken => Err(QuoteError::Provider(ProviderError::UnknownCurrency(currency))),
            // It is known, and was not traded then.
            None if answered && self.shelf.usable(&(asset.clone(), currency), self.clock.now()).is_some() => {
                Ok(Arc::default())
            }
            None if answered => Err(QuoteError::UnknownAsset(asset)),
            None => Err(QuoteError::Provider(ProviderError::Unsupported)),
        }
    }

    /// One source's history. Nobody says what a stablecoin was worth at each point, so its prices are taken for those
    /// in dollars, and say so.
    async fn ask_history(
        &self,
        source: usize,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        let provider = &self.sources[source].provider;
        let known = !self.shelf.is_unspoken(source, currency, self.clock.now());
        let outcome = if known {
            provider.history(asset, currency, span).await
        } else {
            Err(ProviderError::UnknownCurrency(currency.clone()))
        };
        self.note_language(source, currency, &outcome);
        if !matches!(outcome, Err(ProviderError::UnknownCurrency(_))) || *currency != Currency::default() {
            return outcome;
        }
        let points = provider.history(asset, &usdt(), span).await?;
        let in_dollars = |point: PricePoint| PricePoint {
            currency: currency.clone(),
            provider: format!("{} at parity", point.provider),
            ..point
        };
        Ok(points.into_iter().map(in_dollars).collect())
    }
}
