//! Who is here by this way. Gone with the process, numbers included.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rialto_kernel::{Clock, Instant, UserId};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::frame;
use crate::feed::Mailbox;

pub(super) struct Room {
    since: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    /// Of whoever was heard of.
    numbers: HashMap<UserId, u64>,
    people: BTreeMap<u64, Person>,
}

struct Person {
    name: String,
    mailbox: Mailbox,
}

impl Room {
    pub fn new(clock: &dyn Clock) -> Self {
        Self { since: clock.now(), state: Mutex::default() }
    }

    /// Since when the server runs.
    pub const fn since(&self) -> Instant {
        self.since
    }

    /// The number that a user is known by.
    pub fn number_of(&self, user: UserId) -> u64 {
        let state = &mut *self.lock();
        *state.numbers.entry(user).or_insert_with(|| {
            state.last += 1;
            state.last
        })
    }

    /// Somebody came: everybody hears of it, they themselves too.
    pub fn join(&self, user: UserId, name: &str, mailbox: Mailbox, at: Instant) {
        let number = self.number_of(user);
        let people = &mut self.lock().people;
        people.insert(number, Person { name: name.to_owned(), mailbox });
        tell(people, frame::of("join", number, name, &format!("{name} ({number}) joined the chat"), at));
    }

    /// Somebody left: the others hear of it.
    pub fn leave(&self, user: UserId, at: Instant) {
        let number = self.number_of(user);
        let people = &mut self.lock().people;
        if let Some(Person { name, .. }) = people.remove(&number) {
            tell(people, frame::of("leave", number, &name, &format!("{name} ({number}) left the chat"), at));
        }
    }

    /// Number and name of everybody who is here.
    pub fn people(&self) -> Vec<(u64, String)> {
        self.lock().people.iter().map(|(number, person)| (*number, person.name.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Under the lock, so that all hear of comings and goings in one order.
fn tell(people: &BTreeMap<u64, Person>, frame: String) {
    let frame = Utf8Bytes::from(frame);
    for person in people.values() {
        person.mailbox.post(&frame);
    }
}
