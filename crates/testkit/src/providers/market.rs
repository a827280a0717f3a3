use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use rialto_kernel::{Clock, Decimal, Instant};

use crate::FakeClock;

/// Something that is priced, with what each provider calls it.
#[derive(Clone, Debug)]
pub struct FakeCoin {
    /// CoinGecko's id.
    pub id: String,
    /// Its ticker, lower case.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// CoinPaprika's id, if it lists it.
    pub coinpaprika: Option<String>,
    /// Binance's market, such as `BTCUSDT`, if there is one.
    pub binance: Option<String>,
    /// Dollars, as the text of a JSON number, or `null`.
    pub price: String,
    /// How many units there are; none has no capitalisation and no rank.
    pub supply: u64,
}

impl FakeCoin {
    /// A coin that only CoinGecko lists.
    #[must_use]
    pub fn new(id: &str, price: &str, supply: u64) -> Self {
        let (id, name) = (id.to_owned(), id.to_owned());
        Self { symbol: id.clone(), id, name, coinpaprika: None, binance: None, price: price.to_owned(), supply }
    }

    /// With a ticker and a name.
    #[must_use]
    pub fn called(self, symbol: &str, name: &str) -> Self {
        Self { symbol: symbol.to_owned(), name: name.to_owned(), ..self }
    }

    /// CoinPaprika lists it too.
    #[must_use]
    pub fn at_coinpaprika(self, id: &str) -> Self {
        Self { coinpaprika: Some(id.to_owned()), ..self }
    }

    /// Binance lists it too.
    #[must_use]
    pub fn at_binance(self, symbol: &str) -> Self {
        Self { binance: Some(symbol.to_owned()), ..self }
    }
}

/// What everything is worth and when.
pub struct FakeMarket {
    clock: Arc<FakeClock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    coins: Vec<FakeCoin>,
    points: HashMap<String, BTreeMap<Instant, String>>,
    moving: bool,
}

impl FakeMarket {
    /// A market of nothing.
    #[must_use]
    pub fn new(clock: Arc<FakeClock>) -> Arc<Self> {
        Arc::new(Self { clock, state: Mutex::default() })
    }

    /// Seven coins that everybody lists, one that only CoinGecko does, and one without a price.
    #[must_use]
    pub fn everyday(clock: Arc<FakeClock>) -> Arc<Self> {
        let market = Self::new(clock);
        let coin = |id: &str, symbol: &str, name: &str, paprika: &str, price: &str, supply| {
            FakeCoin::new(id, price, supply)
                .called(symbol, name)
                .at_coinpaprika(paprika)
                .at_binance(&format!("{}USDT", symbol.to_uppercase()))
        };
        market.list(coin("ethereum", "eth", "Ethereum", "eth-ethereum", "3200.123456789012345678", 120_000_000));
        market.list(coin("bitcoin", "btc", "Bitcoin", "btc-bitcoin", "61234.5", 19_750_000));
        let tether = FakeCoin::new("tether", "1.0002", 110_000_000_000).called("usdt", "Tether");
        market.list(tether.at_coinpaprika("usdt-tether"));
        market.list(coin("usd-coin", "usdc", "USDC", "usdc-usd-coin", "0.9999", 33_000_000_000));
        market.list(coin("binancecoin", "bnb", "BNB", "bnb-binance-coin", "580.1", 147_000_000));
        market.list(coin("solana", "sol", "Solana", "sol-solana", "145.31", 465_000_000));
        market.list(coin("dogecoin", "doge", "Dogecoin", "doge-dogecoin", "1.35e-1", 145_000_000_000));
        market.list(FakeCoin::new("tiny-coin", "3.1e-07", 1_000_000_000).called("tiny", "Tiny Coin"));
        market.list(FakeCoin::new("priceless", "null", 0));
        market
    }

