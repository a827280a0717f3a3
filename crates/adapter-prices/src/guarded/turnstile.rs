//! Where the calls to a provider are counted.

use std::sync::{Arc, PoisonError, RwLock};

use rialto_portfolio::{PriceProvider, ProviderError};

use super::limits::Limits;

/// What every call to a provider passes, one by one. It lets all of them pass until a guard sets limits.
#[derive(Default)]
pub struct Turnstile(RwLock<Option<Arc<Limits>>>);

/// A provider that makes each of its calls through a turnstile of its own, whether it makes none, one or many to
/// answer what it is asked.
pub trait CountedPriceProvider: PriceProvider {
    /// What all its calls pass.
    fn turnstile(&self) -> &Turnstile;
}

impl Turnstile {
    /// Makes a call when its turn has come. `call` ends with what the provider's answer means, for that tells
    /// when to call again.
    ///
    /// # Errors
    /// The call's own; `RateLimited`, `BudgetSpent` or `Resting` if it may not be made and was not.
    pub async fn pass<T: Send>(
        &self,
        call: impl Future<Output = Result<T, ProviderError>> + Send,
    ) -> Result<T, ProviderError> {
        let limits = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        match limits {
            Some(limits) => limits.call(call).await,
            None => call.await,
        }
    }

    /// Lets calls pass within `limits` alone from now on.
    pub(super) fn limit(&self, limits: Arc<Limits>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(limits);
    }
}
