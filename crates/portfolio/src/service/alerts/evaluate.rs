use std::collections::HashMap;

use rialto_kernel::{Decimal, Instant, StoreError};

use super::AlertService;
use crate::model::{Alert, Firing, MoveWindow, Quote, Verdict, judge};
use crate::ports::FireOutcome;

/// How many alerts are read at once.
const PAGE: u32 = 500;

/// What the price was at the beginning of each window that ends now, as far as it was looked for.
type Bases = HashMap<MoveWindow, Option<Decimal>>;

impl AlertService {
    /// Reads all alerts that must be judged.
    ///
    /// # Errors
    /// When the store does not answer; the book stays as it is.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let mut alerts: Vec<Alert> = Vec::new();
        loop {
            let page = self.deps.store.list_enabled(alerts.last().map(|alert| alert.id), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            alerts.extend(page);
            if is_last {
                break;
            }
        }
        self.book().replace(alerts);
        Ok(())
    }

    /// Judges all alerts that look at what a quote is of, and writes down which fire; those that did. Loads the book if
    /// it never was. Whoever is told is told by [`AlertService::deliver_due`].
    ///
    /// # Errors
    /// When the store does not answer for one of them. The others are judged all the same, and the same quote may be
    /// judged again: what is written down already does not fire twice.
    pub async fn evaluate(&self, quote: &Quote) -> Result<Vec<Firing>, StoreError> {
        if !self.book().loaded {
            self.reload().await?;
        }
        let now = self.deps.clock.now();
        let (mut fired, mut failure) = (Vec::new(), None);
        let alerts = self.book().take_in(quote);
        let mut bases = Bases::new();
        for alert in alerts {
            match self.judge_one(&alert, quote, &mut bases, now).await {
                Ok(firing) => fired.extend(firing),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(fired), Err)
    }

    async fn judge_one(
        &self,
        alert: &Alert,
        quote: &Quote,
        bases: &mut Bases,
        now: Instant,
    ) -> Result<Option<Firing>, StoreError> {
        let base = match alert.rule.window() {
            None => None,
            Some(window) => match bases.get(&window) {
                Some(base) => base.clone(),
                None => {
                    let base = self.base_for(window, quote, now).await?;
                    bases.entry(window).or_insert(base).clone()
                }
            },
        };
        let armed;
        let alert = match judge(alert, quote, base.as_ref(), now) {
            Verdict::Nothing => return Ok(None),
            Verdict::Fires => alert,
            Verdict::Rearms => {
                let Some(again) = self.deps.store.rearm(alert.id, alert.revision, quote.observed_at).await? else {
                    self.changed();
                    return Ok(None);
                };
                self.book().put(again.clone());
                // It may be met already.
                if judge(&again, quote, base.as_ref(), now) != Verdict::Fires {
                    return Ok(None);
                }
                armed = again;
                &armed
            }
        };
        let firing = Firing::of(self.deps.ids.next(), alert, quote, base, now);
        match self.deps.store.fire(alert.id, alert.revision, firing.clone()).await? {
            FireOutcome::Fired(after) => {
                self.book().put(*after);
                Ok(Some(firing))
            }
            // Somebody changed it, or another node was faster.
            FireOutcome::Superseded => {
                self.changed();
                Ok(None)
            }
        }
    }
}
