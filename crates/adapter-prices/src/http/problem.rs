use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use rialto_portfolio::ProviderError;

/// A call that gave nothing: the cause of a [`ProviderError::Unavailable`], in one short line.
#[derive(Debug)]
pub(crate) struct Problem {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Problem {
    /// A failure on the way to a provider.
    pub(crate) fn on_the_way(provider: &str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { message: format!("the call to {provider} failed"), source: Some(source.into()) }
    }

    /// A failure that the provider told.
    pub(crate) fn told(provider: &str, status: u16, code: Option<i64>, words: Option<&str>) -> Self {
        let mut message = format!("{provider} answered {status}");
        if let Some(code) = code {
            message.push_str(&format!(", code {code}"));
        }
        if let Some(words) = words {
            message.push_str(&format!(": {words}"));
        }
        Self { message, source: None }
    }

    /// As what the port calls it.
    pub(crate) fn unavailable(self) -> ProviderError {
        ProviderError::Unavailable { source: Arc::new(self) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Problem {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Words of others go into our log: cut, and without line breaks that would forge entries.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_cut_to_one_short_line() {
        let line = one_line(&format!("a\nb{}", "x".repeat(500)));
        assert!(line.starts_with("a b") && line.len() == 200);
    }
}
