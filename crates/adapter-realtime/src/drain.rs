//! Stopping without a stampede: sockets are sent away one after another, each with a time of its own to
//! come back.

use std::time::Duration;

use rialto_kernel::IdSource;
use tokio::time::{sleep, timeout};

use crate::bye::Bye;
use crate::hub::Hub;

/// How long after the last goodbye the connections may take to be gone.
const GRACE: Duration = Duration::from_secs(5);

/// Stops accepting, spreads the goodbyes over `window`, and waits until every connection is gone or has had
/// its time.
pub(crate) async fn drain(hub: &Hub, ids: &dyn IdSource, window: Duration) {
    hub.stop_admitting();
    let outboxes = hub.outboxes();
    let count = u32::try_from(outboxes.len()).unwrap_or(u32::MAX);
    let step = window.checked_div(count).unwrap_or_default();
    for outbox in outboxes {
        outbox.request_bye(Bye::Draining { retry_after: random_below(ids, window) });
        sleep(step).await;
    }
    let bound = hub.settings().close_timeout + GRACE;
    if timeout(bound, hub.emptied()).await.is_err() {
        tracing::warn!(left = hub.connections(), "some sockets did not go in time");
    }
}

/// A random time below `window`, from the random half of a fresh id.
fn random_below(ids: &dyn IdSource, window: Duration) -> Duration {
    let (_, random) = ids.uuid().as_u64_pair();
    let millis = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(random % millis.max(1))
}
