//! Prices of providers that do not price in the currency asked for.

use rialto_kernel::Decimal;
use rialto_portfolio::{AssetId, Conversion, Currency, PriceProvider, ProviderError, Quote};

use super::Core;

/// How amounts come from one currency to another.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    pub(super) steps: Vec<Step>,
    /// Whether a step is older than it should be.
    pub(super) stale: bool,
}

/// From one currency to the next.
#[derive(Clone, Debug)]
pub(super) struct Step {
    said: Conversion,
    /// What one of the other currency costs, if that is how it is known: its inverse is rounded.
    price: Option<Decimal>,
}

impl Step {
    /// By the rate that is said.
    pub(super) fn by_rate(said: Conversion) -> Self {
        Self { said, price: None }
    }

    /// From dollars to a coin, by this price of it in dollars, of which the rate that is said is the inverse; `None` if
    /// that cannot be written.
    pub(super) fn by_price(price: &Decimal, coin: &Currency, quote: &Quote) -> Option<Self> {
        let rate = Decimal::from(1).checked_div(price).ok().filter(|rate| !rate.is_zero())?;
        let (provider, observed_at) = (quote.provider, quote.observed_at);
        let said = Conversion { from: Currency::default(), to: coin.clone(), rate, provider, observed_at };
        Some(Self { said, price: Some(price.clone()) })
    }

    fn of(&self, amount: &Decimal) -> Option<Decimal> {
        match &self.price {
            Some(price) => amount.checked_div(price).ok(),
            None => amount.checked_mul(&self.said.rate).ok(),
        }
    }

    /// Whether it is from a stablecoin to the dollar for which that stands.
    fn is_dollar_to_dollar(&self) -> bool {
        self.said.from == usdt() && self.said.to == Currency::default()
    }
}

impl Rate {
    /// An amount in the currency at the end; `None` if that cannot be written.
    fn of(&self, amount: &Decimal) -> Option<Decimal> {
        self.steps.iter().try_fold(amount.clone(), |amount, step| step.of(&amount))
    }

    /// A quote with all its amounts in the currency at the end; `None` if its price is too small or too large to be
    /// written so. How it changed is left out unless both currencies are dollars: nobody says how the one changed
    /// against the other.
    pub(super) fn quote(&self, quote: Quote, currency: &Currency) -> Option<Quote> {
        let price = self.of(&quote.price).filter(|price| *price > Decimal::zero())?;
        let amount = |amount: &Option<Decimal>| amount.as_ref().and_then(|amount| self.of(amount));
        let changes = self.steps.iter().all(Step::is_dollar_to_dollar);
        Some(Quote {
            price,
            currency: currency.clone(),
            change_24h: amount(&quote.change_24h).filter(|_| changes),
            change_percent_24h: quote.change_percent_24h.filter(|_| changes),
            market_cap: amount(&quote.market_cap),
            volume_24h: amount(&quote.volume_24h),
            stale: self.stale,
            conversion: quote.conversion.into_iter().chain(self.steps.iter().map(|step| step.said.clone())).collect(),
            ..quote
        })
    }
}

/// In what providers price that do not know the currency asked for.
pub(super) fn bases() -> [Currency; 2] {
    [Currency::default(), usdt()]
}

pub(super) fn usdt() -> Currency {
    // A constant that is well formed.
    Currency::parse("usdt").unwrap_or_default()
}

/// What a source is asked for.
#[derive(Clone, Copy)]
pub(super) enum Question<'a> {
    /// The prices of these.
    Quotes(&'a [AssetId]),
    /// So many of the most capitalised assets.
    Popular(u16),
}

impl Core {
    /// One call to one source, converted if need be.
    pub(super) async fn ask(
        &self,
        source: usize,
        question: Question<'_>,
        currency: &Currency,
    ) -> Result<Vec<Quote>, ProviderError> {
        let outcome = self.ask_in(source, question, currency).await;
        if !matches!(outcome, Err(ProviderError::UnknownCurrency(_))) {
            return outcome;
        }
        for base in bases().iter().filter(|base| *base != currency) {
            if self.shelf.is_unspoken(source, base, self.clock.now()) {
                continue;
            }
            // The rate first: without one the prices are of no use.
            let rate = self.rate(base, currency, source).await?;
            match self.ask_in(source, question, base).await {
                Err(ProviderError::UnknownCurrency(_)) => {}
                outcome => return converted(outcome?, &rate, currency),
            }
        }
        Err(ProviderError::UnknownCurrency(currency.clone()))
    }

    /// One call to one source, in a currency that it may not know.
    pub(super) async fn ask_in(
        &self,
        source: usize,
        question: Question<'_>,
        currency: &Currency,
    ) -> Result<Vec<Quote>, ProviderError> {
        self.speaks(source, currency)?;
        self.spares_for(source, currency, || self.holds(question, currency))?;
        let provider = &self.sources[source].provider;
        let outcome = match question {
            Question::Quotes(assets) => provider.quotes(assets, currency).await,
            Question::Popular(limit) => provider.popular(limit, currency).await,
        };
        self.note_language(source, currency, &outcome);
        let mut quotes = outcome?;
        if let Question::Quotes(_) = question {
            // What was not asked for is no answer.
            quotes.retain(|quote| quote.currency == *currency);
        }
        Ok(quotes)
    }

    /// Whether any of the answer is held in this currency.
    fn holds(&self, question: Question<'_>, currency: &Currency) -> bool {
        let now = self.clock.now();
        match question {
            Question::Quotes(assets) => {
                assets.iter().any(|asset| self.shelf.usable(&(asset.clone(), currency.clone()), now).is_some())
            }
            Question::Popular(_) => self.popular.lists_in(currency),
        }
    }

    /// Refuses, without a call, a currency of which the source said that it does not know it.
    fn speaks(&self, source: usize, currency: &Currency) -> Result<(), ProviderError> {
        if self.shelf.is_unspoken(source, currency, self.clock.now()) {
            return Err(ProviderError::UnknownCurrency(currency.clone()));
        }
        Ok(())
    }

    /// Refuses, while calls are scarce, a currency that may be made up: one in which nothing that is asked for is held,
    /// and in which the source has never given a price.
    fn spares_for(&self, source: usize, currency: &Currency, is_held: impl Fn() -> bool) -> Result<(), ProviderError> {
        if self.is_proven(source, currency) || is_held() || self.sources[source].provider.spares_calls() {
            return Ok(());
        }
        Err(ProviderError::RateLimited { retry_after: None })
    }

    /// Whether there is such a currency at the source, as far as is known here.
    pub(super) fn is_proven(&self, source: usize, currency: &Currency) -> bool {
        bases().contains(currency) || self.shelf.is_spoken(source, currency)
    }

    pub(super) fn note_language<T>(&self, source: usize, currency: &Currency, outcome: &Result<T, ProviderError>) {
        match outcome {
            Ok(_) => self.shelf.put_spoken(source, currency.clone()),
            Err(ProviderError::UnknownCurrency(_)) => {
                self.shelf.put_unspoken(source, currency.clone(), self.settings.unknown_ttl, self.clock.now());
            }
            Err(_) => {}
        }
    }
}

fn converted(quotes: Vec<Quote>, rate: &Rate, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
    let given = quotes.len();
    let quotes: Vec<_> = quotes.into_iter().filter_map(|quote| rate.quote(quote, currency)).collect();
    // Left out would mean that the provider does not know it.
    if quotes.len() < given {
        return Err(ProviderError::Malformed { what: format!("a price has no digits left in {currency}") });
    }
    Ok(quotes)
}
