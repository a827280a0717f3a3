use rialto_kernel::UserId;

use super::MessagingService;
use crate::model::Notice;
use crate::ports::PostNoticeRefusal;

impl MessagingService {
    /// Tells a user something on all their devices, those that come later too. Telling the same notice again changes
    /// nothing. Whether it is told for the first time.
    ///
    /// # Errors
    /// See [`PostNoticeRefusal`].
    pub async fn tell_user(&self, user_id: UserId, notice: Notice) -> Result<bool, PostNoticeRefusal> {
        let told = self.deps.notices.post_notice(user_id, notice, self.deps.clock.now()).await?;
        Ok(self.tell(told).await)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{Event, EventBody, StreamId};
    use crate::ports::Done;
    use crate::service::fixtures::{Mocks, ann, now};

    #[tokio::test]
    async fn a_notice_is_hinted_to_the_bus_after_it_is_logged_and_again_when_it_is_told_again() {
        for first in [true, false] {
            let mut mocks = Mocks::default();
            mocks.notices.expect_post_notice().returning(move |user_id, notice, at| {
                let stream = StreamId::Personal(user_id);
                Ok(Done { value: first, events: vec![Event { stream, seq: 3, at, body: EventBody::Notified(notice) }] })
            });
            mocks
                .bus
                .expect_publish_event()
                .withf(|event| event.seq == 3 && event.at == now())
                .times(1)
                .return_const(());
            let notice = Notice { id: Uuid::from_u128(7), name: "alert.fired".into(), fields: Vec::new() };
            assert_eq!(mocks.service().tell_user(ann().id, notice).await.unwrap(), first);
        }
    }

    #[tokio::test]
    async fn whoever_has_gone_is_told_nothing() {
        let mut mocks = Mocks::default();
        mocks.notices.expect_post_notice().returning(|_, _, _| Err(PostNoticeRefusal::UnknownUser));
        mocks.bus.expect_publish_event().never();
        let notice = Notice { id: Uuid::from_u128(7), name: "alert.fired".into(), fields: Vec::new() };
        assert!(mocks.service().tell_user(ann().id, notice).await.is_err());
    }
}
