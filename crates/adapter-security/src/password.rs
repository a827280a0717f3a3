//! Password hashes by bcrypt.

use std::sync::Arc;

use async_trait::async_trait;
use rialto_identity::{HashError, Password, PasswordHash, PasswordHasher};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Hashes with bcrypt on blocking threads. At most `max_parallel` hashes run and at most `max_queue`
/// wait; one more is [`HashError::Busy`] at once, so that a flood of logins neither takes every core nor
/// fills the memory.
pub struct BcryptPasswordHasher {
    cost: u32,
    decoy: PasswordHash,
    /// One permit for each that runs or waits.
    admitted: Arc<Semaphore>,
    /// One permit for each that runs.
    running: Arc<Semaphore>,
}

/// Why there is no hasher.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BcryptSetupError {
    /// The cost lies outside what bcrypt defines.
    #[error("the bcrypt cost must lie between 4 and 31, not {0}; 12 is a good choice")]
    CostNotAllowed(u32),
    /// bcrypt did not hash.
    #[error("bcrypt does not work here: {0}")]
    Failed(String),
}

impl BcryptPasswordHasher {
    /// A hasher of the given cost (4 to 31; each step doubles the time). Hashes once, for the decoy, and
    /// blocks meanwhile. `max_parallel` is at least 1.
    ///
    /// # Errors
    /// See [`BcryptSetupError`].
    pub fn new(cost: u32, max_queue: usize, max_parallel: usize) -> Result<Self, BcryptSetupError> {
        let max_parallel = max_parallel.clamp(1, Semaphore::MAX_PERMITS / 2);
        let max_queue = max_queue.min(Semaphore::MAX_PERMITS / 2);
        let mut nobodys_password = [0; 32];
        getrandom::fill(&mut nobodys_password).map_err(|error| BcryptSetupError::Failed(error.to_string()))?;
        let decoy = bcrypt::hash(nobodys_password, cost).map_err(|error| match error {
            bcrypt::BcryptError::CostNotAllowed(cost) => BcryptSetupError::CostNotAllowed(cost),
            other => BcryptSetupError::Failed(other.to_string()),
        })?;
        Ok(Self {
            cost,
            decoy: PasswordHash::new(decoy),
            admitted: Arc::new(Semaphore::new(max_parallel + max_queue)),
            running: Arc::new(Semaphore::new(max_parallel)),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
    ) -> Result<T, HashError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| HashError::Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HashError::Busy)?;
        let hashing = spawn_blocking(move || {
            // The permits live with the work, not with the caller: a caller who leaves does not stop the
            // thread, so the place is taken until the thread is done.
            let _permits = (admitted, running);
            work()
        });
        let outcome = hashing.await.map_err(|error| HashError::Failed(error.to_string()))?;
        outcome.map_err(|error| HashError::Failed(error.to_string()))
    }
}

#[async_trait]
impl PasswordHasher for BcryptPasswordHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        let cost = self.cost;
        // A password has at most 72 bytes, so nothing is cut here.
        self.run(move || bcrypt::hash(password.reveal(), cost)).await.map(PasswordHash::new)
    }

    async fn verify(&self, password: Password, hash: PasswordHash) -> Result<bool, HashError> {
        if !["$2a$", "$2b$", "$2y$"].iter().any(|prefix| hash.as_str().starts_with(prefix)) {
            return Err(HashError::Failed("the stored hash is not of bcrypt".to_owned()));
        }
        self.run(move || bcrypt::verify(password.reveal(), hash.as_str())).await
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        // What this library writes. `2a` and `2y` are the same algorithm as others write it.
        !hash.as_str().starts_with(&format!("$2b${:02}$", self.cost))
    }

    fn decoy(&self) -> PasswordHash {
        self.decoy.clone()
    }
}
