use std::error::Error;
use std::pin::Pin;

/// Work that nobody waits for.
pub type Errand = Pin<Box<dyn Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send>>;

/// Does after the answer what may take a while, so that neither the answer nor its time tells of it.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait Errands: Send + Sync {
    /// Begins an errand and returns at once; `false` if as many are under way as may be, and this one is dropped. That,
    /// and what an errand fails with, is reported where those who run the server look.
    fn run(&self, errand: Errand) -> bool;
}
