//! The response body of an upgraded connection: the outbox itself, so that between the hub and the
//! network there is no second queue and no task per socket to wake.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use crate::hub::Admission;
use crate::outbox::Outbox;

pub(crate) struct OutboxBody {
    pub outbox: Arc<Outbox>,
    /// Counts as a connection until the network side is gone too, not only the session.
    pub _admission: Admission,
}

impl MessageBody for OutboxBody {
    type Error = Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.outbox.poll_next(cx).map(|bytes| bytes.map(Ok))
    }
}

impl Drop for OutboxBody {
    fn drop(&mut self) {
        // Whoever waits for the client to take something need not wait any longer.
        self.outbox.gone();
    }
}
