mod code;

use rialto_kernel::text::fold;

use code::outside_code;

/// Whom a text calls: `@name`, and the groups `@all` and `@here` in any letter case.
///
/// A name ends where a character stands that no username may hold; dots and hyphens at its end are
/// punctuation. So a name in a script without spaces needs a space after it. An `@` after a letter or digit
/// is an address, and code calls nobody. Whether there is such a user, the text does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The folded names, in the order in which they are first mentioned; at most
    /// [`Mentions::MAX_USERNAMES`].
    pub usernames: Vec<String>,
    /// Everyone is called.
    pub all: bool,
    /// Everyone who is there now is called.
    pub here: bool,
}

impl Mentions {
    /// How many names of one text count; those after them are plain text.
    pub const MAX_USERNAMES: usize = 50;

    /// Finds the mentions in a message as typed.
    #[must_use]
    pub fn in_text(text: &str) -> Self {
        let mut mentions = Self::default();
        for name in outside_code(text).into_iter().flat_map(names_in) {
            mentions.add(name);
        }
        mentions
    }

    fn add(&mut self, name: String) {
        match name.as_str() {
            "all" => self.all = true,
            "here" => self.here = true,
            _ if self.usernames.len() < Self::MAX_USERNAMES && !self.usernames.contains(&name) => {
                self.usernames.push(name);
            }
            _ => {}
        }
    }
}

fn names_in(text: &str) -> impl Iterator<Item = String> {
    text.match_indices(['@', '＠']).filter_map(|(at, sign)| {
        if text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || is_accent(c)) {
            return None;
        }
        let after = &text[at + sign.len()..];
        let end = after.find(|c| !is_name_character(c)).unwrap_or(after.len());
        folded_username(after[..end].trim_end_matches(['.', '-', '．', '－']))
    })
}

/// The folded form of what could be a username: 3 to 50 letters, digits, `_`, `-` or `.`.
pub(in crate::model) fn folded_username(name: &str) -> Option<String> {
    let length = name.chars().filter(|c| !is_accent(*c)).count();
    // Some letters stand for whole phrases and fold to what no name may hold.
    let folded = Some(name).filter(|_| (3..=50).contains(&length)).map(fold)?;
    folded.chars().all(is_name_character).then_some(folded)
}

/// What a username is typed with: it need not be composed or half-width yet.
fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '＿' | '－' | '．') || is_accent(c)
}

/// Marks that become one with the letter before them.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}'..='\u{309a}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        Mentions::in_text(text).usernames
    }

    #[test]
    fn names_of_any_script_are_found_in_order_and_once() {
        assert_eq!(names("@bob, ask @Ann or @BOB (@d.b-c_1)"), ["bob", "ann", "d.b-c_1"]);
        assert_eq!(names("你好 @李小龙！ ＠Ｊｏｈｎ、@Жанна"), ["李小龙", "john", "жанна"]);
        assert_eq!(names("@STRASSE @straße @ISPARTA @ısparta"), ["strasse", "isparta"]);
        assert_eq!(names("@rene\u{301}e @renée"), ["renée"]);
    }

    #[test]
    fn punctuation_after_a_name_is_not_part_of_it() {
        for text in ["@ann.", "@ann...", "@ann's", "@ann-", "@ann!", "(@ann)", "@ann: hi", "@@ann", "@ann@home.org"] {
            assert_eq!(names(text), ["ann"], "{text:?}");
        }
        assert_eq!(names("@a.n.n. @_ann_"), ["a.n.n", "_ann_"]);
    }

    #[test]
    fn addresses_and_what_is_no_name_mention_nobody() {
        for text in
            ["ann@example.org", "é@example", "e\u{301}@example", "7@example", "@", "@ ann", "@an", "@a..", "@ﷺﷺﷺ"]
        {
            assert_eq!(Mentions::in_text(text), Mentions::default(), "{text:?}");
        }
        assert_eq!(names(&format!("@{}", "a".repeat(50))).len(), 1);
        assert_eq!(names(&format!("@{}", "a".repeat(51))).len(), 0);
    }

    #[test]
    fn groups_are_called_in_any_letter_case() {
        let groups = |text| {
            let Mentions { usernames, all, here } = Mentions::in_text(text);
            assert!(usernames.iter().all(|name| name == "all-hands"), "{usernames:?}");
            (all, here)
        };
        assert_eq!(groups("@ALL!"), (true, false));
        assert_eq!(groups("＠Here."), (false, true));
        assert_eq!(groups("@here and @all"), (true, true));
        assert_eq!(groups("@all-hands, all, here, x@all"), (false, false));
    }

    #[test]
    fn code_calls_nobody() {
        assert_eq!(names("`@ann` @bob ``@carl ` @dora``"), ["bob"]);
        assert_eq!(names("@ann\n```\n@bob\n@all\n```\n@carl"), ["ann", "carl"]);
        assert_eq!(names("it`s @ann"), ["ann"]);
    }

    #[test]
    fn a_text_calls_at_most_fifty_by_name() {
        let text: String = (0..60).map(|number| format!("@user{number} ")).collect();
        let mentions = Mentions::in_text(&(text + "@all"));
        assert_eq!(mentions.usernames.len(), Mentions::MAX_USERNAMES);
        assert!(mentions.all);
    }

    proptest! {
        #[test]
        fn whatever_is_mentioned_could_be_a_name(text in "([@＠`\n .-]|[a-zß李é]{1,4}|\\PC){0,60}") {
            for name in names(&text) {
                prop_assert!(name.chars().all(is_name_character) && !name.ends_with(['.', '-']), "{name:?}");
            }
        }

        #[test]
        fn a_name_is_found_in_whatever_text_and_letter_case(
            before in "[a-z .,!]{0,20}",
            name in "[A-Za-zÀ-ÖØ-öø-ľŁ-ňŋ-žΆΈ-ΊΎ-ΡΣ-ώЀ-ҁ]{3,16}",
            after in "([ ,!?][a-z .,!]{0,20})?",
        ) {
            let called = names(&[&before, " @", &name, &after].concat());
            prop_assert_eq!(&called, &[fold(&name)]);
            prop_assert_eq!(&called, &names(&["@", &name.to_uppercase()].concat()));
        }
    }
}
