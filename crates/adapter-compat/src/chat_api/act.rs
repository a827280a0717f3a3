use super::refusal::Refusal;

/// Runs a writing act in a task of its own and waits for it. A client that hangs up drops the waiting, never the act: what was
/// committed is also told.
pub(super) async fn to_its_end<T, E>(act: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, Refusal>
where
    T: Send + 'static,
    E: Into<Refusal> + Send + 'static,
{
    match tokio::spawn(act).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(error) => Err(Refusal::fault(&error)),
    }
}
