//! How often: the surfaces share the allowances of the other ways in.

use std::time::Duration;

use actix_web::HttpRequest;
use rialto_kernel::{Network, RateClass, RateVerdict, UserId};

use crate::client::network_of;
use crate::deps::CompatDeps;

/// Takes from an address what a request costs it; how long to wait if nothing is left.
pub(crate) async fn take_from_address(deps: &CompatDeps, req: &HttpRequest, class: RateClass) -> Result<(), Duration> {
    take_from_network(deps, network_of(req, &deps.settings), class).await
}

/// The same for one whose network is known.
pub(crate) async fn take_from_network(deps: &CompatDeps, from: Network, class: RateClass) -> Result<(), Duration> {
    judge(deps.limits.take_from_address(class, from).await)
}

/// Takes from a user what an act costs them; how long to wait if nothing is left.
pub(crate) async fn take_from_user(
    deps: &CompatDeps,
    user: UserId,
    from: Network,
    class: RateClass,
) -> Result<(), Duration> {
    judge(deps.limits.take_from_user(class, user, from).await)
}

fn judge(verdict: Option<RateVerdict>) -> Result<(), Duration> {
    match verdict {
        Some(verdict) if !verdict.allowed => Err(verdict.retry_after),
        _ => Ok(()),
    }
}
