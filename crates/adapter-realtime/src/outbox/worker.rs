//! Connections are woken where they live. To wake a task of another thread costs a system call; so a thread is sent all
//! that is to be woken there at once, and wakes it itself.

use std::cell::OnceCell;
use std::task::Waker;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::yield_now;

thread_local! {
    static HERE: OnceCell<Worker> = const { OnceCell::new() };
}

/// A thread that serves connections. It is sent no more at a time than there are connections on it.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    wakes: UnboundedSender<Vec<Waker>>,
}

impl Worker {
    /// Makes the thread that asks, one of the HTTP library's, one that wakes its connections itself.
    pub fn settle() {
        HERE.with(|here| {
            here.get_or_init(Self::start);
        });
    }

    /// The thread that asks, if it has settled.
    pub fn here() -> Option<Self> {
        HERE.with(|here| here.get().cloned())
    }

    fn start() -> Self {
        let (wakes, asked) = unbounded_channel();
        actix_web::rt::spawn(wake_all(asked));
        Self { wakes }
    }

    pub fn is(&self, other: &Self) -> bool {
        self.wakes.same_channel(&other.wakes)
    }

    /// Wakes these from that thread. One that has ended has nothing left to wake.
    pub fn wake(&self, wakers: Vec<Waker>) {
        let _ = self.wakes.send(wakers);
    }
}

async fn wake_all(mut asked: UnboundedReceiver<Vec<Waker>>) {
    while let Some(mut wakers) = asked.recv().await {
        // What has come in meanwhile is handled first: what it gives to send goes out together with the rest.
        yield_now().await;
        while let Ok(more) = asked.try_recv() {
            wakers.extend(more);
        }
        wakers.into_iter().for_each(Waker::wake);
    }
}
