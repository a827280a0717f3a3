//! How the providers and the cache in front of them do.

use actix_web::{HttpResponse, delete, get};
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{BudgetReport, CacheStats, ProviderReport, ProviderState};
use rialto_wire::list::List;
use rialto_wire::prices::{BudgetView, CacheStatsView, ProviderView};

use crate::admin::guard::ByAdmin;
use crate::auth::Visitor;
use crate::error::ApiError;
use crate::state::State;

/// The providers of prices, the one asked first first: whether they are asked, and what is left of their budgets.
#[utoipa::path(
    tag = "prices",
    security(()),
    responses((status = 200, description = "How each does", body = List<ProviderView>))
)]
#[get("/api/v1/crypto/providers")]
pub(crate) async fn list_providers(_visitor: Visitor, state: State) -> HttpResponse {
    let items = state.prices.providers().iter().map(provider_view).collect();
    HttpResponse::Ok().json(List::<ProviderView> { items, next_cursor: None })
}

/// How well the cache of prices does.
#[utoipa::path(
    tag = "prices",
    security(()),
    responses((status = 200, description = "Counts since the start", body = CacheStatsView))
)]
#[get("/api/v1/crypto/cache/stats")]
pub(crate) async fn get_cache_stats(_visitor: Visitor, state: State) -> HttpResponse {
    HttpResponse::Ok().json(stats_view(&state.prices.cache_stats()))
}

/// Forgets every price that is held, so that the next look-ups ask the providers. For admins.
#[utoipa::path(tag = "prices", responses((status = 204, description = "It is empty")))]
#[delete("/api/v1/crypto/cache")]
pub(crate) async fn clear_cache(state: State, _: ByAdmin<()>) -> Result<HttpResponse, ApiError> {
    state.prices.clear_cache();
    Ok(HttpResponse::NoContent().finish())
}

fn provider_view(report: &ProviderReport) -> ProviderView {
    let (state, until) = match report.state {
        ProviderState::Working => ("working", None),
        ProviderState::Limited { until } => ("limited", Some(until)),
        ProviderState::Resting { until } => ("resting", Some(until)),
        ProviderState::BudgetSpent { until } => ("budget_spent", Some(until)),
    };
    ProviderView {
        name: report.name.to_owned(),
        simulated: report.simulated,
        state: state.to_owned(),
        until: until.map(Instant::into),
        calls: report.calls,
        failed_calls: report.failed_calls,
        calls_left: report.calls_left,
        budget: report.budget.map(budget_view),
        last_success_at: report.last_success_at.map(Instant::into),
        last_failure_at: report.last_failure.as_ref().map(|failure| failure.at.into()),
        // What it said is for the log: it may name what is inside.
        last_failure: report.last_failure.as_ref().map(|failure| failure.kind.to_owned()),
    }
}

fn budget_view(budget: BudgetReport) -> BudgetView {
    BudgetView { limit: budget.limit, left: budget.left, resets_at: budget.resets_at.into() }
}

fn stats_view(stats: &CacheStats) -> CacheStatsView {
    CacheStatsView {
        hits: stats.hits,
        misses: stats.misses,
        hit_ratio: ratio(stats.hits, stats.hits + stats.misses).map(|ratio| ratio.to_string()),
        stale: stats.stale,
        calls: stats.calls,
        failed_calls: stats.failed_calls,
        entries: stats.entries,
    }
}

fn ratio(part: u64, whole: u64) -> Option<Decimal> {
    let decimal = |count: u64| Decimal::from_scaled(i128::from(count), 0).ok();
    Some(decimal(part)?.checked_div(&decimal(whole)?).ok()?.round(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_has_no_hit_ratio() {
        assert_eq!(stats_view(&CacheStats::default()).hit_ratio, None);
        let stats = CacheStats { hits: 2, misses: 1, ..CacheStats::default() };
        assert_eq!(stats_view(&stats).hit_ratio.unwrap(), "0.6667");
    }
}
