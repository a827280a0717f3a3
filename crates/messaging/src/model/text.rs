//! What texts look like, as far as it decides whether two of them are one.

use unicode_normalization::UnicodeNormalization;

/// A text without what does not tell names apart: the case of letters, compatibility forms, joiners,
/// variation selectors, and how much white space there is. Going through the upper case too makes `ß` and
/// `SS`, `ς` and `σ` the same, which the lower case alone does not (Unicode, section 3.13, default caseless
/// matching).
pub(super) fn fold(text: &str) -> String {
    let letters: String = text
        .nfkc()
        .filter(|c| !is_joiner(*c))
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that change how the text around them is shown, or show nothing themselves, and that no
/// script or emoji needs.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e001f}' | '\u{e0080}'..='\u{e0fff}')
}

/// Characters that join their neighbours or choose their form: Persian and families of emoji need them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

/// Whether a text shows anything at all.
pub(super) fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_hidden(c) && !is_joiner(c))
}
