use rialto_kernel::{ConversationId, Instant};

/// Terms of a text.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// All must match.
    pub clauses: Vec<Clause>,
    /// Folded username.
    pub from: Option<String>,
    /// Where.
    pub within: Option<Within>,
    /// Before.
    pub before: Option<Instant>,
    /// From.
    pub after: Option<Instant>,
}

/// Where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// By id.
    Conversation(ConversationId),
    /// By key.
    ChannelNamed(String),
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Consecutive terms, the last a prefix.
    Words(Vec<String>),
    /// Consecutive terms.
    Phrase(Vec<String>),
}

impl SearchQuery {
    /// Reads a query.
    ///
    /// # Errors
    /// Many.
    pub fn parse(_text: &str) -> Result<Self, rialto_kernel::InvalidValue> {
        Ok(Self::default())
    }
}
