use rialto_kernel::text::fold;
use rialto_kernel::{ConversationId, Instant, InvalidValue};
use uuid::Uuid;

use super::super::ConversationName;
use super::super::mention::folded_username;
use super::pieces::{Filter, Piece, pieces};
use super::{Clause, terms};

/// What to look for among messages: every clause must be found, and every filter must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What must be found in the text; at most [`SearchQuery::MAX_CLAUSES`].
    pub clauses: Vec<Clause>,
    /// Said by the user whose folded name this is.
    pub from: Option<String>,
    /// Said there.
    pub within: Option<Within>,
    /// Said earlier than this.
    pub before: Option<Instant>,
    /// Said then or later.
    pub after: Option<Instant>,
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// In this conversation.
    Conversation(ConversationId),
    /// In the channel whose name has this key.
    ChannelNamed(String),
}

impl SearchQuery {
    /// The most characters a search may have.
    pub const MAX_CHARACTERS: usize = 256;
    /// The most words and phrases a search may have.
    pub const MAX_CLAUSES: usize = 20;

    /// Reads a search as typed: words and `"phrases"`, and at most once each `from:ann`, `in:lobby` or
    /// `in:` with a conversation's id, `before:` (exclusive) and `after:` (inclusive) with a day in UTC or
    /// an RFC 3339 time. Filters alone are a search too.
    ///
    /// # Errors
    /// `too_short` when there is nothing to look for, `too_long`, or `invalid_format` naming the filter.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        InvalidValue::check_length(text, 0, Self::MAX_CHARACTERS)?;
        let mut query = Self::default();
        for piece in pieces(text) {
            match piece {
                Piece::Filter(filter, value) => query.narrow(filter, value)?,
                Piece::Quoted(quoted) => query.look_for(quoted, Clause::Phrase),
                Piece::Bare(words) => query.look_for(words, Clause::Words),
            }
        }
        if query == Self::default() {
            return Err(InvalidValue::new("too_short", "must have a word, an emoji, a phrase or a filter to look for"));
        }
        if query.clauses.len() > Self::MAX_CLAUSES {
            let message = format!("must have at most {} words and phrases", Self::MAX_CLAUSES);
            return Err(InvalidValue::new("too_long", message));
        }
        Ok(query)
    }

    /// Whether a text of these terms has every clause. The filters are for the store to check.
    #[must_use]
    pub fn matches_terms(&self, terms: &[String]) -> bool {
        self.clauses.iter().all(|clause| clause.matches(terms))
    }

    fn look_for(&mut self, text: &str, clause: impl FnOnce(Vec<String>) -> Clause) {
        let terms = terms(text);
        if !terms.is_empty() {
            self.clauses.push(clause(terms));
        }
    }

    fn narrow(&mut self, filter: Filter, value: &str) -> Result<(), InvalidValue> {
        let value = value.trim();
        let is_first = match filter {
            Filter::From => self.from.replace(username(value)?).is_none(),
            Filter::In => self.within.replace(place(value)?).is_none(),
            Filter::Before => self.before.replace(time(filter, value)?).is_none(),
            Filter::After => self.after.replace(time(filter, value)?).is_none(),
        };
        if is_first { Ok(()) } else { Err(invalid(filter, "may be given only once")) }
    }
}

fn username(value: &str) -> Result<String, InvalidValue> {
    let name = value.strip_prefix(['@', '＠']).unwrap_or(value);
    folded_username(name).ok_or_else(|| invalid(Filter::From, "needs a username, as in from:ann"))
}

fn place(value: &str) -> Result<Within, InvalidValue> {
    // The other forms that a UUID may have are more likely to be names.
    if let Some(id) = Some(value).filter(|id| id.len() == 36).and_then(|id| Uuid::try_parse(id).ok()) {
        return Ok(Within::Conversation(id.into()));
    }
    let name = value.strip_prefix(['#', '＃']).unwrap_or(value);
    ConversationName::parse(name)
        .map(|name| Within::ChannelNamed(name.key()))
        .map_err(|_| invalid(Filter::In, "needs the name of a channel, as in in:lobby, or a conversation's id"))
}

fn time(filter: Filter, value: &str) -> Result<Instant, InvalidValue> {
    // Chinese and Japanese keyboards type wide digits.
    let value = fold(value);
    let read = if is_of_form(&value, "0000-00-00") {
        format!("{value}t00:00:00z").parse().ok()
    } else if value.get(..19).is_some_and(|start| is_of_form(start, "0000-00-00t00:00:00")) {
        value.parse().ok()
    } else {
        None
    };
    let refusal = || invalid(filter, "needs a day or a time, as in 2026-11-25 or 2026-11-25T09:00:00Z");
    // Stores keep microseconds.
    read.and_then(|instant: Instant| Instant::from_timestamp_micros(instant.timestamp_micros())).ok_or_else(refusal)
}

/// Whether a text has digits where the form has zeros, and is the same everywhere else.
fn is_of_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(b, expected)| if expected == b'0' { b.is_ascii_digit() } else { b == expected })
}

fn invalid(filter: Filter, what: &str) -> InvalidValue {
    InvalidValue::new("invalid_format", format!("{}: {what}", filter.as_str()))
}

#[cfg(test)]
mod tests;
