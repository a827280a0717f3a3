//! What waits for one socket, at each of its limits.

mod waking;

use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use super::network::TOGETHER;
use super::*;

const BYTES: usize = 1_000;

fn outbox() -> Outbox {
    Outbox::new(BYTES, 100, Arc::new(Metrics::register()))
}

fn frame(length: usize) -> Frame {
    Frame { bytes: Bytes::from(vec![b'x'; length]), kind: FrameKind::Event }
}

fn key(asset: &str) -> SignalKey {
    SignalKey::Tick(AssetId::parse(asset).unwrap())
}

fn text(frames: &[Bytes]) -> String {
    frames.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
}

#[tokio::test]
async fn past_half_the_newest_signal_of_each_key_waits_for_room() {
    let outbox = outbox();
    outbox.push(frame(500));
    let tick = |text: &str| Frame { bytes: Bytes::copy_from_slice(text.as_bytes()), kind: FrameKind::Signal };
    outbox.push_signal(&key("bitcoin"), &tick("old"), &mut Wakes::default());
    outbox.push_signal(&key("bitcoin"), &tick("new"), &mut Wakes::default());
    outbox.push_signal(&key("ether"), &tick("other"), &mut Wakes::default());
    let sent = outbox.take_all();
    assert_eq!(sent.len(), 3, "one frame and the newest of two keys");
    let mut signals = [text(&sent[1..2]), text(&sent[2..3])];
    signals.sort();
    assert_eq!(signals, ["new", "other"]);
}

#[tokio::test]
async fn past_eighty_percent_events_are_refused_but_answers_are_not() {
    let outbox = outbox();
    assert_eq!(outbox.push_event(&frame(700), &mut Wakes::default()), Pushed::Queued);
    assert_eq!(outbox.push_event(&frame(101), &mut Wakes::default()), Pushed::Refused);
    outbox.push(frame(299));
    assert!(!outbox.is_closing());
    assert!(!outbox.take_recovered(), "not before it has drained");
    assert_eq!(outbox.take_all().len(), 2);
    assert!(outbox.take_recovered());
    assert!(!outbox.take_recovered(), "told once");
}

#[tokio::test]
async fn a_full_queue_is_thrown_away_for_a_goodbye() {
    let outbox = outbox();
    outbox.push(frame(900));
    outbox.push(frame(101));
    assert!(outbox.is_closing());
    outbox.push(frame(1));
    let sent = outbox.take_all();
    assert_eq!(sent.len(), 2);
    assert!(text(&sent).contains("4002"));
}

#[tokio::test]
async fn frames_are_counted_as_well_as_bytes() {
    let outbox = outbox();
    for _ in 0..80 {
        assert_eq!(outbox.push_event(&frame(1), &mut Wakes::default()), Pushed::Queued);
    }
    assert_eq!(outbox.push_event(&frame(1), &mut Wakes::default()), Pushed::Refused);
}

#[tokio::test]
async fn a_frame_larger_than_the_queue_can_be_sent_when_it_is_empty() {
    let outbox = outbox();
    outbox.push(frame(5_000));
    assert!(!outbox.is_closing());
    assert_eq!(outbox.take_all().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_queue_from_which_nothing_is_taken_closes() {
    let (outbox, timeout) = (Outbox::new(1_000_000, 100, Arc::new(Metrics::register())), Duration::from_secs(10));
    tokio::time::advance(timeout).await;
    outbox.close_if_stalled(Instant::now(), timeout);
    assert!(!outbox.is_closing(), "an empty queue waits for nobody");
    // Too large to go out together.
    outbox.push(frame(TOGETHER));
    outbox.push(frame(TOGETHER));
    tokio::time::advance(timeout / 2).await;
    let _ = next(&outbox);
    tokio::time::advance(timeout / 2).await;
    outbox.close_if_stalled(Instant::now(), timeout);
    assert!(!outbox.is_closing(), "something was taken meanwhile");
    tokio::time::advance(timeout / 2).await;
    outbox.close_if_stalled(Instant::now(), timeout);
    assert!(outbox.is_closing());
}

#[tokio::test]
async fn what_a_client_does_not_take_in_time_is_not_kept_but_for_the_goodbye() {
    let outbox = Arc::new(outbox());
    outbox.push(frame(900));
    outbox.close(Bye::NoPong);
    outbox.end();
    outbox.abandon();
    assert!(text(&outbox.take_all()).contains("4003"));
    assert_eq!(poll_take(&outbox), Poll::Ready(None));
    let waiting = tokio::spawn({
        let outbox = outbox.clone();
        async move { outbox.until_gone().await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    outbox.gone();
    waiting.await.unwrap();
}

#[tokio::test]
async fn paced_frames_wait_for_room_and_give_up_when_the_socket_closes() {
    let outbox = Arc::new(outbox());
    outbox.push(frame(500));
    let waiting = tokio::spawn({
        let outbox = outbox.clone();
        async move {
            outbox.push_paced(frame(10)).await?;
            outbox.push(frame(500));
            outbox.push_paced(frame(10)).await
        }
    });
    tokio::task::yield_now().await;
    assert_eq!(outbox.take_all().len(), 1);
    tokio::task::yield_now().await;
    outbox.close(Bye::NoPong);
    assert_eq!(waiting.await.unwrap(), Err(Closing));
}

fn poll_take(outbox: &Outbox) -> Poll<Option<Bytes>> {
    let mut taken = Vec::new();
    outbox.poll_take(&mut Context::from_waker(Waker::noop()), &mut taken).map(|some| some.map(|()| taken.into()))
}

fn next(outbox: &Outbox) -> Bytes {
    match poll_take(outbox) {
        Poll::Ready(Some(bytes)) => bytes,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn small_frames_that_wait_go_out_together_in_order_and_large_ones_alone() {
    let outbox = Outbox::new(1_000_000, 1_000, Arc::new(Metrics::register()));
    let made = |text: &str| Frame { bytes: Bytes::copy_from_slice(text.as_bytes()), kind: FrameKind::Event };
    for text in ["one ", "two ", "three"] {
        outbox.push(made(text));
    }
    outbox.push(frame(TOGETHER));
    (0..5).for_each(|_| outbox.push(frame(TOGETHER / 3)));
    assert_eq!(text(&[next(&outbox)]), "one two three");
    let lengths: Vec<_> = (0..3).map(|_| next(&outbox).len()).collect();
    assert_eq!(lengths, [TOGETHER, TOGETHER / 3 * 3, TOGETHER / 3 * 2]);
    assert!(poll_take(&outbox).is_pending());
}
