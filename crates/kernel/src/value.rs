//! Why a value that came from outside was refused.

/// A refused value: a stable code for programs and one sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidValue {
    /// Stable, `snake_case`: `too_short`, `too_long`, `invalid_character`, `invalid_format`.
    pub code: &'static str,
    /// What to do about it.
    pub message: String,
}

impl InvalidValue {
    /// A refusal with its code and sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Refuses a text whose length in characters lies outside `min..=max`.
    ///
    /// # Errors
    /// `too_short` or `too_long`, naming the bounds.
    pub fn check_length(text: &str, min: usize, max: usize) -> Result<(), Self> {
        // Counting stops one past the bound, so an enormous text costs no more than a long one.
        let length = text.chars().take(max + 1).count();
        if length < min {
            return Err(Self::new("too_short", format!("must have at least {}", characters(min))));
        }
        if length > max {
            return Err(Self::new("too_long", format!("must have at most {}", characters(max))));
        }
        Ok(())
    }
}

fn characters(count: usize) -> String {
    if count == 1 { "1 character".to_owned() } else { format!("{count} characters") }
}
