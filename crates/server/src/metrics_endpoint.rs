//! `GET /metrics` in the Prometheus text format.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::start_error::StartError;

/// How often old samples are folded away.
const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the recorder of this process; a second call gets an own, unused one.
pub fn install() -> Result<PrometheusHandle, StartError> {
    let latency_seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    let builder = PrometheusBuilder::new()
        .set_buckets(&latency_seconds)
        .map_err(|error| StartError::Failed(format!("cannot set up metrics: {error}")))?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    // Only tests start a second server in one process; theirs shows the first one's figures nowhere.
    let _already_installed = metrics::set_global_recorder(recorder);
    Ok(handle)
}

/// Folds old samples away until the task is dropped.
pub async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// Mounts the endpoint.
pub fn configure(config: &mut web::ServiceConfig, handle: PrometheusHandle) {
    let render = move || {
        let text = handle.render();
        async move { HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text) }
    };
    config.route("/metrics", web::get().to(render));
}
