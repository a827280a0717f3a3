//! Answers of `GET crypto/{coin}` that can be given again without a look at what was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Currency, PriceService, Quote};

use super::convert::quote_view;

/// How many different questions are remembered.
const MAX_QUESTIONS: usize = 1_000;

/// Questions that the route has answered with a price: from then on it is known what they mean, however they are put.
#[derive(Default)]
pub struct ReadyQuotes {
    questions: RwLock<HashMap<Box<str>, Arc<Question>>>,
}

/// What a path with its query asks for.
struct Question {
    asset: AssetId,
    currency: Currency,
    written: Mutex<Option<Written>>,
}

/// A body; it says all that a quote and its age in milliseconds do, and nothing else.
struct Written {
    quote: Arc<Quote>,
    age_ms: u128,
    body: Bytes,
}

impl ReadyQuotes {
    /// Remembers what was meant by a path with its query.
    pub(crate) fn learn(&self, asked: &str, asset: &AssetId, currency: &Currency) {
        let mut questions = self.questions.write().unwrap_or_else(PoisonError::into_inner);
        if questions.contains_key(asked) {
            return;
        }
        if questions.len() >= MAX_QUESTIONS {
            // Those that are asked often are back at once.
            questions.clear();
        }
        let question = Question { asset: asset.clone(), currency: currency.clone(), written: Mutex::default() };
        questions.insert(asked.into(), Arc::new(question));
    }

    /// The body of the answer at `now`, if it is known what was asked for and the price is at hand.
    pub(crate) fn answer(&self, asked: &str, prices: &PriceService, now: Instant) -> Option<Bytes> {
        let question = {
            let questions = self.questions.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(questions.get(asked)?)
        };
        let quote = prices.at_hand(&question.asset, &question.currency)?;
        let age_ms = quote.age(now).as_millis();
        let mut written = question.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = &*written
            && written.age_ms == age_ms
            && Arc::ptr_eq(&written.quote, &quote)
        {
            return Some(written.body.clone());
        }
        let body = Bytes::from(serde_json::to_vec(&quote_view(&quote, now)).ok()?);
        *written = Some(Written { quote, age_ms, body: body.clone() });
        Some(body)
    }
}
