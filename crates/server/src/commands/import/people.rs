use std::collections::HashMap;

use rialto_kernel::UserId;
use uuid::Uuid;

/// Who somebody of the other server is here.
pub struct People {
    by_id: HashMap<String, UserId>,
    /// Only where rows call people by their names: elsewhere somebody whose name is a number would be taken for another.
    by_name: Option<HashMap<String, UserId>>,
}

impl People {
    pub fn new(are_called_by_name: bool) -> Self {
        Self { by_id: HashMap::new(), by_name: are_called_by_name.then(HashMap::new) }
    }

    pub fn note(&mut self, id: &str, name: &str, user_id: UserId) {
        self.by_id.insert(key(id), user_id);
        if let Some(by_name) = &mut self.by_name {
            by_name.insert(name.to_owned(), user_id);
        }
    }

    pub fn find(&self, called: &str) -> Option<UserId> {
        let by_name = || self.by_name.as_ref()?.get(called);
        self.by_id.get(&key(called)).or_else(by_name).copied()
    }
}

/// An id as it is compared: a UUID is the same with hyphens and without.
pub fn key(id: &str) -> String {
    Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |uuid| uuid.simple().to_string())
}
