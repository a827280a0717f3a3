//! What the surface `group-server` alone works with.

use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_compat::GroupServerDeps;
use rialto_adapter_memory::MemoryRateLimiter;
use rialto_adapter_security::SharedSecretTokens;
use rialto_edge::{RateLimits, Rates};
use rialto_identity::SharedTokens;
use rialto_kernel::Clock;
use secrecy::ExposeSecret;

use crate::config::Config;
use crate::start_error::StartError;
use crate::wiring::rates;

/// Its tokens, if there is a secret for them, and its limits.
pub fn group_server(config: &Config, clock: Arc<dyn Clock>) -> Result<GroupServerDeps, StartError> {
    let own = &config.compat.group_server;
    // Its allowances are its own: what is asked here takes nothing from the other ways in.
    let limiter = Arc::new(MemoryRateLimiter::new(config.limits.max_keys));
    let rates = Rates { address: own.rate_limit_requests, ..rates(&config.limits) };
    let limits = RateLimits::new(limiter, clock, rates).over(Duration::from_secs(own.rate_limit_seconds));
    Ok(GroupServerDeps { tokens: shared_tokens(config)?, limits })
}

/// The tokens of its clients; `None` without a secret.
pub fn shared_tokens(config: &Config) -> Result<Option<Arc<dyn SharedTokens>>, StartError> {
    let secret = &config.compat.group_server.shared_secret;
    if secret.expose_secret().is_empty() {
        return Ok(None);
    }
    if secret.expose_secret() == config.auth.jwt_secret.expose_secret() {
        tracing::warn!(
            "compat.group_server.shared_secret is auth.jwt_secret: whoever makes tokens for that surface can sign those \
             of this server; give each a secret of its own"
        );
    }
    let tokens = SharedSecretTokens::new(secret);
    let tokens = tokens.map_err(|error| StartError::Secret(format!("compat.group_server.shared_secret {error}")))?;
    Ok(Some(Arc::new(tokens)))
}
