mod table;

use rialto_kernel::InvalidValue;

pub(in crate::model) use table::{is_emoji, is_flag_half, is_skin_tone};
use table::{is_text_by_default, takes_skin_tone};

const JOINER: char = '\u{200d}';
const AS_PICTURE: char = '\u{fe0f}';
pub(in crate::model) const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
const TAG_END: char = '\u{e007f}';

/// Exactly one emoji as people see it: a picture with or without a skin tone, pictures joined to one, a
/// flag, or a keycap. At most 16 characters.
///
/// Kept in the form that Unicode calls fully qualified and that pickers of emoji send: a picture that
/// could be taken for text (❤) has the variation selector U+FE0F, no other has. So a reaction is the same
/// from whatever keyboard, and is shown as a picture everywhere.
///
/// The form is checked, not the font: two pictures joined that no font has a common picture for are one
/// emoji here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Emoji(String);

impl Emoji {
    /// The most characters an emoji may have.
    pub const MAX_CHARACTERS: usize = 16;

    /// Reads an emoji as typed or picked.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_format`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        InvalidValue::check_length(text, 1, Self::MAX_CHARACTERS)?;
        let characters: Vec<char> = text.chars().collect();
        let emoji = flag(&characters)
            .or_else(|| keycap(&characters))
            .or_else(|| joined_pictures(&characters))
            .ok_or_else(|| InvalidValue::new("invalid_format", "must be exactly one emoji"))?;
        InvalidValue::check_length(&emoji, 1, Self::MAX_CHARACTERS)?;
        Ok(Self(emoji))
    }

    /// The emoji.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn flag(characters: &[char]) -> Option<String> {
    match *characters {
        [first, second] if is_flag_half(first) && is_flag_half(second) => Some(String::from_iter([first, second])),
        _ => None,
    }
}

fn keycap(characters: &[char]) -> Option<String> {
    match *characters {
        [key @ ('0'..='9' | '#' | '*'), KEYCAP] | [key @ ('0'..='9' | '#' | '*'), AS_PICTURE, KEYCAP] => {
            Some(String::from_iter([key, AS_PICTURE, KEYCAP]))
        }
        _ => None,
    }
}

fn joined_pictures(characters: &[char]) -> Option<String> {
    let pictures: Option<Vec<String>> = characters.split(|c| *c == JOINER).map(picture).collect();
    Some(pictures?.join(&JOINER.to_string()))
}

/// One picture: alone, with a skin tone, or the flag of a part of a country.
fn picture(characters: &[char]) -> Option<String> {
    match *characters {
        [base] | [base, AS_PICTURE] if is_text_by_default(base) => Some(String::from_iter([base, AS_PICTURE])),
        [base] | [base, AS_PICTURE] if is_emoji(base) => Some(String::from(base)),
        // A skin tone says already that it is a picture; old keyboards say it twice.
        [base, tone] | [base, AS_PICTURE, tone] if takes_skin_tone(base) && is_skin_tone(tone) => {
            Some(String::from_iter([base, tone]))
        }
        [BLACK_FLAG, ref tags @ .., TAG_END] if !tags.is_empty() && tags.iter().copied().all(is_tag) => {
            Some(String::from_iter(characters))
        }
        _ => None,
    }
}

/// The letters and digits that spell a region (`gbeng`) unseen.
const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENGLAND: &str = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";

    /// Fully qualified emoji of every form.
    const EMOJI: &str = "👍 👍🏽 😀 🩷 🪿 ❤️ ☀️ ©️ 🕵️ ☝🏿 🤝🏻 👨‍👩‍👧‍👦 👩🏽‍❤️‍💋‍👨🏽 ❤️‍🔥 👁️‍🗨️ 🏳️‍🌈 🏴‍☠️ 🕵🏽‍♂️ 🧑‍⚕️ 🇩🇪 🇺🇳 1️⃣ #️⃣";

    fn parse(text: &str) -> Result<String, &'static str> {
        Emoji::parse(text).map(|emoji| emoji.0).map_err(|refusal| refusal.code)
    }

    #[test]
    fn one_emoji_of_any_form_is_kept_as_it_is() {
        for emoji in EMOJI.split(' ').chain([ENGLAND]) {
            assert_eq!(parse(emoji).as_deref(), Ok(emoji));
        }
    }

    #[test]
    fn an_emoji_is_the_same_from_whatever_keyboard() {
        for (typed, kept) in [
            ("❤", "❤\u{fe0f}"),
            ("😀\u{fe0f}", "😀"),
            ("1\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("☝\u{fe0f}🏿", "☝🏿"),
            ("❤\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("🏳\u{200d}🌈", "🏳\u{fe0f}\u{200d}🌈"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(kept), "{typed:?}");
        }
    }

    #[test]
    fn what_people_do_not_see_as_one_emoji_is_refused() {
        let plain = "a ß 李 1 # ! :) <b> 👍👍 👍a 🍕🏽 🏽 👍🏽🏽 🇩 🇩🇪🇫 🇩🇪🇫🇷".split(' ');
        let lone = [" ", "👍 ", " 👍", "👍\0", "\u{200d}", "\u{fe0f}", "\u{20e3}", "1\u{fe0f}", "a\u{20e3}"];
        let joined = ["👍\u{200d}", "\u{200d}👍", "👨\u{200d}\u{200d}👩", "❤\u{fe0e}", "❤\u{fe0f}\u{fe0f}"];
        let tagged = ["🏴\u{e007f}", "🏴\u{e0067}", "👍\u{e0067}\u{e007f}"];
        for text in plain.chain(lone).chain(joined).chain(tagged) {
            assert_eq!(parse(text), Err("invalid_format"), "{text:?}");
        }
        assert_eq!(parse(""), Err("too_short"));
        assert_eq!(parse(&"👍".repeat(17)), Err("too_long"));
        assert_eq!(parse(&["❤"; 8].join("\u{200d}")), Err("too_long"), "too long once it is fully qualified");
    }

    fn any_emoji() -> impl Strategy<Value = &'static str> {
        prop::sample::select(EMOJI.split(' ').collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_back_the_same(text in "[👍❤🏴🇩🏽♂1#\u{200d}\u{fe0f}\u{20e3}\u{e0067}\u{e007f}]{1,6}") {
            if let Ok(kept) = parse(&text) {
                prop_assert_eq!(parse(&kept), Ok(kept.clone()));
            }
        }

        #[test]
        fn any_text_is_read_or_refused_but_never_panics(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn text_beside_an_emoji_is_refused(emoji in any_emoji(), text in "[\\p{L}\\p{N}\\p{P}\\p{Z}]") {
            prop_assert!(parse(&[emoji, &text].concat()).is_err());
            prop_assert!(parse(&[&text, emoji].concat()).is_err());
        }

        #[test]
        fn two_emoji_are_refused(one in any_emoji(), other in any_emoji()) {
            prop_assert!(parse(&[one, other].concat()).is_err());
        }
    }
}
