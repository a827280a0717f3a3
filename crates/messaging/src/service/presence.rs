use std::collections::HashSet;

use rialto_kernel::{ConnectionId, UserId};

use super::MessagingService;
use crate::model::{Audience, Presence, PresenceVisibility, Signal};

impl MessagingService {
    /// A device of a user connected.
    pub async fn device_connected(&self, user_id: UserId, connection: ConnectionId) {
        if let Some(presence) = self.deps.presence.connect(user_id, connection).await {
            self.tell_presence(presence).await;
        }
    }

    /// A device of a user left.
    pub async fn device_left(&self, user_id: UserId, connection: ConnectionId) {
        if let Some(presence) = self.deps.presence.disconnect(user_id, connection, self.deps.clock.now()).await {
            self.tell_presence(presence).await;
        }
    }

    /// Whether these users are there, in the same order, as `reader` may know.
    pub async fn presence_of(&self, reader: UserId, users: &[UserId]) -> Vec<Presence> {
        let mut presences = self.deps.presence.presence_of(users).await;
        let others: Vec<UserId> = users.iter().copied().filter(|user_id| *user_id != reader).collect();
        if others.is_empty() {
            return presences;
        }
        // A store that does not answer must not give away what somebody hides.
        let unseen: HashSet<UserId> =
            self.deps.discretion.unseen_by(reader, &others).await.unwrap_or(others).into_iter().collect();
        for presence in presences.iter_mut().filter(|presence| unseen.contains(&presence.user_id)) {
            *presence = Presence::unseen(presence.user_id);
        }
        presences
    }

    /// Who may see whether a user is there has changed: shows it, or shows them gone, to this one or to all.
    pub async fn visibility_changed(&self, user_id: UserId, towards: Option<UserId>) {
        let Ok(PresenceVisibility { hidden, hidden_from }) = self.deps.discretion.visibility_of(user_id).await else {
            return;
        };
        let presence = self.deps.presence.presence_of(&[user_id]).await.pop();
        let presence = presence.unwrap_or(Presence::unseen(user_id));
        let signal = match towards {
            Some(one) if hidden || hidden_from.contains(&one) => {
                Signal::Presence(Presence::unseen(user_id), Audience::Only(one))
            }
            Some(one) => Signal::Presence(presence, Audience::Only(one)),
            None if hidden => Signal::Presence(Presence::unseen(user_id), Audience::AllBut([user_id].into())),
            None => Signal::Presence(presence, Audience::AllBut(hidden_from.into())),
        };
        self.deps.bus.publish_signal(signal).await;
    }

    /// A store that does not answer keeps it quiet.
    async fn tell_presence(&self, presence: Presence) {
        let visibility = self.deps.discretion.visibility_of(presence.user_id).await;
        if let Ok(PresenceVisibility { hidden: false, hidden_from }) = visibility {
            let audience = Audience::AllBut(hidden_from.into());
            self.deps.bus.publish_signal(Signal::Presence(presence, audience)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use rialto_kernel::StoreError;
    use uuid::Uuid;

    use super::*;
    use crate::service::fixtures::{Mocks, ann, bob};

    fn online(user_id: UserId) -> Presence {
        Presence { user_id, online: true, last_seen_at: None }
    }

    fn mocks(visibility: PresenceVisibility) -> Mocks {
        let mut mocks = Mocks::default();
        mocks.presence.expect_connect().returning(|user_id, _| Some(online(user_id)));
        mocks.presence.expect_presence_of().returning(|users| users.iter().map(|user_id| online(*user_id)).collect());
        mocks.discretion.expect_visibility_of().returning(move |_| Ok(visibility.clone()));
        mocks
    }

    #[tokio::test]
    async fn whoever_hides_comes_without_a_word() {
        let mut mocks = mocks(PresenceVisibility { hidden: true, hidden_from: Vec::new() });
        mocks.bus.expect_publish_signal().never();
        mocks.service().device_connected(ann().id, Uuid::from_u128(7).into()).await;
    }

    #[tokio::test]
    async fn whoever_is_blocked_does_not_hear_of_it() {
        let mut mocks = mocks(PresenceVisibility { hidden: false, hidden_from: vec![bob().id] });
        let told = mocks.bus.expect_publish_signal().once();
        let to_others = |signal: &Signal| match signal {
            Signal::Presence(presence, audience) => presence.online && !audience.holds(bob().id),
            _ => false,
        };
        told.withf(to_others).return_const(());
        mocks.service().device_connected(ann().id, Uuid::from_u128(7).into()).await;
    }

    #[tokio::test]
    async fn whoever_begins_to_hide_is_seen_to_go_by_all_but_themselves() {
        let mut mocks = mocks(PresenceVisibility { hidden: true, hidden_from: Vec::new() });
        let gone = Signal::Presence(Presence::unseen(ann().id), Audience::AllBut([ann().id].into()));
        mocks.bus.expect_publish_signal().once().withf(move |signal| *signal == gone).return_const(());
        mocks.service().visibility_changed(ann().id, None).await;
    }

    #[tokio::test]
    async fn what_cannot_be_looked_up_is_not_shown_and_oneself_always_is() {
        let mut mocks = mocks(PresenceVisibility::default());
        mocks.discretion.expect_unseen_by().returning(|_, _| Err(StoreError::unavailable("away")));
        let seen = mocks.service().presence_of(ann().id, &[ann().id, bob().id]).await;
        assert_eq!(seen, [online(ann().id), Presence::unseen(bob().id)]);
    }
}
