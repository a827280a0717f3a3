//! Leaves a provider alone that fails again and again.

use std::time::Duration;

use rialto_kernel::Instant;

use super::jitter::Jitter;

/// Closed: calls are made. Open: none are, for a while. Then one call goes out to see, and the others wait for
/// what becomes of it: half open.
pub(super) struct Breaker {
    failures_until_rest: u32,
    first_rest: Duration,
    longest_rest: Duration,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, rests: u32 },
    HalfOpen { rests: u32 },
}

/// How a call goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// As one of many.
    Free,
    /// As the one that finds out whether the provider works again.
    Probe,
}

/// Who comes while a probe is out is told to come back this much later.
const WHILE_PROBING: Duration = Duration::from_secs(1);

impl Breaker {
    pub(super) fn new(failures_until_rest: u32, first_rest: Duration, longest_rest: Duration) -> Self {
        Self {
            failures_until_rest: failures_until_rest.max(1),
            first_rest,
            longest_rest,
            state: State::Closed { failures: 0 },
        }
    }

    /// Until when the provider rests; `None` when a call may be tried.
    pub(super) fn resting(&self, now: Instant) -> Option<Instant> {
        match self.state {
            // More than we ever ask for means that the clock was set back.
            State::Open { until, .. } if until > now && until <= now + self.longest_rest => Some(until),
            State::HalfOpen { .. } => Some(now + WHILE_PROBING),
            State::Closed { .. } | State::Open { .. } => None,
        }
    }

    /// Lets a call out.
    ///
    /// # Errors
    /// Until when the provider rests.
    pub(super) fn enter(&mut self, now: Instant) -> Result<Passage, Instant> {
        if let Some(until) = self.resting(now) {
            return Err(until);
        }
        match self.state {
            State::Open { rests, .. } => {
                self.state = State::HalfOpen { rests };
                Ok(Passage::Probe)
            }
            State::Closed { .. } | State::HalfOpen { .. } => Ok(Passage::Free),
        }
    }

    pub(super) fn succeeded(&mut self, passage: Passage) {
        // A late answer to a call from before the rest says nothing about now.
        if passage == Passage::Probe || matches!(self.state, State::Closed { .. }) {
            self.state = State::Closed { failures: 0 };
        }
    }

    pub(super) fn failed(&mut self, passage: Passage, now: Instant, jitter: &mut Jitter) {
        let rests = match (self.state, passage) {
            (State::Closed { failures }, _) if failures + 1 < self.failures_until_rest => {
                self.state = State::Closed { failures: failures + 1 };
                return;
            }
            (State::Closed { .. }, _) => 0,
            (State::HalfOpen { rests }, Passage::Probe) => rests + 1,
            (State::HalfOpen { .. } | State::Open { .. }, _) => return,
        };
        let until = now + jitter.wait(self.first_rest, rests, self.longest_rest);
        self.state = State::Open { until, rests };
    }

    /// The call came to no end: whoever made it left.
    pub(super) fn abandoned(&mut self, passage: Passage, now: Instant) {
        if let (State::HalfOpen { rests }, Passage::Probe) = (self.state, passage) {
            self.state = State::Open { until: now, rests };
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const REST: Duration = Duration::from_secs(30);

    fn at(second: i64) -> Instant {
        chrono::DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    fn open_at_0() -> (Breaker, Jitter) {
        let (mut breaker, mut jitter) = (Breaker::new(3, REST, REST * 10), Jitter::seeded(3));
        for _ in 0..3 {
            let passage = breaker.enter(at(0)).unwrap();
            breaker.failed(passage, at(0), &mut jitter);
        }
        (breaker, jitter)
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_between_them_does_not_let_it_come_to_that() {
        let (mut breaker, mut jitter) = (Breaker::new(3, REST, REST * 10), Jitter::seeded(3));
        for _ in 0..10 {
            breaker.failed(Passage::Free, at(0), &mut jitter);
            breaker.failed(Passage::Free, at(0), &mut jitter);
            breaker.succeeded(Passage::Free);
        }
        assert_eq!(breaker.enter(at(0)), Ok(Passage::Free));
        let (mut breaker, _) = open_at_0();
        assert!(breaker.enter(at(14)).is_err());
    }

    #[test]
    fn after_the_rest_one_call_goes_out_and_closes_it_again() {
        let (mut breaker, _) = open_at_0();
        assert_eq!(breaker.enter(at(30)), Ok(Passage::Probe));
        assert!(breaker.enter(at(30)).is_err(), "one probe at a time");
        breaker.succeeded(Passage::Probe);
        assert_eq!(breaker.enter(at(30)), Ok(Passage::Free));
    }

    #[test]
    fn a_probe_that_fails_makes_the_next_rest_longer() {
        let (mut breaker, mut jitter) = open_at_0();
        let passage = breaker.enter(at(30)).unwrap();
        breaker.failed(passage, at(30), &mut jitter);
        assert!(breaker.enter(at(59)).is_err());
        assert_eq!(breaker.enter(at(90)), Ok(Passage::Probe));
    }

    #[test]
    fn a_probe_that_nobody_waited_for_leaves_room_for_another() {
        let (mut breaker, _) = open_at_0();
        let passage = breaker.enter(at(30)).unwrap();
        breaker.abandoned(passage, at(31));
        assert_eq!(breaker.enter(at(31)), Ok(Passage::Probe));
    }

    #[test]
    fn late_answers_of_calls_from_before_the_rest_change_nothing() {
        let (mut breaker, mut jitter) = open_at_0();
        breaker.succeeded(Passage::Free);
        breaker.failed(Passage::Free, at(10), &mut jitter);
        assert!(breaker.enter(at(10)).is_err());
        assert_eq!(breaker.enter(at(30)), Ok(Passage::Probe));
        breaker.failed(Passage::Free, at(30), &mut jitter);
        breaker.succeeded(Passage::Probe);
        assert_eq!(breaker.enter(at(30)), Ok(Passage::Free));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_make_it_rest_for_hours() {
        let (mut breaker, _) = open_at_0();
        assert_eq!(breaker.enter(at(0) - TimeDelta::hours(3)), Ok(Passage::Probe));
    }
}
