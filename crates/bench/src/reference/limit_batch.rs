//! `limit-batch`: what came in one round of epoll is joined, and each connection gets one `send`.

use super::limit::{Fan, Receivers};
use crate::error::Result;
use crate::load::{TEXT, server_frame};

#[derive(Default)]
pub struct Batch {
    joined: Vec<u8>,
}

impl Fan for Batch {
    fn message(&mut self, payload: &[u8], _: &mut Receivers) -> Result<()> {
        server_frame(TEXT, payload, &mut self.joined);
        Ok(())
    }

    fn round_ends(&mut self, receivers: &mut Receivers) -> Result<()> {
        if !self.joined.is_empty() {
            receivers.send(&self.joined)?;
            self.joined.clear();
        }
        Ok(())
    }
}
