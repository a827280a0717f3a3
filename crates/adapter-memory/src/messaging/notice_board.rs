use async_trait::async_trait;
use rialto_kernel::{Instant, UserId};
use rialto_messaging::{Done, EventBody, Notice, NoticeBoard, PostNoticeRefusal};

use crate::MemoryStore;

#[async_trait]
impl NoticeBoard for MemoryStore {
    async fn post_notice(&self, user_id: UserId, notice: Notice, at: Instant) -> Result<Done<bool>, PostNoticeRefusal> {
        let mut state = self.state()?;
        state.identity.live_user(user_id).ok_or(PostNoticeRefusal::UnknownUser)?;
        let personal = &mut state.messaging.personal;
        let is_known = |body: &EventBody| matches!(body, EventBody::Notified(known) if known.id == notice.id);
        if let Some(known) = personal.of(user_id).iter().find(|event| is_known(&event.body)) {
            return Ok(Done { value: false, events: vec![known.clone()] });
        }
        let event = personal.append(user_id, at, EventBody::Notified(notice));
        Ok(Done { value: true, events: vec![event] })
    }
}
