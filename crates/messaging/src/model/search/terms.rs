use rialto_kernel::text::fold;

use super::characters::Role;

const MAX_TERMS: usize = 10_000;
const MAX_CHARACTERS: usize = 64;

/// What a text can be found by, in the order of the text; at most 10,000 terms of at most 64 characters.
///
/// - A word is one term: letters, digits and marks, folded like a name, without the marks that many leave
///   out. `é` is not `e`, but `E`, `ｅ` and `𝐞` are. A longer word is cut.
/// - A character of a script without spaces is one term, so that terms in a row find any part of a text.
/// - An emoji is one term; a family is its members, a skin tone comes after its emoji, a flag is one term.
///
/// Nothing else is in a term: no white space, quote, backslash, other punctuation or control character.
/// Symbols that are no emoji (`€`, `+`) cannot be searched for.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut characters = folded.chars().map(|c| (c, Role::of(c))).filter(|(_, role)| *role != Role::LeftOut).peekable();
    let mut terms = Vec::new();
    while terms.len() < MAX_TERMS
        && let Some((first, role)) = characters.next()
    {
        let mut term = String::from(first);
        match role {
            Role::Word => {
                let mut length = 1;
                while let Some((c, _)) = characters.next_if(|(_, next)| *next == Role::Word) {
                    if length < MAX_CHARACTERS {
                        term.push(c);
                        length += 1;
                    }
                }
            }
            Role::FlagHalf => term.extend(characters.next_if(|(_, next)| *next == Role::FlagHalf).map(|(c, _)| c)),
            Role::Alone => {}
            Role::Between | Role::LeftOut => continue,
        }
        terms.push(term);
    }
    terms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_terms(text: &str, expected: &str) {
        assert_eq!(terms(text).join(" "), expected, "{text:?}");
    }

    #[test]
    fn words_are_folded_and_parted_by_whatever_is_no_letter() {
        assert_terms("Hello, @Ann: #rust-lang isn't C++!", "hello ann rust lang isn t c");
        assert_terms("snake_case \"x\\y\" 3.14", "snake case x y 3 14");
        assert_terms("Straße STRASSE Ｆｕｌｌ", "strasse strasse full");
        assert_terms("İstanbul ISPARTA ısparta", "istanbul isparta isparta");
        assert_terms("café cafe\u{301} cafe", "café café cafe");
        assert_terms("so\u{ad}ft in\u{200d}side h\u{337}i\u{336}", "soft inside hi");
        assert_terms("", "");
        assert_terms(" .,!\n", "");
    }

    #[test]
    fn other_scripts_with_spaces_have_words() {
        assert_terms("Привет, за\u{301}мок Ёлка", "привет замок ёлка");
        assert_terms("ΟΔΥΣΣΕΎΣ", "οδυσσεύσ");
        assert_terms("مُحَمَّد مـــحمد السَّلامُ", "محمد محمد السلام");
        assert_terms("שָׁלוֹם", "שלום");
        assert_terms("हिन्दी में लिखो।", "हिन्दी में लिखो");
        assert_terms("한국어는 재미있다", "한국어는 재미있다");
        assert_terms("می\u{200c}خواهم", "میخواهم");
    }

    #[test]
    fn scripts_without_spaces_have_a_term_for_each_character() {
        assert_terms("我爱Rust语言。", "我 爱 rust 语 言");
        assert_terms("東京タワーへ、ｶﾞﾝﾊﾞﾚ", "東 京 タ ワ ー へ ガ ン バ レ");
        assert_terms("ไปเที่ยว", "ไ ป เ ท ี ่ ย ว");
    }

    #[test]
    fn emoji_are_terms() {
        assert_terms("ok👍🏽, I ❤️ it", "ok 👍 🏽 i ❤ it");
        assert_terms("👨‍👩‍👧", "👨 👩 👧");
        assert_terms("🇩🇪🇫🇷🇮", "🇩🇪 🇫🇷 🇮");
        assert_terms("1️⃣", "1 \u{20e3}");
    }

    #[test]
    fn terms_are_bounded_in_length_and_number() {
        assert_terms(&"ä".repeat(1_000), &"ä".repeat(MAX_CHARACTERS));
        assert_eq!(terms(&"李".repeat(MAX_TERMS + 1)).len(), MAX_TERMS);
        assert_eq!(terms(&"\u{fdfa}".repeat(8_000)).len(), MAX_TERMS);
    }

    proptest! {
        #[test]
        fn terms_are_free_of_what_stores_give_a_meaning(text in any::<String>()) {
            for term in terms(&text) {
                prop_assert!((1..=MAX_CHARACTERS).contains(&term.chars().count()));
                prop_assert!(!term.contains(|c: char| c.is_whitespace() || c.is_control() || c.is_ascii_punctuation()));
            }
        }

        #[test]
        fn terms_do_not_depend_on_letter_case_or_on_what_is_between(words in prop::collection::vec("[a-zß-öø-ÿα-ωа-я]{1,9}", 1..9)) {
            let lines = terms(&words.join("\n"));
            prop_assert_eq!(lines.len(), words.len());
            prop_assert_eq!(lines, terms(&words.join(", ").to_uppercase()));
        }
    }
}
