use rialto_kernel::text::fold;

use super::{DisplayName, Username};

/// Whom somebody looks for: those whose username starts with what was typed, and those in whose display name each
/// typed word begins a word. All in whatever letter case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// What the key of the username starts with.
    pub name_prefix: String,
    /// What words of the display name start with; none looks at usernames alone.
    pub words: Vec<String>,
}

impl Sought {
    /// More words than this are not looked for: nobody has them.
    pub const MAX_WORDS: usize = 8;

    /// Reads what was typed; nothing looks for everybody.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut words: Vec<String> = words_of(text).collect();
        words.truncate(Self::MAX_WORDS);
        Self { name_prefix: Username::key_prefix(text.trim()), words }
    }

    /// Whether everybody is looked for.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        self.name_prefix.is_empty()
    }
}

impl DisplayName {
    /// What the name is found by: each of its words, and where words are not separated, what follows each character
    /// too. Never empty.
    #[must_use]
    pub fn index(&self) -> Vec<String> {
        let mut index: Vec<String> = words_of(self.as_str()).flat_map(tails).collect();
        if index.is_empty() {
            index.push(fold(self.as_str()));
        }
        index.sort_unstable();
        index.dedup();
        index
    }
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> = folded.split(separates).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// Marks that are not ASCII stay: in many scripts they are parts of letters.
fn separates(c: char) -> bool {
    c.is_whitespace()
        || (c.is_ascii() && !c.is_ascii_alphanumeric())
        || matches!(c, '\u{a1}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{301f}' | '\u{30fb}')
}

/// A word, and what follows each of its characters that needs no space before it.
fn tails(word: String) -> Vec<String> {
    let starts = word.char_indices().filter(|(at, c)| *at == 0 || is_unspaced(*c));
    starts.map(|(at, _)| word[at..].to_owned()).collect()
}

/// Letters of scripts that write words without spaces between them.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &str) -> Vec<String> {
        DisplayName::parse(name).unwrap().index()
    }

    #[test]
    fn a_name_is_found_by_its_words_in_any_letter_case() {
        assert_eq!(index("Ann-Marie O'Neil"), ["ann", "marie", "neil", "o"]);
        assert_eq!(index("ΟΔΥΣΣΕΥΣ Иванов"), ["οδυσσευσ", "иванов"]);
        assert_eq!(index("❤\u{fe0f}").len(), 1, "a name of no letters is found too");
    }

    #[test]
    fn a_name_without_spaces_is_found_by_what_follows_each_character() {
        assert_eq!(index("李小龙"), ["小龙", "李小龙", "龙"]);
        assert_eq!(index("Bruce 李"), ["bruce", "李"]);
    }

    #[test]
    fn what_is_typed_is_a_start_of_a_username_and_words_of_a_display_name() {
        let sought = Sought::parse(" Ann LEE");
        assert_eq!((sought.name_prefix.as_str(), sought.words), ("ann lee", vec!["ann".into(), "lee".into()]));
        assert!(Sought::parse("  ").is_everybody());
        assert_eq!(Sought::parse("a b c d e f g h i j").words.len(), Sought::MAX_WORDS);
    }
}
