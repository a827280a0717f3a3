use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use rialto_kernel::{Instant, SessionId};

/// Between two notes of one session's use.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// Between two looks for what may be forgotten: a look passes over everything.
const BETWEEN_LOOKS: TimeDelta = TimeDelta::seconds(10);

/// Remembers of which sessions it was written down a moment ago that they were used, so that not every request writes.
///
/// **Bounds.** At most [`RecentlyUsed::MOST`] sessions; when so many are used within a minute, the rest is not noted. At
/// most [`RecentlyUsed::AT_ONCE`] notes are under way: when everybody comes back at once, others need the store more.
#[derive(Debug, Default)]
pub(super) struct RecentlyUsed {
    noted: Mutex<Noted>,
    under_way: AtomicUsize,
}

#[derive(Debug, Default)]
struct Noted {
    sessions: HashMap<SessionId, Instant>,
    looked_at: Option<Instant>,
}

/// The right to write one note; gives its place back when it is dropped.
pub(super) struct Note(Arc<RecentlyUsed>);

impl Drop for Note {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl RecentlyUsed {
    const MOST: usize = 100_000;
    const AT_ONCE: usize = 8;

    /// The right to write down that a session is used, if it is time to, and there is a place. It counts as written then.
    pub(super) fn begin_note(self: &Arc<Self>, session: SessionId, now: Instant) -> Option<Note> {
        let place = Note(self.clone());
        if self.under_way.fetch_add(1, Ordering::Relaxed) >= Self::AT_ONCE {
            return None;
        }
        self.mark(session, now).then_some(place)
    }

    /// Whether it is time to write down that a session is used; if so, it counts as written.
    pub(super) fn mark(&self, session: SessionId, now: Instant) -> bool {
        // A panic elsewhere leaves nothing here half done.
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |at: &Instant| now < *at + PAUSE;
        if noted.sessions.get(&session).is_some_and(is_fresh) {
            return false;
        }
        if noted.sessions.len() >= Self::MOST && noted.looked_at.is_none_or(|at| now >= at + BETWEEN_LOOKS) {
            noted.looked_at = Some(now);
            noted.sessions.retain(|_, at| is_fresh(at));
        }
        if noted.sessions.len() >= Self::MOST {
            return false;
        }
        noted.sessions.insert(session, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::service::fixtures::now;

    fn id(number: usize) -> SessionId {
        Uuid::from_u128(u128::try_from(number).unwrap()).into()
    }

    #[test]
    fn a_session_is_noted_once_a_minute() {
        let recently = RecentlyUsed::default();
        let at = |seconds| now() + TimeDelta::seconds(seconds);
        let due: Vec<bool> = [0, 1, 59, 60, 61, 120].map(|seconds| recently.mark(id(1), at(seconds))).into();
        assert_eq!(due, [true, false, false, true, false, true]);
        assert!(recently.mark(id(2), at(121)), "each for itself");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let recently = RecentlyUsed::default();
        let noted = (0..RecentlyUsed::MOST + 10).filter(|number| recently.mark(id(*number), now())).count();
        assert_eq!(noted, RecentlyUsed::MOST);
        assert!(recently.mark(id(RecentlyUsed::MOST), now() + PAUSE), "a minute later there is room");
        assert_eq!(recently.noted.lock().unwrap().sessions.len(), 1);
    }

    #[test]
    fn few_notes_are_under_way_and_who_found_no_place_may_come_again() {
        let recently = Arc::new(RecentlyUsed::default());
        let mut notes: Vec<_> = (0..20).filter_map(|number| recently.begin_note(id(number), now())).collect();
        assert_eq!(notes.len(), RecentlyUsed::AT_ONCE);
        assert!(recently.begin_note(id(19), now()).is_none());
        notes.pop();
        assert!(recently.begin_note(id(0), now()).is_none(), "noted a moment ago");
        let late = recently.begin_note(id(19), now());
        assert!(late.is_some());
        drop((late, notes));
        assert_eq!(recently.under_way.load(Ordering::Relaxed), 0);
    }
}
