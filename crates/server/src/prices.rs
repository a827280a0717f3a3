//! Where prices come from: which providers, in which order, with which limits.

use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_prices::{
    BinancePriceProvider, BinanceSettings, BinanceTicks, CoinGeckoPriceProvider, CoinGeckoSettings,
    CoinPaprikaPriceProvider, CoinPaprikaSettings, CountedPriceProvider, FeedSettings, GuardSettings,
    GuardedPriceProvider, LiveQuotes, PriceSource, SimulatedPriceProvider, UnitedPriceFeed,
};
use rialto_kernel::{Clock, Timer};
use rialto_portfolio::ProviderBudgets;
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;

use crate::config::{BinanceConfig, PricesConfig};
use crate::start_error::StartError;

/// What every provider needs.
pub struct Surroundings {
    pub budgets: Arc<dyn ProviderBudgets>,
    pub clock: Arc<dyn Clock>,
    pub timer: Arc<dyn Timer>,
}

/// All providers of the configuration as one feed.
pub fn feed(config: &PricesConfig, around: &Surroundings) -> Result<UnitedPriceFeed, StartError> {
    let mut sources = Vec::new();
    for name in &config.providers {
        if config.providers.iter().filter(|other| *other == name).count() > 1 {
            return Err(unknown_providers(config));
        }
        sources.push(source(name, config, around)?);
    }
    if sources.is_empty() {
        return Err(unknown_providers(config));
    }
    let settings = FeedSettings {
        gather: Duration::from_millis(config.gather_ms),
        stale_max: Duration::from_millis(config.cache_stale_ms),
        unknown_ttl: Duration::from_millis(config.cache_unknown_ms),
        max_entries: config.cache_entries,
        sanity_factor: config.sanity_factor,
        ..FeedSettings::default()
    };
    Ok(UnitedPriceFeed::new(sources, settings, around.clock.clone(), around.timer.clone(), Handle::current()))
}

fn source(name: &str, config: &PricesConfig, around: &Surroundings) -> Result<PriceSource, StartError> {
    let timeout = Duration::from_millis(config.provider_timeout_ms);
    let clock = around.clock.clone();
    let refused = |error: String| StartError::Config(format!("prices.{name}.url: {error}"));
    let (provider, limits): (Arc<dyn CountedPriceProvider>, GuardSettings) = match name {
        "simulated" => {
            let simulated = SimulatedPriceProvider::new(config.simulated_seed, clock)
                .with_made_up_assets(config.simulated_extra_assets)
                .with_steps_of(Duration::from_millis(config.simulated_step_ms));
            (Arc::new(simulated), GuardSettings::default())
        }
        "coingecko" => {
            let own = &config.coingecko;
            let settings = CoinGeckoSettings {
                base_url: own.url.clone(),
                api_key: key(&own.api_key),
                timeout,
                ..CoinGeckoSettings::default()
            };
            let provider = CoinGeckoPriceProvider::new(settings, clock).map_err(|error| refused(error.to_string()))?;
            (Arc::new(provider), limits(own.calls_per_minute, own.burst, own.calls_per_month))
        }
        "coinpaprika" => {
            let own = &config.coinpaprika;
            let settings = CoinPaprikaSettings {
                base_url: own.url.clone(),
                api_key: key(&own.api_key),
                timeout,
                ..CoinPaprikaSettings::default()
            };
            let provider =
                CoinPaprikaPriceProvider::new(settings, clock).map_err(|error| refused(error.to_string()))?;
            (Arc::new(provider), limits(own.calls_per_minute, own.burst, own.calls_per_month))
        }
        "binance" => {
            let own = &config.binance;
            let provider =
                BinancePriceProvider::new(binance(config), clock).map_err(|error| refused(error.to_string()))?;
            (Arc::new(provider), limits(own.calls_per_minute, own.burst, own.calls_per_month))
        }
        _ => return Err(unknown_providers(config)),
    };
    let limits =
        GuardSettings { max_in_flight: config.provider_max_in_flight, call_timeout: timeout + timeout / 2, ..limits };
    let Surroundings { budgets, clock, timer } = around;
    let guarded = GuardedPriceProvider::new(provider, limits, budgets.clone(), clock.clone(), timer.clone());
    let ttl = Duration::from_millis(config.cache_ttl_ms);
    let source = PriceSource::new(Arc::new(guarded));
    // A made-up price is made up when it is asked for; CoinPaprika renews its own every ten minutes, and counts calls.
    let ttl = match name {
        "simulated" => source.ttl,
        "coinpaprika" => source.ttl.max(ttl),
        _ => ttl,
    };
    Ok(PriceSource { ttl, ..source })
}

/// What ticks by itself, if the configuration wants that.
pub fn live(
    config: &PricesConfig,
    feed: &UnitedPriceFeed,
    around: &Surroundings,
) -> Result<Option<LiveQuotes>, StartError> {
    if !config.live {
        return Ok(None);
    }
    if !config.providers.iter().any(|name| name == "binance") {
        let message = "prices.live is true, but prices.providers does not name \"binance\", whose stream it is";
        return Err(StartError::Config(message.to_owned()));
    }
    let ticks = BinanceTicks::new(binance(config), around.clock.clone(), around.timer.clone())
        .map_err(|error| StartError::Config(format!("prices.binance.stream_url: {error}")))?;
    Ok(Some(feed.live(ticks.stream())))
}

fn binance(config: &PricesConfig) -> BinanceSettings {
    let BinanceConfig { url, stream_url, .. } = &config.binance;
    BinanceSettings {
        base_url: url.clone(),
        stream_url: stream_url.clone(),
        timeout: Duration::from_millis(config.provider_timeout_ms),
        ..BinanceSettings::default()
    }
}

fn limits(calls_per_minute: u32, burst: u32, monthly_budget: u64) -> GuardSettings {
    GuardSettings { calls_per_minute, burst, monthly_budget, ..GuardSettings::default() }
}

fn key(key: &SecretString) -> Option<SecretString> {
    let key = key.expose_secret();
    (!key.is_empty()).then(|| SecretString::from(key))
}

fn unknown_providers(config: &PricesConfig) -> StartError {
    StartError::Config(format!(
        "prices.providers is {:?}; it must name \"coingecko\", \"coinpaprika\", \"binance\" or \"simulated\", each once at \
         most, the first one first",
        config.providers
    ))
}
