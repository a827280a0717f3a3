use proptest::prelude::*;

use super::*;

const DEAF_AFTER: Duration = Duration::from_secs(5);

fn epoch() -> Uuid {
    Uuid::from_u128(1)
}

fn told(seq: u64, from: Option<u64>) -> StreamPosition {
    StreamPosition { epoch: epoch(), seq, from, ok: true, reason: None, read: None, unread: None, mentions: None }
}

fn ready(positions: &mut Positions, told: StreamPosition) -> Vec<(String, String)> {
    positions.ready(&[("c:1".to_owned(), told)].into(), Instant::now())
}

fn at(seq: u64) -> Positions {
    let mut positions = Positions::new(DEAF_AFTER);
    assert_eq!(ready(&mut positions, told(seq, None)), []);
    positions
}

#[test]
fn each_event_is_next_once_and_in_order() {
    let (mut positions, now) = (at(7), Instant::now());
    let arrivals = [8, 8, 3, 10].map(|seq| positions.accept("c:1", seq, now));
    assert_eq!(arrivals, [Arrival::Next, Arrival::Repeated, Arrival::Repeated, Arrival::Early]);
    assert_eq!(positions.seen("c:1"), 8);
    assert_eq!(positions.due()["c:1"], now, "an early event shows that something is missing");
    assert_eq!([9, 10].map(|seq| positions.accept("c:1", seq, now)), [Arrival::Next; 2]);
    assert!(positions.due().is_empty());
    assert_eq!(positions.resume(), [("c:1".to_owned(), (epoch(), 10))].into());
}

#[test]
fn a_resumed_stream_goes_on_where_it_was_and_is_not_asked_for_while_it_is_replayed() {
    let (mut positions, now) = (at(7), Instant::now());
    assert_eq!(ready(&mut positions, told(9, Some(7))), []);
    positions.heard("c:1", 12, now);
    assert!(positions.due().is_empty());
    positions.accept("c:1", 8, now);
    positions.reaches("c:1", 12, now);
    assert_eq!(positions.due()["c:1"], now, "synced, and not complete");
}

#[test]
fn a_stream_that_found_no_room_in_resume_is_caught_up() {
    let mut positions = at(7);
    assert!(fitting(positions.resume(), 60).is_empty());
    assert_eq!(fitting(positions.resume(), 80).len(), 1);
    assert_eq!(ready(&mut positions, told(9, None)), []);
    assert!(positions.due().contains_key("c:1"));
    assert_eq!(positions.seen("c:1"), 7);
}

#[test]
fn a_refused_resume_or_another_history_is_told_and_goes_on_from_there() {
    let refused = StreamPosition { ok: false, reason: Some("too_far".to_owned()), ..told(900, None) };
    let other = StreamPosition { epoch: Uuid::from_u128(2), ..told(9, Some(7)) };
    for (told, reason) in [(refused, "too_far"), (other, "epoch_changed"), (told(5, None), "epoch_changed")] {
        let mut positions = at(7);
        let seq = told.seq;
        assert_eq!(ready(&mut positions, told), [("c:1".to_owned(), reason.to_owned())]);
        assert_eq!(positions.seen("c:1"), seq);
    }
}

#[test]
fn a_stream_one_is_no_longer_attached_to_is_forgotten() {
    let mut positions = at(7);
    positions.ready(&BTreeMap::new(), Instant::now());
    assert!(!positions.knows("c:1"));
    assert!(positions.resume().is_empty());
}

#[test]
fn a_stream_one_comes_into_begins_with_its_first_event_and_takes_its_epoch_from_the_next_ready() {
    let (mut positions, now) = (at(7), Instant::now());
    assert_eq!(positions.accept("u", 31, now), Arrival::Next);
    assert_eq!(positions.accept("u", 31, now), Arrival::Repeated);
    assert!(!positions.resume().contains_key("u"), "no epoch, nothing to resume by");
    assert_eq!(positions.ready(&[("u".to_owned(), told(33, None))].into(), now), []);
    assert_eq!(positions.due()["u"], now);
    assert_eq!(positions.resume()["u"], (epoch(), 31));
}

#[test]
fn a_top_that_is_not_reached_for_some_time_shows_a_deaf_socket() {
    let (mut positions, now) = (at(7), Instant::now());
    positions.heard("c:1", 7, now);
    positions.heard("c:unknown", 9, now);
    assert!(positions.due().is_empty());
    positions.heard("c:1", 9, now);
    assert_eq!(positions.due()["c:1"], now + DEAF_AFTER);
    let later = now + Duration::from_secs(1);
    positions.accept("c:1", 8, later);
    assert_eq!(positions.due()["c:1"], later + DEAF_AFTER, "events come, so it is not deaf");
}

proptest! {
    /// Whatever comes, repeats, jumps and is lost: what is handed on is 1, 2, 3, … without a hole.
    #[test]
    fn what_is_handed_on_has_no_hole_and_no_repetition(arrivals in prop::collection::vec(1u64..30, 0..300)) {
        let (mut positions, now) = (at(0), Instant::now());
        let handed: Vec<u64> =
            arrivals.into_iter().filter(|seq| positions.accept("c:1", *seq, now) == Arrival::Next).collect();
        let expected: Vec<u64> = (1..=handed.len() as u64).collect();
        prop_assert_eq!(handed, expected);
        prop_assert_eq!(positions.due().contains_key("c:1"), positions.is_behind("c:1"));
    }
}
