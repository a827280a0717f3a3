//! The network end of a socket: what waits in its outbox goes into the stream. Between the hub and the network there is
//! no second queue, and a socket to which nothing is sent holds no buffer.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;
use tokio::net::tcp::OwnedWriteHalf;

use crate::hub::Admission;
use crate::outbox::{Outbox, Worker};

thread_local! {
    /// Where frames are joined. Each is written, or what is left of it kept, before the next is joined.
    static JOINED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Sends until the outbox has ended or the network has.
pub(crate) struct Outgoing {
    outbox: Arc<Outbox>,
    stream: OwnedWriteHalf,
    /// Taken from the outbox, but not yet by the network.
    rest: Bytes,
    /// Counts as a connection until the network side is gone too, not only the session.
    _admission: Admission,
}

impl Outgoing {
    /// On the thread that will run it.
    pub fn new(outbox: Arc<Outbox>, stream: OwnedWriteHalf, admission: Admission) -> Self {
        Worker::settle();
        Self { outbox, stream, rest: Bytes::new(), _admission: admission }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while !self.rest.is_empty() {
                let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.rest))?;
                self.rest.advance(written);
            }
            self.rest = Bytes::new();
            let ended = JOINED.with_borrow_mut(|joined| {
                joined.clear();
                if ready!(self.outbox.poll_take(cx, joined)).is_none() {
                    return Poll::Ready(Ok(true));
                }
                let written = match Pin::new(&mut self.stream).poll_write(cx, joined) {
                    Poll::Ready(written) => written?,
                    Poll::Pending => 0,
                };
                self.rest = Bytes::copy_from_slice(joined.get(written..).unwrap_or_default());
                Poll::Ready(Ok::<_, io::Error>(false))
            });
            if ready!(ended)? {
                return Pin::new(&mut self.stream).poll_shutdown(cx);
            }
        }
    }
}

impl Future for Outgoing {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // A network that fails is a client that is gone: dropping this says so.
        self.get_mut().poll_send(cx).map(|_| ())
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // Whoever waits for the client to take something need not wait any longer.
        self.outbox.gone();
    }
}
