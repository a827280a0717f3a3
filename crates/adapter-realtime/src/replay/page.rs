//! One page of a log, ready to be sent to whoever missed it.

use rialto_kernel::StoreError;
use rialto_messaging::{MessagingService, StreamId};

use crate::frames::Frame;

/// How many events one read takes, and one `catchup` sends.
const PAGE: u16 = 200;

/// Events as frames, by their numbers.
#[derive(Debug)]
pub(crate) struct Page {
    frames: Vec<(u64, Frame)>,
    /// The log had nothing more when it was read.
    is_last: bool,
}

impl Page {
    /// Reads what comes after `after`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read(messaging: &MessagingService, stream: StreamId, after: u64) -> Result<Self, StoreError> {
        let events = messaging.replay(stream, after, PAGE).await?;
        let is_last = events.len() < usize::from(PAGE);
        Ok(Self { frames: events.into_iter().map(|event| (event.seq, Frame::event(&event, true))).collect(), is_last })
    }

    /// The events up to `top`.
    pub fn up_to(&self, top: u64) -> &[(u64, Frame)] {
        &self.frames[..self.frames.partition_point(|(seq, _)| *seq <= top)]
    }

    /// Whether it shows all there is up to `top`, or as much as one page can.
    pub fn reaches(&self, top: u64) -> bool {
        !self.is_last || self.last().is_some_and(|last| last >= top)
    }

    /// Up to where nothing is missing for whoever needs what is up to `top`.
    pub fn covers(&self, after: u64, top: u64) -> u64 {
        let last = self.last().unwrap_or(after);
        if self.is_last { top } else { last.min(top) }
    }

    /// The room that it takes, in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(self) + self.frames.iter().map(|frame| size_of_val(frame) + frame.1.bytes.len()).sum::<usize>()
    }

    fn last(&self) -> Option<u64> {
        self.frames.last().map(|(seq, _)| *seq)
    }
}
