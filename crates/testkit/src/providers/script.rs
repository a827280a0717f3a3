use std::collections::VecDeque;
use std::sync::Mutex;

use super::fault::Fault;
use super::http::Request;
use super::limits::{Excess, Limits};

/// What a provider does wrong, whom it lets in, how much it allows, and what it was asked.
#[derive(Default)]
pub struct Script(Mutex<State>);

#[derive(Default)]
struct State {
    next: VecDeque<Fault>,
    storm: Option<Storm>,
    key: Option<(String, String)>,
    limits: Limits,
    exceeded: u64,
    requests: Vec<Request>,
    in_flight: usize,
    most_in_flight: usize,
    delay: std::time::Duration,
}

/// Faults that come by chance, the same each time.
struct Storm {
    per_mille: u32,
    seed: u64,
    faults: Vec<Fault>,
}

/// What becomes of a request.
pub(super) enum Verdict {
    Answer,
    Fail(Fault),
    WrongKey,
    Excess(Excess),
}

impl Script {
    /// The next `count` requests meet this.
    pub fn fail_next(&self, count: usize, fault: Fault) {
        self.state().next.extend(std::iter::repeat_n(fault, count));
    }

    /// From now on so many of a thousand requests meet one of these; none of a thousand ends it.
    pub fn storm(&self, per_mille: u32, seed: u64, faults: Vec<Fault>) {
        let storm = Storm { per_mille, seed, faults };
        self.state().storm = (storm.per_mille > 0 && !storm.faults.is_empty()).then_some(storm);
    }

    /// Refuses whoever does not send this header.
    pub fn require_key(&self, header: &str, key: &str) {
        self.state().key = Some((header.to_owned(), key.to_owned()));
    }

    /// Allows this many calls a minute, and at once no more than `burst`.
    pub fn limit_rate(&self, per_minute: u32, burst: u32) {
        self.state().limits.set_rate(per_minute, burst);
    }

    /// Allows this many calls in a calendar month.
    pub fn limit_month(&self, calls: u64) {
        self.state().limits.set_month(calls);
    }

    /// Takes this long for every answer, in real time.
    pub fn take(&self, delay: std::time::Duration) {
        self.state().delay = delay;
    }

    /// How many calls went beyond a limit.
    #[must_use]
    pub fn exceeded(&self) -> u64 {
        self.state().exceeded
    }

    /// What was asked, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// How many calls were made.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.state().requests.len()
    }

    /// How many requests were under way at once at the most.
    #[must_use]
    pub fn most_in_flight(&self) -> usize {
        self.state().most_in_flight
    }

    pub(super) fn begin(&self, request: &Request) -> (Verdict, std::time::Duration) {
        let mut state = self.state();
        state.requests.push(request.clone());
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        (state.verdict(request), state.delay)
    }

    pub(super) fn end(&self) {
        self.state().in_flight -= 1;
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn verdict(&mut self, request: &Request) -> Verdict {
        // A refused call counts too, and one that fails.
        if let Some(excess) = self.limits.take(request.at) {
            self.exceeded += 1;
            return Verdict::Excess(excess);
        }
        if let Some(fault) = self.next.pop_front() {
            return Verdict::Fail(fault);
        }
        let known = self.key.as_ref().is_none_or(|(header, key)| request.header(header) == Some(key));
        if !known {
            return Verdict::WrongKey;
        }
        self.storm.as_mut().and_then(Storm::strike).map_or(Verdict::Answer, Verdict::Fail)
    }
}

impl Storm {
    fn strike(&mut self) -> Option<Fault> {
        let roll = self.roll();
        let which = usize::try_from(self.roll()).unwrap_or_default() % self.faults.len();
        (roll % 1_000 < u64::from(self.per_mille)).then(|| self.faults[which].clone())
    }

    /// The next number of xorshift.
    fn roll(&mut self) -> u64 {
        self.seed = self.seed.max(1);
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed >> 11
    }
}
