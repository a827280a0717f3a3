//! Looks for what no hint told: the bus may lose, and a session may end on another node or on the command line.

use std::time::Duration;

use futures_util::StreamExt;
use rialto_identity::IdentityService;
use rialto_kernel::SessionId;
use rialto_messaging::{BusItem, MessagingService};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Feed;

/// How many streams or sessions one question to the store names.
const CHUNK: usize = 500;
/// How long to wait before subscribing again when the bus ended the stream of hints.
const SUBSCRIBE_AGAIN: Duration = Duration::from_millis(500);

impl Feed {
    /// Follows the hints of other nodes, and looks every `sweep` for what none told. Never ends by itself.
    pub async fn run(&self, identity: IdentityService, messaging: MessagingService, sweep: Duration) {
        let mut sweeps = interval(sweep);
        sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut hints = messaging.hints();
        loop {
            tokio::select! {
                hint = hints.next() => match hint {
                    Some(BusItem::Event(event)) => self.hint(&event),
                    Some(BusItem::Signal(_)) => {}
                    Some(BusItem::Lagged(_)) => self.look_at_logs(&messaging).await,
                    None => {
                        sleep(SUBSCRIBE_AGAIN).await;
                        hints = messaging.hints();
                    }
                },
                _ = sweeps.tick() => {
                    self.look_at_logs(&messaging).await;
                    let sessions = self.board().sessions();
                    self.look_at_sessions(&identity, &sessions).await;
                }
            }
        }
    }

    async fn look_at_logs(&self, messaging: &MessagingService) {
        let streams = self.board().streams();
        for streams in streams.chunks(CHUNK) {
            match messaging.stream_tops(streams).await {
                Ok(tops) => self.board().note_tops(&tops),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a sweep got no answer"),
            }
        }
    }

    /// Ends the subscriptions of those of these sessions that have ended.
    pub(crate) async fn look_at_sessions(&self, identity: &IdentityService, sessions: &[SessionId]) {
        for sessions in sessions.chunks(CHUNK) {
            match identity.ended_sessions(sessions).await {
                Ok(ended) => self.end_sessions(&ended),
                // The next sweep asks again.
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a look got no answer"),
            }
        }
    }
}
