use rialto_kernel::text::{is_hidden, is_joiner};

use super::super::emoji::{KEYCAP, is_emoji, is_flag_half, is_skin_tone};

/// What a character is to a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of a word, with the letters, digits and marks around it.
    Word,
    /// A term of its own: a character of a script without spaces, or an emoji.
    Alone,
    /// One of the two letters of a flag.
    FlagHalf,
    /// Stands between terms.
    Between,
    /// As if it were not there.
    LeftOut,
}

impl Role {
    /// The role of a character of a folded text.
    pub(super) fn of(c: char) -> Self {
        if is_flag_half(c) {
            Self::FlagHalf
        } else if is_emoji(c) || is_skin_tone(c) || c == KEYCAP {
            Self::Alone
        } else if is_unseen(c) || is_optional_mark(c) {
            Self::LeftOut
        } else if !c.is_alphanumeric() && !is_mark_of_a_script(c) {
            Self::Between
        } else if is_of_a_script_without_spaces(c) {
            Self::Alone
        } else {
            Self::Word
        }
    }
}

/// Characters that a reader does not see, and so does not search for.
fn is_unseen(c: char) -> bool {
    is_joiner(c) || (is_hidden(c) && !c.is_control() && !c.is_whitespace())
}

/// Marks that many writers leave out: the accents that folding has left beside their letter (stress in
/// Russian, the dot of a Turkish İ), the points of Hebrew, the vowel signs and the tatweel of Arabic.
/// An accent that makes another letter (é, й, ü) is part of that letter and stays.
const fn is_optional_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{898}'..='\u{89f}' | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20f0}' | '\u{fe20}'..='\u{fe2f}')
}

/// Signs that the scripts of today cannot do without and that Unicode does not count as letters, such as
/// viramas and tones. A range may take in the letters between such signs.
const fn is_mark_of_a_script(c: char) -> bool {
    matches!(c,
        '\u{730}'..='\u{7f3}' | '\u{7fd}' | '\u{900}'..='\u{954}' | '\u{9bc}'..='\u{9cd}' | '\u{9fe}'..='\u{a4d}'
        | '\u{abc}'..='\u{acd}' | '\u{afd}'..='\u{b55}' | '\u{bcd}' | '\u{c04}'..='\u{c4d}' | '\u{cbc}'..='\u{d4d}'
        | '\u{dca}' | '\u{e47}'..='\u{e4e}' | '\u{eba}'..='\u{ecc}' | '\u{f18}' | '\u{f19}' | '\u{f35}' | '\u{f37}'
        | '\u{f39}' | '\u{f3e}'..='\u{f84}' | '\u{f86}' | '\u{f87}' | '\u{fc6}' | '\u{1037}'..='\u{103a}'
        | '\u{135d}'..='\u{135f}' | '\u{1714}'..='\u{1734}' | '\u{17b6}'..='\u{17d3}' | '\u{17dd}'
        | '\u{1920}'..='\u{193b}' | '\u{1a60}'..='\u{1a7f}' | '\u{1b00}'..='\u{1b44}' | '\u{1b6b}'..='\u{1b73}'
        | '\u{1baa}'..='\u{1bf3}' | '\u{1c37}' | '\u{302a}'..='\u{302f}' | '\u{3099}' | '\u{309a}'
        | '\u{a66f}'..='\u{a672}' | '\u{a67c}' | '\u{a67d}' | '\u{a6f0}' | '\u{a6f1}' | '\u{a806}' | '\u{a82c}'
        | '\u{a8c4}' | '\u{a8e0}'..='\u{a8f1}' | '\u{a92b}'..='\u{a92d}' | '\u{a953}' | '\u{a9b3}'..='\u{a9c0}'
        | '\u{aabf}'..='\u{aac1}' | '\u{aaf6}' | '\u{abec}' | '\u{abed}' | '\u{11133}' | '\u{11134}'
        | '\u{1e944}'..='\u{1e94a}')
}

/// The blocks of Han, kana, bopomofo, Yi, Thai, Lao, Myanmar, Khmer and Tai. Korean is written with spaces.
const fn is_of_a_script_without_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{19df}'
        | '\u{1a20}'..='\u{1aaf}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a000}'..='\u{a4cf}'
        | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aadf}' | '\u{f900}'..='\u{faff}' | '\u{1aff0}'..='\u{1b16f}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_one_role() {
        for (role, characters) in [
            (Role::Word, "aß7éйقक्한"),
            (Role::Alone, "李あアーไ่ລကខ々〇😀❤🏽\u{20e3}"),
            (Role::FlagHalf, "🇩🇪"),
            (Role::Between, " \n\0@#.,'\"\\`-_、。・|।€★"),
            (Role::LeftOut, "\u{301}\u{64e}\u{640}\u{5b8}\u{200d}\u{fe0f}\u{ad}\u{feff}\u{e0067}"),
        ] {
            for c in characters.chars() {
                assert_eq!(Role::of(c), role, "{c:?}");
            }
        }
    }
}
