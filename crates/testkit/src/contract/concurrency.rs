use std::future::Future;

use futures_util::future::join_all;

/// Runs acts at the same time, each in a task of its own, and gives their outcomes in order.
pub(super) async fn at_once<F>(acts: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let tasks: Vec<_> = acts.into_iter().map(tokio::spawn).collect();
    join_all(tasks).await.into_iter().map(|outcome| outcome.unwrap()).collect()
}
