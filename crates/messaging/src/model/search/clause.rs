/// Something that must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Terms in a row, the last of which may be the beginning of a longer one: what is still being typed is
    /// found already.
    Words(Vec<String>),
    /// Terms in a row, exactly.
    Phrase(Vec<String>),
}

impl Clause {
    /// Whether a text of these terms has it.
    #[must_use]
    pub fn matches(&self, terms: &[String]) -> bool {
        match self {
            Self::Words(wanted) => has_row(terms, wanted, |term, last| term.starts_with(last)),
            Self::Phrase(wanted) => has_row(terms, wanted, |term, last| term == last),
        }
    }
}

/// Whether `wanted` stands in a row somewhere, its last term by the rule of `fits`.
fn has_row(terms: &[String], wanted: &[String], fits: impl Fn(&str, &str) -> bool) -> bool {
    let Some((wanted_last, wanted_before)) = wanted.split_last() else { return true };
    terms
        .windows(wanted.len())
        .any(|row| row.split_last().is_some_and(|(last, before)| fits(last, wanted_last) && before == wanted_before))
}

#[cfg(test)]
mod tests {
    use super::super::terms;
    use super::*;

    fn words(wanted: &str, text: &str) -> bool {
        Clause::Words(terms(wanted)).matches(&terms(text))
    }

    fn phrase(wanted: &str, text: &str) -> bool {
        Clause::Phrase(terms(wanted)).matches(&terms(text))
    }

    #[test]
    fn only_the_last_of_words_may_be_a_beginning() {
        let text = "Learning rust-language today";
        assert!(words("rust-lang", text) && words("RUST", text) && words("learning rust", text));
        assert!(!words("learn rust", text) && !words("lang rust", text) && !words("today rust", text));
        assert!(!words("anguage", text), "not the middle of a word");
    }

    #[test]
    fn a_phrase_is_found_exactly_and_in_a_row() {
        let text = "the quick brown fox";
        assert!(phrase("quick brown", text) && phrase("Fox", text) && phrase(text, text));
        assert!(!phrase("quick bro", text) && !phrase("quick fox", text) && !phrase("the quick brown fox x", text));
    }

    #[test]
    fn a_script_without_spaces_is_found_anywhere() {
        let text = "我昨天在東京タワー買了手機";
        assert!(words("東京", text) && words("タワー", text) && phrase("手機", text));
        assert!(!words("東タ", text) && !words("京東", text));
    }

    #[test]
    fn an_emoji_is_found_in_whatever_form() {
        assert!(words("❤", "I ❤️ it") && words("👍", "ok👍🏽") && words("👍🏽", "👍🏽") && words("🇩🇪", "🇫🇷🇩🇪"));
        assert!(!words("👍🏽", "👍🏿") && !words("🇪🇫", "🇩🇪🇫🇷"));
    }
}
