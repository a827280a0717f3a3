//! What texts look like: which characters show something, and which texts a reader cannot tell apart.

use unicode_normalization::UnicodeNormalization;

/// A text without what does not tell names apart: the case of letters and compatibility forms. Going
/// through the upper case too makes `ß` and `SS`, `ς` and `σ`, `ı` and `I` the same, which the lower case
/// alone does not (Unicode, section 3.13, default caseless matching).
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

/// Characters that change how the text around them is shown, or show nothing themselves, and that no
/// script or emoji needs.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e001f}' | '\u{e0080}'..='\u{e0fff}')
}

/// Characters that join their neighbours or choose their form: Persian and families of emoji need them.
#[must_use]
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

/// Whether a text shows anything at all.
#[must_use]
pub fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_hidden(c) && !is_joiner(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_in_case_or_form_alone_fold_to_one() {
        for (one, other) in
            [("straße", "STRASSE"), ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"), ("ılker", "ILKER"), ("ｌｏｂｂｙ", "Lobby")]
        {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("ann"), fold("anna"));
    }

    #[test]
    fn a_text_of_joiners_and_hidden_characters_shows_nothing() {
        assert!(!is_visible(" \u{200b}\u{200d}\u{fe0f}\u{2800}"));
        assert!(is_visible("\u{1f468}\u{200d}\u{1f469}"));
    }
}
