//! Which commands wait for their answer, and which of them are written again after the connection broke.

use std::collections::{BTreeMap, VecDeque};

use tokio::time::Instant;

/// What becomes of a command whose answer was lost with the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfCut {
    /// It is written again: carrying it out twice is the same as once.
    Retry,
    /// It fails: nobody knows whether it was carried out.
    Fail,
}

/// A command on its way.
#[derive(Debug)]
pub struct Pending<R> {
    /// The frame, with its id.
    pub text: String,
    pub if_cut: IfCut,
    /// When whoever waits has waited long enough.
    pub deadline: Instant,
    /// Who waits, and for what.
    pub waiting: R,
}

/// Commands that are not answered yet, by id. Ids grow, so their order is the order in which the commands
/// were given, over any number of connections.
#[derive(Debug)]
pub struct Book<R> {
    room: usize,
    pending: BTreeMap<u64, Pending<R>>,
    unwritten: VecDeque<u64>,
}

impl<R> Book<R> {
    /// A book with room for so many commands.
    pub const fn new(room: usize) -> Self {
        Self { room, pending: BTreeMap::new(), unwritten: VecDeque::new() }
    }

    pub fn has_room(&self) -> bool {
        self.pending.len() < self.room
    }

    /// Enters a command that is to be written. Its id is greater than those before it.
    pub fn enter(&mut self, id: u64, command: Pending<R>) {
        self.pending.insert(id, command);
        self.unwritten.push_back(id);
    }

    pub fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty()
    }

    /// The next command to write; from now on it counts as written.
    pub fn next_unwritten(&mut self) -> Option<(u64, &Pending<R>)> {
        let id = self.unwritten.pop_front()?;
        self.pending.get(&id).map(|command| (id, command))
    }

    /// Takes out a command that was answered.
    pub fn settle(&mut self, id: u64) -> Option<Pending<R>> {
        let settled = self.pending.remove(&id);
        self.unwritten.retain(|unwritten| *unwritten != id);
        settled
    }

    /// The connection broke: what may be written again will be, before what was never written. Gives those
    /// that fail.
    pub fn cut(&mut self) -> Vec<Pending<R>> {
        let unwritten: Vec<u64> = self.unwritten.drain(..).collect();
        let failed = self
            .pending
            .extract_if(.., |id, command| command.if_cut == IfCut::Fail && unwritten.binary_search(id).is_err());
        let failed = failed.map(|(_, command)| command).collect();
        self.unwritten = self.pending.keys().copied().collect();
        failed
    }

    /// Takes out the commands that have waited long enough.
    pub fn expire(&mut self, now: Instant) -> Vec<Pending<R>> {
        let expired: Vec<u64> =
            self.pending.iter().take_while(|(_, command)| command.deadline <= now).map(|(id, _)| *id).collect();
        expired.into_iter().filter_map(|id| self.settle(id)).collect()
    }

    /// When the first of them has waited long enough; all wait equally long.
    pub fn first_deadline(&self) -> Option<Instant> {
        self.pending.first_key_value().map(|(_, command)| command.deadline)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn command(if_cut: IfCut, deadline: Instant) -> Pending<()> {
        Pending { text: String::new(), if_cut, deadline, waiting: () }
    }

    fn written(book: &mut Book<()>) -> Vec<u64> {
        std::iter::from_fn(|| book.next_unwritten().map(|(id, _)| id)).collect()
    }

    #[test]
    fn what_is_safe_to_repeat_is_written_again_in_the_order_it_was_given() {
        let now = Instant::now();
        let mut book = Book::new(9);
        for (id, if_cut) in [(1, IfCut::Retry), (2, IfCut::Fail), (3, IfCut::Retry)] {
            book.enter(id, command(if_cut, now));
        }
        assert_eq!(written(&mut book), [1, 2, 3]);
        assert!(book.settle(1).is_some());
        book.enter(4, command(IfCut::Fail, now));
        book.enter(5, command(IfCut::Retry, now));
        assert_eq!(book.cut().len(), 1, "2 was written and must not be repeated; 4 never was");
        assert_eq!(written(&mut book), [3, 4, 5]);
    }

    #[test]
    fn whoever_has_waited_long_enough_waits_no_more() {
        let now = Instant::now();
        let mut book = Book::new(2);
        book.enter(1, command(IfCut::Retry, now));
        book.enter(2, command(IfCut::Retry, now + Duration::from_secs(1)));
        assert!(!book.has_room());
        assert_eq!(book.first_deadline(), Some(now));
        assert_eq!(book.expire(now).len(), 1);
        assert!(book.has_room());
        assert_eq!(written(&mut book), [2]);
        assert!(book.settle(1).is_none(), "a late answer is nobody's");
    }

    proptest! {
        /// Whatever is answered and however often the connection breaks: what is written after a break is
        /// all that is unanswered, in order.
        #[test]
        fn nothing_unanswered_is_forgotten(steps in prop::collection::vec((0u8..4, 0u64..40), 1..200)) {
            let now = Instant::now();
            let (mut book, mut unanswered, mut last) = (Book::new(usize::MAX), Vec::new(), 0);
            for (step, which) in steps {
                match step {
                    0 => {
                        last += 1;
                        book.enter(last, command(IfCut::Retry, now));
                        unanswered.push(last);
                    }
                    1 => { book.next_unwritten(); }
                    2 => {
                        book.settle(which);
                        unanswered.retain(|id| *id != which);
                    }
                    _ => prop_assert!(book.cut().is_empty()),
                }
            }
            book.cut();
            prop_assert_eq!(written(&mut book), unanswered);
        }
    }
}
