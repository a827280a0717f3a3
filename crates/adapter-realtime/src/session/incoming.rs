//! What one client sends, as it comes.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;

use crate::decoding::{Decoder, Fault, Received};

/// How much is read at once.
const CHUNK: usize = 16 * 1024;

thread_local! {
    /// Where bytes are read to: a socket that sends nothing holds no buffer.
    static READ: RefCell<Vec<u8>> = RefCell::new(vec![0; CHUNK]);
}

/// The receiving side of a connection.
pub(super) struct Incoming {
    stream: OwnedReadHalf,
    decoder: Decoder,
}

impl Incoming {
    /// Messages of at most `max` bytes; `early` came together with the request.
    pub fn new(stream: OwnedReadHalf, early: &[u8], max: usize) -> Self {
        let mut decoder = Decoder::new(max);
        decoder.feed(early);
        Self { stream, decoder }
    }

    /// The next message; `None` when the client is gone. Reads no further while a message is there to be
    /// taken, and loses nothing when it is not waited for to the end.
    pub async fn next(&mut self) -> Option<Result<Received, Fault>> {
        loop {
            if let Some(message) = self.decoder.next().transpose() {
                return Some(message);
            }
            let decoder = &mut self.decoder;
            match read(&mut self.stream, |bytes| decoder.feed(bytes)).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Returns when the client has closed its side. What it still sends is read and thrown away: closing a
    /// connection with unread bytes would make the network forget what the client has not read yet.
    pub async fn closed(&mut self) {
        loop {
            match self.next().await {
                None | Some(Ok(Received::Close(_))) => return,
                Some(Ok(_)) => {}
                Some(Err(_)) => break,
            }
        }
        while read(&mut self.stream, |_| {}).await.is_ok_and(|count| count > 0) {}
    }
}

/// Reads what is there, or waits for something; how many bytes, none at the end.
async fn read(stream: &mut OwnedReadHalf, mut take: impl FnMut(&[u8])) -> io::Result<usize> {
    poll_fn(|cx| {
        READ.with_borrow_mut(|space| {
            let mut buffer = ReadBuf::new(space);
            ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer))?;
            take(buffer.filled());
            Poll::Ready(Ok(buffer.filled().len()))
        })
    })
    .await
}
