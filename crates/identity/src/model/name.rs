use std::fmt;

use rialto_kernel::InvalidValue;
use rialto_kernel::text::{fold, is_hidden, is_joiner, is_visible};
use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// A unique name: 3 to 50 letters, digits, `_`, `-` or `.`, in Unicode normal form NFKC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Username(String);

impl Username {
    /// Reads a name as typed.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        InvalidValue::check_length(text, 3, 50)?;
        let name: String = text.nfkc().collect();
        InvalidValue::check_length(&name, 3, 50)?;
        if let Some(odd) = name.chars().find(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')) {
            let message = format!("may hold letters, digits, '_', '-' and '.', but not {odd:?}");
            return Err(InvalidValue::new("invalid_character", message));
        }
        Ok(Self(name))
    }

    /// Reads a name for a new account. Beyond [`Username::parse`], which takes every name there is, it refuses what can
    /// pass for another name: letters of scripts that are not written together (Unicode Technical Standard 39, section
    /// 5.1; Latin goes with Chinese, Japanese and Korean), and names in another script of which every letter looks like a
    /// Latin one.
    ///
    /// # Errors
    /// As [`Username::parse`], or `look_alike`.
    pub fn choose(text: &str) -> Result<Self, InvalidValue> {
        let name = Self::parse(text)?;
        if !is_written_together(&name.0) {
            return Err(InvalidValue::new("look_alike", "must not mix letters of several alphabets"));
        }
        let has_latin = name.0.chars().any(|c| c.is_ascii_alphabetic());
        if !name.0.is_ascii() && !has_latin && skeleton(&name.0).all(|c| c.is_ascii()) {
            return Err(InvalidValue::new("look_alike", "must not look like a name in Latin letters"));
        }
        Ok(name)
    }

    /// The username given to a guest, from a random number.
    #[must_use]
    pub fn guest(random: u64) -> Self {
        Self(format!("guest-{random:016x}"))
    }

    /// The username that is left of a deleted account, from a random number.
    #[must_use]
    pub fn deleted(random: u64) -> Self {
        Self(format!("deleted-{random:016x}"))
    }

    /// The name as its owner writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique: the name in whatever letter case.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_prefix(&self.0)
    }

    /// What the key of every name that starts with `prefix` starts with.
    #[must_use]
    pub fn key_prefix(prefix: &str) -> String {
        fold(prefix)
    }
}

fn is_written_together(name: &str) -> bool {
    let beside_latin: String = name.chars().filter(|c| !c.is_ascii_alphabetic()).collect();
    let scripts = beside_latin.as_str().resolve_script_set();
    name.is_single_script() || scripts.hanb || scripts.jpan || scripts.kore
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name people see: 1 to 50 characters, none of them hidden; need not be unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// What is seen in the place of somebody who deleted their account.
    #[must_use]
    pub fn of_deleted() -> Self {
        Self("Deleted user".to_owned())
    }

    /// Reads a name as typed; white space around it is dropped.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let name = text.trim();
        InvalidValue::check_length(name, 1, 50)?;
        // Of the joiners a name may hold those that choose the form of an emoji.
        let is_refused = |c| is_hidden(c) || (is_joiner(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}'));
        if name.chars().any(is_refused) {
            return Err(InvalidValue::new("invalid_character", "must not hold invisible or direction characters"));
        }
        if !is_visible(name) {
            return Err(InvalidValue::new("too_short", "must have at least one visible character"));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Username> for DisplayName {
    fn from(username: &Username) -> Self {
        Self(username.as_str().to_owned())
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_and_compatibility_forms_share_a_key() {
        let key = |text| Username::parse(text).unwrap().key();
        assert_eq!(key("Straße_1"), key("STRAßE_1"));
        assert_eq!(key("Ａｎｎ"), key("ann"));
    }

    #[test]
    fn one_name_in_two_letter_cases_is_one_name() {
        let key = |text| Username::parse(text).unwrap().key();
        for (one, other) in [
            ("straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("οδυσσευς", "ΟΔΥΣΣΕΥΣ"),
            ("ılker", "ILKER"),
            ("ᾳδης", "ΑΙΔΗΣ"),
            ("ǆabc", "ǄABC"),
            ("\u{212a}elvin", "kelvin"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("elan"), key("élan"));
        assert!(key("ΟΔΥΣΣΕΥΣ").starts_with(&Username::key_prefix("ΟΔΥΣ")));
        assert!(key("élan").starts_with(&Username::key_prefix("E\u{301}L")));
    }

    #[test]
    fn usernames_have_bounds_and_an_alphabet() {
        assert_eq!(Username::parse("ab").unwrap_err().code, "too_short");
        assert_eq!(Username::parse(&"a".repeat(51)).unwrap_err().code, "too_long");
        for name in ["a b", "ann@home", "ann\u{0}", "ann\u{202e}", "<b>x"] {
            assert_eq!(Username::parse(name).unwrap_err().code, "invalid_character", "{name:?}");
        }
        assert!(Username::parse("李小龙").is_ok());
    }

    #[test]
    fn a_new_name_cannot_pass_for_another() {
        for name in ["\u{430}nn", "ann\u{3b1}", "\u{441}\u{43e}\u{441}\u{43e}", "\u{440}\u{430}\u{443}\u{440}\u{430}l"]
        {
            assert_eq!(Username::choose(name).unwrap_err().code, "look_alike", "{name}");
            assert!(Username::parse(name).is_ok(), "whoever has such a name keeps it: {name}");
        }
        for name in [
            "ann",
            "ann_1-b.c",
            "Straße",
            "José",
            "ılker",
            "Наташа",
            "李小龙",
            "さくらちゃん",
            "ann李小龙",
            "محمد",
            "김철수",
            "𞤀𞤣𞤤𞤢𞤥",
        ] {
            assert!(Username::choose(name).is_ok(), "{name}");
        }
        assert_eq!(Username::choose("ab").unwrap_err().code, "too_short");
    }

    #[test]
    fn display_names_are_trimmed_and_visible() {
        assert_eq!(DisplayName::parse("  Ann Lee ").unwrap().as_str(), "Ann Lee");
        assert_eq!(DisplayName::parse("   ").unwrap_err().code, "too_short");
        for hidden in ['\u{202e}', '\u{61c}', '\u{ad}', '\u{3164}', '\u{2800}', '\u{2028}', '\u{e0041}'] {
            assert_eq!(DisplayName::parse(&format!("Ann{hidden}eeL")).unwrap_err().code, "invalid_character");
        }
        assert_eq!(DisplayName::parse("\u{fe0f}").unwrap_err().code, "too_short");
        assert!(DisplayName::parse("Ann ❤\u{fe0f}").is_ok());
    }
}
