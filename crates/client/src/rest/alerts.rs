use reqwest::Method;
use rialto_wire::alerts::{AlertView, ChangeAlertRequest, CreateAlertRequest, FiringView};
use rialto_wire::list::List;
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Makes an alert.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_alert(&self, request: &CreateAlertRequest) -> Result<AlertView, ClientError> {
        self.post("alerts", request).await
    }

    /// A page of one's alerts, the newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn alerts(&self, cursor: Option<&str>) -> Result<List<AlertView>, ClientError> {
        self.page("alerts", cursor).await
    }

    /// One of one's alerts.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn alert(&self, id: Uuid) -> Result<AlertView, ClientError> {
        self.get(&format!("alerts/{id}")).await
    }

    /// Changes an alert.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn change_alert(&self, id: Uuid, changes: &ChangeAlertRequest) -> Result<AlertView, ClientError> {
        self.patch(&format!("alerts/{id}"), changes).await
    }

    /// Drops an alert.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_alert(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("alerts/{id}")).await
    }

    /// A page of what an alert fired, the newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn firings(&self, id: Uuid, cursor: Option<&str>) -> Result<List<FiringView>, ClientError> {
        self.page(&format!("alerts/{id}/firings"), cursor).await
    }
}