    /// Adds a coin.
    pub fn list(&self, coin: FakeCoin) {
        self.state.lock().unwrap().coins.push(coin);
    }

    /// Takes a coin off, everywhere.
    pub fn delist(&self, id: &str) {
        self.state.lock().unwrap().coins.retain(|coin| coin.id != id);
    }

    /// From this time on, and until the next such time, a coin is worth this, as the text of a JSON number.
    pub fn set_price(&self, id: &str, from: Instant, price: &str) {
        let mut state = self.state.lock().unwrap();
        state.points.entry(id.to_owned()).or_default().insert(from, price.to_owned());
    }

    /// Every price moves every minute by up to one in a hundred, the same way each time.
    pub fn move_every_minute(&self) {
        self.state.lock().unwrap().moving = true;
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// All coins, in the order in which they were listed.
    #[must_use]
    pub fn coins(&self) -> Vec<FakeCoin> {
        self.state.lock().unwrap().coins.clone()
    }

    /// What a coin is worth in dollars at a time, as the text of a JSON number or `null`; `None` if it is not listed.
    #[must_use]
    pub fn price(&self, id: &str, at: Instant) -> Option<String> {
        let state = self.state.lock().unwrap();
        let coin = state.coins.iter().find(|coin| coin.id == id)?;
        let point = state.points.get(id).and_then(|points| points.range(..=at).next_back());
        let (_, price) = point.unwrap_or((&at, &coin.price));
        let Some(value) = decimal(price).filter(|_| state.moving && point.is_none()) else {
            return Some(price.clone());
        };
        // Any number that looks random will do, as long as it is the same each time.
        let minute = at.timestamp().div_euclid(60);
        let seed = id.bytes().fold(minute.unsigned_abs(), |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let parts = 9_900 + i128::from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % 201;
        let factor = Decimal::from_scaled(parts, 4).unwrap();
        Some(value.checked_mul(&factor).unwrap().to_string())
    }

    /// The same in another currency; `None` if the market knows no such currency or coin.
    #[must_use]
    pub fn price_in(&self, id: &str, currency: &str, at: Instant) -> Option<String> {
        let rate = Self::rate(currency)?;
        let price = self.price(id, at)?;
        if currency == "usd" {
            return Some(price);
        }
        Some(decimal(&price).map_or("null".to_owned(), |price| price.checked_mul(&rate).unwrap().to_string()))
    }

    /// The place of each coin by capitalisation, from 1; coins without one have none.
    #[must_use]
    pub fn ranked(&self) -> Vec<(FakeCoin, Option<u32>)> {
        let now = self.now();
        let mut coins: Vec<_> = self.coins().into_iter().map(|coin| (self.size(&coin, now), coin)).collect();
        coins.sort_by(|(a, _), (b, _)| b.cmp(a));
        let ranks = coins.into_iter().zip(1..);
        ranks.map(|((size, coin), rank)| (coin, (!size.is_zero()).then_some(rank))).collect()
    }

    /// What all units of a coin are worth in dollars.
    pub(super) fn size(&self, coin: &FakeCoin, at: Instant) -> Decimal {
        let price = self.price(&coin.id, at).and_then(|price| decimal(&price));
        let supply = Decimal::from_scaled(i128::from(coin.supply), 0).unwrap();
        price.map_or_else(Decimal::zero, |price| price.checked_mul(&supply).unwrap())
    }

    /// Whether prices in a currency are known.
    pub(super) fn knows(currency: &str) -> bool {
        Self::rate(currency).is_some()
    }

    fn rate(currency: &str) -> Option<Decimal> {
        let rate = match currency {
            "usd" => "1",
            "eur" => "0.92",
            "gbp" => "0.79",
            "jpy" => "150",
            "btc" => "0.000016",
            _ => return None,
        };
        decimal(rate)
    }
}

pub(super) fn decimal(text: &str) -> Option<Decimal> {
    Decimal::parse_rounded(text).ok()
}
