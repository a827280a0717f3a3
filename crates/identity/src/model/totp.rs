//! The second factor: codes that change with the time (RFC 6238), and codes for whoever has lost what makes them.

use std::fmt;

use rialto_kernel::{Instant, UserId};

use super::{SecretDigest, Username};

/// For how long a code is shown, in seconds.
const STEP_S: i64 = 30;

/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the codes of one user are made from. It is kept as it is: a digest would make no codes.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// Wraps 160 random bits.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bits themselves, for what makes codes and for the store.
    #[must_use]
    pub const fn reveal(&self) -> &[u8; 20] {
        &self.0
    }

    /// As people type it into an app.
    #[must_use]
    pub fn base32(&self) -> String {
        base32(&self.0)
    }

    /// As an app reads it from a picture. A username holds nothing that a URI would escape.
    #[must_use]
    pub fn uri(&self, username: &Username) -> String {
        format!("otpauth://totp/Rialto:{username}?secret={}&issuer=Rialto", self.base32())
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// A span of 30 seconds, counted from 1970; each has a code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotpStep(pub i64);

impl TotpStep {
    /// The steps whose codes are accepted: clocks differ, and typing takes a while.
    #[must_use]
    pub fn around(now: Instant) -> [Self; 3] {
        let step = now.timestamp().div_euclid(STEP_S);
        [Self(step), Self(step - 1), Self(step + 1)]
    }
}

/// What a user has of a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totp {
    /// What its codes are made from.
    pub secret: TotpSecret,
    /// Since when it is asked for; `None` while it is only offered.
    pub enabled_at: Option<Instant>,
    /// How many recovery codes are unused.
    pub recovery_codes_left: usize,
}

/// Somebody has shown that they have the secret they were offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotpStart {
    /// Whose.
    pub user_id: UserId,
    /// The one that was offered.
    pub secret: TotpSecret,
    /// Whose code they showed: it works no second time.
    pub step: TotpStep,
    /// Their recovery codes.
    pub recovery_codes: Vec<SecretDigest>,
    /// When.
    pub at: Instant,
}

/// A code that takes the place of the second factor, once: 80 random bits as four groups of letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A code of 80 random bits.
    #[must_use]
    pub fn new(bits: [u8; 10]) -> Self {
        Self(base32(&bits).to_ascii_lowercase())
    }

    /// The form that is digested.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The form that people write down.
    #[must_use]
    pub fn grouped(&self) -> String {
        let mut text = String::new();
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// What somebody shows beside the password.
#[derive(Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of six digits.
    Code(u32),
    /// Anything else, which may be a recovery code.
    Recovery(RecoveryCode),
}

impl SecondFactor {
    /// What was typed, however it was spaced; `None` if nothing was. Nothing is refused: what can be no code is nobody's.
    #[must_use]
    pub fn claimed(text: &str) -> Option<Self> {
        let kept = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let text = kept.collect::<String>().to_ascii_lowercase();
        if text.is_empty() {
            return None;
        }
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        Some(match text.parse() {
            Ok(code) if is_code => Self::Code(code),
            _ => Self::Recovery(RecoveryCode(text)),
        })
    }
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactor(…)")
    }
}

/// Both lengths that there are divide by five bytes, so nothing is padded.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for at in (0..8).rev() {
            text.push(char::from(ALPHABET[(bits >> (5 * at) & 31) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_secret_is_told_in_base32_and_never_shown() {
        let secret = TotpSecret::new(*b"12345678901234567890");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let uri = secret.uri(&Username::parse("ann").unwrap());
        assert_eq!(uri, "otpauth://totp/Rialto:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Rialto");
        let code = RecoveryCode::new([255; 10]);
        assert_eq!(code.grouped(), "7777-7777-7777-7777");
        let shown = format!("{secret:?} {code:?} {:?}", SecondFactor::claimed("123456"));
        assert_eq!(shown, "TotpSecret(…) RecoveryCode(…) Some(SecondFactor(…))");
    }

    #[test]
    fn what_is_typed_may_be_spaced() {
        assert_eq!(SecondFactor::claimed(" 012 345 "), Some(SecondFactor::Code(12_345)));
        let code = RecoveryCode::new(*b"0123456789");
        for text in [code.grouped(), code.grouped().to_uppercase(), code.reveal().to_owned()] {
            assert_eq!(SecondFactor::claimed(&text), Some(SecondFactor::Recovery(code.clone())));
        }
        assert!(matches!(SecondFactor::claimed("+12345"), Some(SecondFactor::Recovery(_))));
        assert_eq!(SecondFactor::claimed(" - "), None);
    }

    #[test]
    fn a_step_takes_half_a_minute_and_its_neighbours_count() {
        let around = |seconds| TotpStep::around(DateTime::from_timestamp(seconds, 0).unwrap()).map(|step| step.0);
        assert_eq!(around(59), [1, 0, 2]);
        assert_eq!(around(60), [2, 1, 3]);
    }
}
