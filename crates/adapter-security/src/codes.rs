//! Codes that change with the time, and codes for whoever has lost what makes them.

use rialto_identity::{CodeSource, RecoveryCode, TotpSecret, TotpStep};
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};

/// [`CodeSource`] from the operating system's randomness and HMAC-SHA-1, which is not broken as SHA-1 is and the only one
/// that every app knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimedCodes;

impl CodeSource for TimedCodes {
    fn fresh_totp_secret(&self) -> TotpSecret {
        TotpSecret::new(random())
    }

    fn fresh_recovery_code(&self) -> RecoveryCode {
        RecoveryCode::new(random())
    }

    fn totp_code(&self, secret: &TotpSecret, step: TotpStep) -> u32 {
        truncated(secret.reveal(), step) % 1_000_000
    }
}

#[expect(clippy::expect_used, reason = "without randomness from the system every further secret could be guessed")]
fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bits = [0; LENGTH];
    getrandom::fill(&mut bits).expect("the operating system gives random numbers");
    bits
}

/// The 31 bits of RFC 4226, 5.3, of which a code shows the last digits.
fn truncated(secret: &[u8], step: TotpStep) -> u32 {
    let tag = hmac::sign(&hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.0.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 15);
    let bits = tag[offset..offset + 4].iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
    bits & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: seconds, and the last eight digits.
    const VECTORS: [(i64, u32); 6] = [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_111_111_111, 14_050_471),
        (1_234_567_890, 89_005_924),
        (2_000_000_000, 69_279_037),
        (20_000_000_000, 65_353_130),
    ];

    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = TotpSecret::new(*b"12345678901234567890");
        for (seconds, expected) in VECTORS {
            let step = TotpStep(seconds / 30);
            assert_eq!(truncated(secret.reveal(), step) % 100_000_000, expected, "{seconds}");
            assert_eq!(TimedCodes.totp_code(&secret, step), expected % 1_000_000, "{seconds}");
        }
    }

    #[test]
    fn secrets_and_codes_do_not_repeat() {
        assert_ne!(TimedCodes.fresh_totp_secret(), TimedCodes.fresh_totp_secret());
        let code = TimedCodes.fresh_recovery_code();
        assert_ne!(code, TimedCodes.fresh_recovery_code());
        assert_eq!(code.grouped().len(), 19);
    }
}
