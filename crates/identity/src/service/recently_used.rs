use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use rialto_kernel::{Instant, SessionId};

/// Between two notes of one session's use.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// Remembers of which sessions it was written down a moment ago that they were used, so that not every request writes.
///
/// **Bounds.** At most [`RecentlyUsed::MOST`] sessions; when so many are used within a minute, the rest is not noted.
#[derive(Debug, Default)]
pub(super) struct RecentlyUsed(Mutex<HashMap<SessionId, Instant>>);

impl RecentlyUsed {
    const MOST: usize = 100_000;

    /// Whether it is time to write down that a session is used; if so, it counts as written.
    pub(super) fn is_due(&self, session: SessionId, now: Instant) -> bool {
        // A panic elsewhere leaves nothing here half done.
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |at: &Instant| now < *at + PAUSE;
        if noted.get(&session).is_some_and(is_fresh) {
            return false;
        }
        if noted.len() >= Self::MOST {
            noted.retain(|_, at| is_fresh(at));
            if noted.len() >= Self::MOST {
                return false;
            }
        }
        noted.insert(session, now);
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
        let due: Vec<bool> = [0, 1, 59, 60, 61, 120].map(|seconds| recently.is_due(id(1), at(seconds))).into();
        assert_eq!(due, [true, false, false, true, false, true]);
        assert!(recently.is_due(id(2), at(121)), "each for itself");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let recently = RecentlyUsed::default();
        let noted = (0..RecentlyUsed::MOST + 10).filter(|number| recently.is_due(id(*number), now())).count();
        assert_eq!(noted, RecentlyUsed::MOST);
        assert!(recently.is_due(id(RecentlyUsed::MOST), now() + PAUSE), "a minute later there is room");
        assert_eq!(recently.0.lock().unwrap().len(), 1);
    }
}
