use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::messaging::MessageView;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// A page of the messages that match, newest first. `parameters` are as in the API: `q`, `from`, `in`, `before`,
    /// `after`, `cursor`, `limit`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn search(&self, parameters: &[(&str, &str)]) -> Result<List<MessageView>, ClientError> {
        super::read(self.request(Method::GET, "search").query(parameters).send().await?).await
    }
}
