//! What everything is worth at every moment of the day: the truth that answers are held against.

use rialto_kernel::{Decimal, Instant};

/// Assets with their dollar prices in the middle, as digits and scale: from the dearest to the cheapest.
const ASSETS: &[(&str, i128, u8)] = &[
    ("bitcoin", 61_234_500_000, 6),
    ("ethereum", 3_210_450_000, 6),
    ("tether", 999_400, 6),
    ("binancecoin", 571_100_000, 6),
    ("solana", 145_310_000, 6),
    ("ripple", 521_300, 6),
    ("dogecoin", 123_450, 6),
    ("cardano", 451_200, 6),
    ("tron", 112_500, 6),
    ("polkadot", 7_125_000, 6),
    ("chainlink", 14_560_000, 6),
    ("litecoin", 81_250_000, 6),
    ("uniswap", 9_870_000, 6),
    ("stellar", 111_900, 6),
    ("monero", 165_400_000, 6),
    ("shiba-inu", 24_310_000, 12),
    ("pepe", 11_920_000, 12),
    ("tiny-coin", 310_000, 12),
];

pub fn assets() -> impl Iterator<Item = &'static str> {
    ASSETS.iter().map(|(id, ..)| *id)
}

/// What one unit is worth at a moment, as the provider that prices in this currency says it; `None` for an asset that
/// does not exist.
pub fn price(asset: &str, currency: &str, at: Instant) -> Option<Decimal> {
    let usd = usd(asset, at)?;
    match currency {
        "usd" => Some(usd),
        "eur" => usd.checked_mul(&euros(at)).ok(),
        "usdt" => usd.checked_div(&self::usd("tether", at)?).ok(),
        "btc" => usd.checked_div(&self::usd("bitcoin", at)?).ok(),
        _ => None,
    }
}

/// One dollar in euros.
pub fn euros(at: Instant) -> Decimal {
    Decimal::from_scaled(920_000 + i128::from(wave(at, 7_200, 2_000)), 6).unwrap()
}

fn usd(asset: &str, at: Instant) -> Option<Decimal> {
    let (place, (_, digits, scale)) = ASSETS.iter().enumerate().find(|(_, (id, ..))| *id == asset)?;
    // Up to 20 % to either side in waves of their own lengths; a stablecoin a thousandth.
    let reach = if asset == "tether" { 1_000 } else { 200_000 };
    let place = place as i64;
    let parts = 1_000_000 + wave(at, 11_000 + 977 * place, reach / 2) + wave(at, 1_300 + 131 * place, reach / 2);
    Some(Decimal::from_scaled(digits * i128::from(parts), scale + 6).unwrap())
}

/// Up and down between `-reach` and `reach`, once in `period` seconds.
fn wave(at: Instant, period: i64, reach: i64) -> i64 {
    let into = at.timestamp_millis().rem_euclid(period * 1_000);
    let up = into.min(period * 1_000 - into);
    4 * reach * up / (period * 1_000) - reach
}
