//! What each simulated asset is worth at a step, in whole numbers.

use rialto_kernel::{Decimal, DecimalError};

use super::assets::SimulatedAsset;
use super::walk::Walk;

/// One asset on its walk, seen in one currency.
#[derive(Clone, Copy)]
pub(super) struct Market<'a> {
    asset: &'a SimulatedAsset,
    walk: Walk,
    /// Hundredths of a unit of the currency for one dollar.
    rate: i128,
}

impl<'a> Market<'a> {
    pub(super) fn new(asset: &'a SimulatedAsset, seed: u64, rate: i128) -> Self {
        Self { asset, walk: Walk::new(seed, &asset.id, asset.stable), rate }
    }

    pub(super) fn price(&self, step: i64) -> Result<Decimal, DecimalError> {
        Decimal::from_scaled(self.units(step), self.asset.digits)
    }

    /// In units of 10^-12, so that the sizes of all assets compare.
    pub(super) fn size(&self, step: i64) -> i128 {
        self.units(step) * self.asset.supply * 10_i128.pow(12 - u32::from(self.asset.digits.min(12)))
    }

    pub(super) fn market_cap(&self, step: i64) -> Result<Decimal, DecimalError> {
        Ok(Decimal::from_scaled(self.size(step), 12)?.round(0))
    }

    /// Between 2 and 6 % of everything changes hands in a day.
    pub(super) fn volume(&self, step: i64, half_a_day: i64) -> Result<Decimal, DecimalError> {
        let turnover = 40_000 + self.walk.offset(step - half_a_day) * 20_000 / 66_100;
        let part = Decimal::from_scaled(i128::from(turnover), 6)?;
        Ok(self.market_cap(step)?.checked_mul(&part)?.round(0))
    }

    /// The price in units of its last digit, rounded.
    fn units(&self, step: i64) -> i128 {
        let (digits, scale) = self.asset.price;
        // In units of 10^-(scale + 6 + 2): millionths of the start, hundredths of the rate.
        let exact = digits * i128::from(1_000_000 + self.walk.offset(step)) * self.rate;
        let divisor = 10_i128.pow(u32::from(scale + 8).saturating_sub(u32::from(self.asset.digits)));
        (exact + divisor / 2) / divisor
    }
}
