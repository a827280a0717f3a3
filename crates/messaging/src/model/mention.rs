/// Whom a text mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Folded usernames.
    pub usernames: Vec<String>,
    /// `@all`.
    pub all: bool,
    /// `@here`.
    pub here: bool,
}

impl Mentions {
    /// Reads them.
    #[must_use]
    pub fn in_text(_text: &str) -> Self {
        Self::default()
    }
}
