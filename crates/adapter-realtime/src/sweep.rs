//! Looks at the store for what the bus has lost: newer events of followed streams, conversations that are gone,
//! and memberships of connected users; and for sessions that ended on another node or on the command line.

use rialto_identity::IdentityService;
use rialto_kernel::UserId;
use rialto_messaging::MessagingService;

use crate::hub::Hub;

/// How many streams or sessions one question to the store names.
const CHUNK: usize = 500;
/// How many users one ordinary sweep looks at: all of them in turn, without a burst of reads.
const USERS_PER_SWEEP: usize = 100;

/// Closes the sockets of sessions that ended and of which nobody told this node.
pub(crate) async fn close_ended(hub: &Hub, identity: &IdentityService) {
    for sessions in hub.sessions().chunks(CHUNK) {
        match identity.ended_sessions(sessions).await {
            Ok(ended) => hub.end_sessions(&ended),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a sweep got no answer"),
        }
    }
}

/// Where the next sweep goes on among the users.
#[derive(Default)]
pub(crate) struct Sweeper {
    after: Option<UserId>,
}

impl Sweeper {
    /// Looks at all streams and at some users, or at all of them after the bus is known to have lost
    /// something.
    pub async fn sweep(&mut self, hub: &Hub, messaging: &MessagingService, everyone: bool) {
        for streams in hub.streams().chunks(CHUNK) {
            match messaging.stream_tops(streams).await {
                Ok(tops) => hub.note_tops(streams, &tops),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a sweep got no answer"),
            }
        }
        for user in self.next_users(hub.users(), everyone) {
            match messaging.followed_streams(user).await {
                Ok(followed) => hub.attach_overlooked(user, &followed),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a sweep got no answer"),
            }
        }
    }

    fn next_users(&mut self, mut users: Vec<UserId>, everyone: bool) -> Vec<UserId> {
        users.sort_unstable();
        if everyone {
            return users;
        }
        let start = users.partition_point(|user| Some(*user) <= self.after);
        let count = USERS_PER_SWEEP.min(users.len());
        if start < users.len() {
            users.rotate_left(start);
        }
        users.truncate(count);
        self.after = users.last().copied();
        users
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::user_id;

    #[test]
    fn ordinary_sweeps_look_at_everyone_in_turn() {
        let users: Vec<_> = (1..=250).map(user_id).collect();
        let mut sweeper = Sweeper::default();
        let mut seen: Vec<_> = (0..3).flat_map(|_| sweeper.next_users(users.clone(), false)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, users);
        assert_eq!(sweeper.next_users(Vec::new(), false), []);
    }
}
