use async_trait::async_trait;
use rialto_kernel::{AlertId, Cursor, FiringId, Instant, Page, PageLimit, StoreError, UserId};
use rialto_portfolio::{
    Alert, AlertChanges, AlertStore, CreateAlertRefusal, Delivery, DeliveryOutcome, DeliveryTarget, DueDelivery,
    FireOutcome, Firing, LoggedFiring,
};

use crate::MemoryStore;
use crate::page::{nothing, page_of, read_time_cursor, time_cursor};

#[async_trait]
impl AlertStore for MemoryStore {
    async fn create(&self, alert: Alert, max: u32) -> Result<(), CreateAlertRefusal> {
        let mut state = self.state()?;
        state.identity.live_user(alert.owner).ok_or(CreateAlertRefusal::UnknownUser)?;
        if state.alerts.of(alert.owner).count() >= max as usize {
            return Err(CreateAlertRefusal::TooMany);
        }
        state.alerts.alerts.insert(alert.id, alert);
        Ok(())
    }

    async fn list(&self, owner: UserId, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Alert>, StoreError> {
        let after = match after.map(|cursor| cursor.as_str().parse::<AlertId>()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Ok(nothing()),
        };
        let state = self.state()?;
        let own = state.alerts.of(owner).rev().filter(|alert| after.is_none_or(|after| alert.id < after));
        Ok(page_of(own.cloned(), limit, |alert| Cursor::from_keys(&[&alert.id])))
    }

    async fn find(&self, id: AlertId, owner: UserId) -> Result<Option<Alert>, StoreError> {
        Ok(self.state()?.alerts.alerts.get(&id).filter(|alert| alert.owner == owner).cloned())
    }

    async fn change(&self, id: AlertId, owner: UserId, changes: AlertChanges) -> Result<Option<Alert>, StoreError> {
        let tables = &mut self.state()?.alerts;
        let Some(alert) = tables.alerts.get_mut(&id).filter(|alert| alert.owner == owner) else { return Ok(None) };
        *alert = changes.applied_to(alert.clone());
        Ok(Some(alert.clone()))
    }

    async fn delete(&self, id: AlertId, owner: UserId) -> Result<bool, StoreError> {
        let tables = &mut self.state()?.alerts;
        let is_there = tables.alerts.get(&id).is_some_and(|alert| alert.owner == owner);
        if is_there {
            tables.drop_alert(id);
        }
        Ok(is_there)
    }

    async fn list_enabled(&self, after: Option<AlertId>, limit: u32) -> Result<Vec<Alert>, StoreError> {
        let state = self.state()?;
        let is_open = |id| state.identity.live_user(id).is_some_and(|user| user.disabled_at.is_none());
        let next = state.alerts.alerts.values().filter(|alert| alert.is_enabled() && Some(alert.id) > after);
        let enabled = next.filter(|alert| is_open(alert.owner));
        Ok(enabled.take(limit as usize).cloned().collect())
    }

    async fn fire(&self, id: AlertId, revision: u64, firing: Firing) -> Result<FireOutcome, StoreError> {
        let tables = &mut self.state()?.alerts;
        let Some(alert) = tables.current(id, revision).cloned() else { return Ok(FireOutcome::Superseded) };
        let fired = alert.after_firing(&firing);
        tables.log(&fired, firing);
        tables.alerts.insert(id, fired.clone());
        Ok(FireOutcome::Fired(Box::new(fired)))
    }

    async fn rearm(&self, id: AlertId, revision: u64, observed_at: Instant) -> Result<Option<Alert>, StoreError> {
        let tables = &mut self.state()?.alerts;
        let Some(alert) = tables.current(id, revision).cloned() else { return Ok(None) };
        let armed = alert.after_rearming(observed_at);
        tables.alerts.insert(id, armed.clone());
        Ok(Some(armed))
    }

    async fn due_deliveries(&self, now: Instant, limit: u32) -> Result<Vec<DueDelivery>, StoreError> {
        let state = self.state()?;
        let all = state.alerts.firings.values();
        let pairs = all.flat_map(|logged| logged.deliveries.iter().map(|delivery| (&logged.firing, delivery)));
        let mut due: Vec<(Instant, &Firing, &Delivery)> = pairs
            .filter_map(|(firing, delivery)| Some((delivery.state.due_at()?, firing, delivery)))
            .filter(|(due_at, _, _)| *due_at <= now)
            .collect();
        due.sort_by_key(|(due_at, firing, delivery)| (*due_at, firing.id, delivery.target));
        let due = due.into_iter().take(limit as usize).map(|(_, firing, delivery)| DueDelivery {
            firing: firing.clone(),
            target: delivery.target,
            attempts: delivery.attempts,
        });
        Ok(due.collect())
    }

    async fn note_delivery(
        &self,
        firing: FiringId,
        target: DeliveryTarget,
        attempts: u32,
        outcome: DeliveryOutcome,
    ) -> Result<bool, StoreError> {
        let tables = &mut self.state()?.alerts;
        let mut deliveries = tables.firings.get_mut(&firing).into_iter().flat_map(|logged| &mut logged.deliveries);
        let is_due = |known: &Delivery| known.target == target && known.state.due_at().is_some();
        let delivery = deliveries.find(|known| is_due(known) && known.attempts == attempts);
        let Some(delivery) = delivery else { return Ok(false) };
        let DeliveryOutcome { state, at, error } = outcome;
        *delivery = Delivery { target, state, attempts: attempts + 1, changed_at: at, error };
        Ok(true)
    }

    async fn list_firings(
        &self,
        alert_id: AlertId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<LoggedFiring>, StoreError> {
        let after = match after.map(|cursor| read_time_cursor::<FiringId>(&cursor)) {
            None => None,
            Some(Some(position)) => Some(position),
            Some(None) => return Ok(nothing()),
        };
        let state = self.state()?;
        let key = |logged: &LoggedFiring| (logged.firing.fired_at.timestamp_micros(), logged.firing.id);
        let mut own: Vec<_> = state
            .alerts
            .firings
            .values()
            .filter(|logged| logged.firing.alert_id == alert_id)
            .filter(|logged| after.is_none_or(|after| key(logged) < after))
            .cloned()
            .collect();
        own.sort_by_key(|logged| std::cmp::Reverse(key(logged)));
        Ok(page_of(own.into_iter(), limit, |logged| time_cursor(logged.firing.fired_at, logged.firing.id)))
    }

    async fn prune_firings(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        let tables = &mut self.state()?.alerts;
        let old = tables.firings.values().map(|logged| &logged.firing).filter(|firing| firing.fired_at < before);
        let ids: Vec<FiringId> = old.map(|firing| firing.id).take(limit as usize).collect();
        for id in &ids {
            tables.firings.remove(id);
        }
        Ok(ids.len() as u64)
    }
}
