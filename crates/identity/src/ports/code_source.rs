use crate::model::{RecoveryCode, TotpSecret, TotpStep};

/// Makes the secrets of second factors, and their codes.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait CodeSource: Send + Sync {
    /// A secret of 160 random bits.
    fn fresh_totp_secret(&self) -> TotpSecret;

    /// A code of 80 random bits.
    fn fresh_recovery_code(&self) -> RecoveryCode;

    /// The six digits that a secret makes of a step: RFC 6238 with SHA-1, which is what every app can do.
    fn totp_code(&self, secret: &TotpSecret, step: TotpStep) -> u32;
}
