use rialto_kernel::{AlertId, ConversationId, Cursor, Page, PageLimit, StoreError, UserId};

use super::{AlertService, UnfitAlert};
use crate::model::{Alert, AlertChanges, LoggedFiring, NewAlert};
use crate::ports::{CourierError, CreateAlertRefusal};

/// Why an alert was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAlertError {
    /// The user has as many as they may.
    #[error("there are too many alerts")]
    TooMany,
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// It may not ask for this.
    #[error(transparent)]
    Unfit(#[from] UnfitAlert),
    /// The owner may not write where it is to be said.
    #[error("the alert cannot be posted into this conversation")]
    MayNotPost,
    /// Nobody can tell now whether the owner may write there.
    #[error(transparent)]
    Courier(CourierError),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an alert stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAlertError {
    /// The user has no such alert.
    #[error("there is no such alert")]
    NotFound,
    /// It may not ask for this.
    #[error(transparent)]
    Unfit(#[from] UnfitAlert),
    /// The owner may not write where it is to be said.
    #[error("the alert cannot be posted into this conversation")]
    MayNotPost,
    /// Nobody can tell now whether the owner may write there.
    #[error(transparent)]
    Courier(CourierError),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AlertService {
    /// Makes an alert. One that is met already fires with the next quote.
    ///
    /// # Errors
    /// See [`CreateAlertError`].
    pub async fn create(&self, owner: UserId, new: NewAlert) -> Result<Alert, CreateAlertError> {
        let alert = new.made(self.deps.ids.next(), owner, self.deps.clock.now());
        self.deps.limits.check(&alert)?;
        if let Some(conversation) = alert.deliver_to
            && !self.may_post(owner, conversation).await.map_err(CreateAlertError::Courier)?
        {
            return Err(CreateAlertError::MayNotPost);
        }
        match self.deps.store.create(alert.clone(), self.deps.limits.max_per_user).await {
            Ok(()) => {
                self.changed();
                Ok(alert)
            }
            Err(CreateAlertRefusal::TooMany) => Err(CreateAlertError::TooMany),
            Err(CreateAlertRefusal::UnknownUser) => Err(CreateAlertError::UnknownUser),
            Err(CreateAlertRefusal::Store(error)) => Err(error.into()),
        }
    }

    /// The alerts of a user, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(
        &self,
        owner: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Alert>, StoreError> {
        self.deps.store.list(owner, after, limit).await
    }

    /// An alert of a user.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, owner: UserId, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.deps.store.find(id, owner).await
    }

    /// Changes an alert of a user. With another rule it is armed, whatever it was before.
    ///
    /// # Errors
    /// See [`ChangeAlertError`].
    pub async fn change(&self, owner: UserId, id: AlertId, changes: AlertChanges) -> Result<Alert, ChangeAlertError> {
        let before = self.deps.store.find(id, owner).await?.ok_or(ChangeAlertError::NotFound)?;
        // Switching one off is always possible.
        if changes.enabled != Some(false) {
            self.deps.limits.check(&changes.clone().applied_to(before.clone()))?;
        }
        if let Some(Some(conversation)) = changes.deliver_to
            && before.deliver_to != Some(conversation)
            && !self.may_post(owner, conversation).await.map_err(ChangeAlertError::Courier)?
        {
            return Err(ChangeAlertError::MayNotPost);
        }
        let changed = self.deps.store.change(id, owner, changes).await?.ok_or(ChangeAlertError::NotFound)?;
        self.changed();
        Ok(changed)
    }

    /// Drops an alert of a user, with its firings; whether it was there.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn delete(&self, owner: UserId, id: AlertId) -> Result<bool, StoreError> {
        let was_there = self.deps.store.delete(id, owner).await?;
        if was_there {
            self.changed();
        }
        Ok(was_there)
    }

    /// The firings of a user's alert with how telling of them went, the newest first; `None` if the user has no such
    /// alert.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn firings(
        &self,
        owner: UserId,
        id: AlertId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Option<Page<LoggedFiring>>, StoreError> {
        if self.deps.store.find(id, owner).await?.is_none() {
            return Ok(None);
        }
        self.deps.store.list_firings(id, after, limit).await.map(Some)
    }

    /// Forgets firings that are older than they are kept, at most `limit`; says how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn prune(&self, limit: u32) -> Result<u64, StoreError> {
        let before = self.deps.clock.now() - self.deps.limits.keep_firings;
        self.deps.store.prune_firings(before, limit).await
    }

    async fn may_post(&self, owner: UserId, conversation: ConversationId) -> Result<bool, CourierError> {
        match self.deps.courier.may_post(owner, conversation).await {
            Err(CourierError::Refused { .. }) => Ok(false),
            answer => answer,
        }
    }
}
