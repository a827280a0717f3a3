//! What stops when. The order is the point, so it stands in one function.

use std::time::Duration;

use rialto_adapter_compat::Surfaces;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::application::Parts;
use crate::start_error::StartError;

/// Requests that still run this long after the sockets have gone are cut off.
pub const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// What is begun after an answer and still runs this long after the last request is cut off.
const LAST_ERRANDS: Duration = Duration::from_secs(5);

/// How long sockets of surfaces may take to say goodbye.
const LAST_SURFACES: Duration = Duration::from_secs(5);

/// How long the last recorded prices may take to be written.
const LAST_PRICES: Duration = Duration::from_secs(5);

/// Serves until `stop` is cancelled, then stops everything in order.
pub async fn run_until_stopped(parts: Parts, stop: CancellationToken) -> Result<(), StartError> {
    let handle = parts.server.handle();
    let mut serving = tokio::spawn(parts.server);
    tokio::select! {
        ended = &mut serving => {
            let reason = match ended {
                Ok(Ok(())) => "it ended by itself".to_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(error) => error.to_string(),
            };
            return Err(StartError::Failed(format!("the server stopped: {reason}")));
        }
        () = stop.cancelled() => {}
    }

    info!("draining");
    // 1. Readiness says no, event streams end: a proxy sends newcomers elsewhere.
    parts.draining.cancel();
    // 2. Sockets are told to come back later, spread over the window.
    tokio::join!(parts.realtime.drain(parts.drain), drain_surfaces(&parts.surfaces));
    parts.stopping.cancel();
    // 3. No new connections; requests in flight finish. Their writes run in tasks of their own.
    if tokio::time::timeout(LAST_REQUESTS, handle.stop(true)).await.is_err() {
        warn!("requests were still running and were cut off");
        handle.stop(false).await;
    }
    let _ = serving.await;
    // 4. What was begun after an answer, such as a mail, is done.
    if !parts.errands.finish(LAST_ERRANDS).await {
        warn!("something that was to be done after an answer, such as a mail, was cut off");
    }
    // 5. Nothing asks for anything any more: background tasks end, then the stores are dropped and flushed.
    for task in parts.background {
        task.abort();
    }
    if tokio::time::timeout(LAST_PRICES, parts.recording.flush_once()).await.is_err() {
        warn!("the last recorded prices were not written");
    }
    info!("stopped");
    Ok(())
}

async fn drain_surfaces(surfaces: &Surfaces) {
    if tokio::time::timeout(LAST_SURFACES, surfaces.drain()).await.is_err() {
        warn!("some sockets of surfaces did not go in time");
    }
}

/// A token that is cancelled by the first SIGINT or SIGTERM. A second one ends the process at once.
pub fn on_signal() -> Result<CancellationToken, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error: std::io::Error| StartError::Failed(format!("cannot listen for signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let token = CancellationToken::new();
    tokio::spawn({
        let token = token.clone();
        async move {
            for _ in 0..2 {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if token.is_cancelled() {
                    std::process::exit(130);
                }
                token.cancel();
            }
        }
    });
    Ok(token)
}
