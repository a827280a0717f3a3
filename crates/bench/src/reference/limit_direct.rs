//! `limit-direct`: the frame is encoded once, and every delivery is a `send` of its own.

use super::limit::{Fan, Receivers};
use crate::error::Result;
use crate::load::{TEXT, server_frame};

#[derive(Default)]
pub struct Direct {
    frame: Vec<u8>,
}

impl Fan for Direct {
    fn message(&mut self, payload: &[u8], receivers: &mut Receivers) -> Result<()> {
        self.frame.clear();
        server_frame(TEXT, payload, &mut self.frame);
        receivers.send(&self.frame)
    }

    fn round_ends(&mut self, _: &mut Receivers) -> Result<()> {
        Ok(())
    }
}
