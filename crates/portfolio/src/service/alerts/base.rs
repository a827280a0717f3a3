use chrono::TimeDelta;
use rialto_kernel::{Decimal, Instant, StoreError};

use super::AlertService;
use crate::model::{Interval, MoveWindow, Quote};
use crate::ports::Series;

/// How much older than the window the price at its beginning may be.
const TOLERANCE: TimeDelta = TimeDelta::minutes(10);

impl AlertService {
    /// The price at the beginning of a window: of those seen since the start, or else the close of the last five
    /// minutes before it. `None` if neither is to be had.
    pub(super) async fn base_for(
        &self,
        window: MoveWindow,
        quote: &Quote,
        now: Instant,
    ) -> Result<Option<Decimal>, StoreError> {
        let start = now - window.length();
        let seen = self.book().ring_price(quote, start, start - TOLERANCE);
        if seen.is_some() {
            return Ok(seen);
        }
        let interval = Interval::FiveMinutes.start_of(start);
        if let Some(base) = self.book().known_base(quote, window, interval) {
            return Ok(base);
        }
        let base = self.recorded_price(quote, interval, start).await?;
        self.keep_base(quote, window, interval, base.clone());
        Ok(base)
    }

    /// The close of the last interval that was over when `interval` began.
    async fn recorded_price(
        &self,
        quote: &Quote,
        interval: Instant,
        start: Instant,
    ) -> Result<Option<Decimal>, StoreError> {
        let series = Series {
            asset_id: quote.asset_id.clone(),
            currency: quote.currency.clone(),
            interval: Interval::FiveMinutes,
        };
        let point = self.deps.points.find_last(&series, interval - Interval::FiveMinutes.length()).await?;
        let usable = point.filter(|point| {
            // Made-up prices and real ones are never compared.
            point.at >= start - TOLERANCE && point.is_simulated() == quote.is_simulated()
        });
        Ok(usable.map(|point| point.price))
    }

    fn keep_base(&self, quote: &Quote, window: MoveWindow, interval: Instant, base: Option<Decimal>) {
        self.book().note_base(quote, window, interval, base);
    }
}
