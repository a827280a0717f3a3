//! Who has a socket of this surface on this node.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rialto_kernel::UserId;

/// The sockets by user. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Connected {
    sockets: Arc<Mutex<BTreeMap<UserId, Sockets>>>,
}

struct Sockets {
    username: String,
    count: usize,
}

/// A socket that counts until it is dropped.
pub(super) struct Counted {
    connected: Connected,
    user: UserId,
}

impl Connected {
    /// Counts a socket more.
    pub fn enter(&self, user: UserId, username: &str) -> Counted {
        let mut sockets = self.lock();
        let of_user = sockets.entry(user).or_insert_with(|| Sockets { username: username.to_owned(), count: 0 });
        of_user.count += 1;
        Counted { connected: self.clone(), user }
    }

    /// Id and name of everybody who has one.
    pub fn people(&self) -> Vec<(UserId, String)> {
        self.lock().iter().map(|(user, sockets)| (*user, sockets.username.clone())).collect()
    }

    /// How many sockets there are, of how many users.
    pub fn count(&self) -> (usize, usize) {
        let sockets = self.lock();
        (sockets.values().map(|sockets| sockets.count).sum(), sockets.len())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<UserId, Sockets>> {
        // Nothing that can panic half-way through a change runs under this lock.
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut sockets = self.connected.lock();
        if let Some(of_user) = sockets.get_mut(&self.user) {
            of_user.count -= 1;
            if of_user.count == 0 {
                sockets.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_user_is_there_until_the_last_socket_is_gone() {
        let connected = Connected::default();
        let user: UserId = Uuid::from_u128(1).into();
        let (first, second) = (connected.enter(user, "ann"), connected.enter(user, "ann"));
        assert_eq!(connected.count(), (2, 1));
        drop(first);
        assert_eq!(connected.people(), [(user, "ann".to_owned())]);
        drop(second);
        assert_eq!(connected.count(), (0, 0));
    }
}
