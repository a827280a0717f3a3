use tracing::Instrument;

use crate::error::ApiError;

/// Runs a writing act in a task of its own and waits for it. A client that hangs up drops the waiting,
/// never the act: what was committed is also published.
pub(crate) async fn run_to_end<T, E>(act: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, ApiError>
where
    T: Send + 'static,
    E: Into<ApiError> + Send + 'static,
{
    match tokio::spawn(act.in_current_span()).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(error) => Err(ApiError::internal(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    impl From<Infallible> for ApiError {
        fn from(never: Infallible) -> Self {
            match never {}
        }
    }

    #[actix_web::test]
    async fn an_act_outlives_the_one_who_waits_for_it() {
        let (started_tx, started) = oneshot::channel();
        let (done_tx, done) = oneshot::channel();
        let act = async move {
            started_tx.send(()).unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            done_tx.send("published").unwrap();
            Ok::<_, Infallible>(())
        };
        let waiting = tokio::task::spawn_local(run_to_end(act));
        started.await.unwrap();
        waiting.abort();
        assert_eq!(done.await.unwrap(), "published");
    }
}
