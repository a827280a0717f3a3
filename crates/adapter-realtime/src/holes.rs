//! Events whose hints were lost are read from the log. One read per stream at a time, apart from the
//! fan-out, which goes on for all other streams.

use std::time::Duration;

use rialto_messaging::{MessagingService, StreamId};

use crate::hub::Hub;

/// How many events one read takes.
const PAGE: u16 = 200;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Reads what is missing from a stream until nothing is. A store that does not answer is asked again,
/// ever less often.
pub(crate) async fn read_hole(hub: &Hub, messaging: &MessagingService, stream: StreamId) {
    let mut pause = FIRST_PAUSE;
    while let Some(missing) = hub.missing(stream) {
        hub.metrics().holes_read.increment(1);
        match messaging.replay(stream, missing.after, PAGE).await {
            Ok(events) => {
                pause = FIRST_PAUSE;
                hub.fill(stream, missing, events);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, ?stream, "a hole cannot be read yet");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}
