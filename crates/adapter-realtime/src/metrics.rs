//! What the realtime side counts.

use metrics::{Counter, Gauge, counter, describe_counter, describe_gauge, gauge};

use crate::frames::FrameKind;

/// Handles to every metric of this crate, registered once: install the recorder before the hub is made.
pub(crate) struct Metrics {
    pub connections: Gauge,
    pub events_delivered: Counter,
    pub slow_closed: Counter,
    pub gaps: Counter,
    pub holes_read: Counter,
    frames_sent: [Counter; FrameKind::ALL.len()],
}

impl Metrics {
    pub fn register() -> Self {
        describe_gauge!("rialto_ws_connections", "Open sockets");
        describe_counter!("rialto_ws_frames_sent_total", "Frames handed to the network, by type");
        describe_counter!("rialto_ws_events_delivered_total", "Live events queued, once per socket");
        describe_counter!("rialto_ws_slow_closed_total", "Sockets closed because they were too slow");
        describe_counter!("rialto_ws_gaps_total", "Gaps told to slow sockets");
        describe_counter!("rialto_ws_holes_read_total", "Reads of the log for events whose hints were lost");
        Self {
            connections: gauge!("rialto_ws_connections"),
            events_delivered: counter!("rialto_ws_events_delivered_total"),
            slow_closed: counter!("rialto_ws_slow_closed_total"),
            gaps: counter!("rialto_ws_gaps_total"),
            holes_read: counter!("rialto_ws_holes_read_total"),
            frames_sent: FrameKind::ALL.map(|kind| counter!("rialto_ws_frames_sent_total", "type" => kind.as_str())),
        }
    }

    pub fn frames_sent(&self, counts: &FrameCounts) {
        for (counter, count) in self.frames_sent.iter().zip(counts.0) {
            if count > 0 {
                counter.increment(count);
            }
        }
    }
}

/// How many frames of each kind went out together: counting each alone would cost more than sending it.
#[derive(Default)]
pub(crate) struct FrameCounts([u64; FrameKind::ALL.len()]);

impl FrameCounts {
    pub fn add(&mut self, kind: FrameKind) {
        if let Some(count) = self.0.get_mut(kind as usize) {
            *count += 1;
        }
    }
}
