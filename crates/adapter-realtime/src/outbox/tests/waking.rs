//! When a connection is woken.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// An outbox whose connection waits, and how often that was woken.
fn waiting() -> (Outbox, Arc<Woken>) {
    let (outbox, woken) = (Outbox::new(1_000_000, 1_000, Arc::new(Metrics::register())), Arc::new(Woken::default()));
    let waker = Waker::from(woken.clone());
    assert!(outbox.poll_take(&mut Context::from_waker(&waker), &mut Vec::new()).is_pending());
    (outbox, woken)
}

#[test]
fn a_connection_is_woken_once_after_all_that_came_together() {
    let (outbox, woken) = waiting();
    let mut wakes = Wakes::default();
    for text in ["one ", "two ", "three"] {
        let frame = Frame { bytes: Bytes::copy_from_slice(text.as_bytes()), kind: FrameKind::Event };
        wakes.before(&frame);
        assert_eq!(outbox.push_event(&frame, &mut wakes), Pushed::Queued);
    }
    assert_eq!(woken.0.load(Ordering::SeqCst), 0);
    drop(wakes);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    assert_eq!(text(&[next(&outbox)]), "one two three");
}

#[test]
fn no_more_is_gathered_than_goes_to_the_network_at_once() {
    let (outbox, woken) = waiting();
    let mut wakes = Wakes::default();
    for frame in [frame(TOGETHER), frame(1)] {
        wakes.before(&frame);
        outbox.push_signal(&key("bitcoin"), &frame, &mut wakes);
    }
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
}

#[test]
fn a_goodbye_wakes_at_once() {
    let (outbox, woken) = waiting();
    outbox.close(Bye::NoPong);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
}
