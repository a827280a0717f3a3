//! What texts look like, as far as it decides whether two of them are one.

use unicode_normalization::UnicodeNormalization;

/// A text without what does not tell names apart: the case of letters and compatibility forms. Going
/// through the upper case too makes `ß` and `SS`, `ς` and `σ`, `ı` and `I` the same, which the lower case
/// alone does not (Unicode, section 3.13, default caseless matching).
pub(super) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

/// Characters that change how the text around them is shown, or show nothing themselves.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text without hidden characters shows anything: variation selectors alone do not.
pub(super) fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_hidden(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}'))
}
