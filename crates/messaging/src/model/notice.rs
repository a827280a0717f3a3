use uuid::Uuid;

/// Something that another part of the server tells a user. Messaging carries it without knowing what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Known by this: a user is told the same once.
    pub id: Uuid,
    /// What happened, such as `alert.fired`: its name on the wire.
    pub name: String,
    /// What there is to say about it: names and texts, in the order in which they were given.
    pub fields: Vec<(String, String)>,
}

impl Notice {
    /// The text of a field, if it is there.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}
