//! The task that keeps the hub going: it consumes the hints of the bus, carries out the hub's jobs and
//! sweeps. Everything it waits for, it waits for at once.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use rialto_identity::IdentityService;
use rialto_messaging::{BusItem, MessagingService};
use rialto_portfolio::PriceService;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::holes::read_hole;
use crate::hub::{Hub, Job};
use crate::outbox::Wakes;
use crate::sweep::{Sweeper, close_ended};

/// How often stalled sockets and old pages are looked for.
const TIDY_UP: Duration = Duration::from_secs(1);
/// How long to wait before subscribing again when the bus ended the stream of hints.
const SUBSCRIBE_AGAIN: Duration = Duration::from_millis(500);
/// How many hints that wait already are handed on before the sockets they go to are woken.
const HINTS_TOGETHER: usize = 64;

/// Runs until `shutdown`. Only the first call does anything: a hub is kept going once.
pub(crate) async fn run(
    hub: &Hub,
    identity: &IdentityService,
    messaging: &MessagingService,
    prices: &PriceService,
    shutdown: CancellationToken,
) {
    let Some(mut jobs) = hub.take_jobs() else { return };
    let lost = Notify::new();
    let mut under_way: FuturesUnordered<BoxFuture<'_, ()>> = FuturesUnordered::new();
    under_way.push(sweep(hub, messaging, &lost).boxed());
    under_way.push(tidy_up(hub).boxed());
    under_way.push(sweep_sessions(hub, identity).boxed());
    under_way.push(follow_hints(hub, messaging, &lost).boxed());
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some(job) = jobs.recv() => under_way.push(carry_out(hub, messaging, prices, job).boxed()),
            Some(()) = under_way.next() => {}
        }
    }
}

async fn follow_hints(hub: &Hub, messaging: &MessagingService, lost: &Notify) {
    loop {
        let mut hints = messaging.hints().ready_chunks(HINTS_TOGETHER);
        // Sockets may have come before anybody listened.
        lost.notify_one();
        // One hint, and those that are there already: waiting for more would delay a lone one.
        while let Some(together) = hints.next().await {
            let mut wakes = Wakes::default();
            for hint in together {
                match hint {
                    BusItem::Event(event) => hub.hint(event, &mut wakes),
                    BusItem::Signal(signal) => hub.signal(signal, &mut wakes),
                    BusItem::Lagged(count) => {
                        tracing::warn!(count, "the bus lost hints; reading the log");
                        lost.notify_one();
                    }
                }
            }
        }
        tracing::warn!("the bus ended; subscribing again");
        tokio::time::sleep(SUBSCRIBE_AGAIN).await;
    }
}

async fn sweep(hub: &Hub, messaging: &MessagingService, lost: &Notify) {
    let mut sweeper = Sweeper::default();
    loop {
        let everyone = timeout(hub.settings().sweep_interval, lost.notified()).await.is_ok();
        sweeper.sweep(hub, messaging, everyone).await;
    }
}

/// Apart from the streams: a burst of lost hints must not hold it up.
async fn sweep_sessions(hub: &Hub, identity: &IdentityService) {
    let mut sweeps = interval(hub.settings().sweep_interval);
    sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        sweeps.tick().await;
        close_ended(hub, identity).await;
    }
}

async fn tidy_up(hub: &Hub) {
    let mut check = interval(TIDY_UP);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        check.tick().await;
        hub.close_stalled();
        hub.pages().expire();
    }
}

async fn carry_out(hub: &Hub, messaging: &MessagingService, prices: &PriceService, job: Job) {
    match job {
        Job::ReadHole(stream) => read_hole(hub, messaging, stream).await,
        Job::Verify(stream) => match messaging.stream_tops(&[stream]).await {
            Ok(tops) => hub.note_tops(&[stream], &tops),
            // The next sweep asks again.
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a stream cannot be verified yet"),
        },
        Job::Watch(asset, until) => hub.prices().watch(prices, asset, until).await,
    }
}
