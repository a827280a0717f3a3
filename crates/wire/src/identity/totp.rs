//! The second factor.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks for a secret to make codes from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferTotpRequest {
    /// The password.
    #[schema(example = "correct horse")]
    pub password: String,
}

/// A secret that is not on yet.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TotpOfferView {
    /// Base32, to be typed into an authenticator app.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same as such apps read it from a QR code.
    #[schema(example = "otpauth://totp/Rialto:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Rialto")]
    pub uri: String,
}

/// Switches the second factor on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotpRequest {
    /// The six digits that the app shows.
    #[schema(example = "123456")]
    pub code: String,
}

/// Proves once more who asks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveTotpRequest {
    /// The password.
    #[schema(example = "correct horse")]
    pub password: String,
    /// The six digits that the app shows, or a recovery code.
    #[schema(example = "123456")]
    pub code: String,
}

/// Codes that each take the place of the app once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodesView {
    /// To be kept where the app is not; nobody is told them again.
    #[schema(example = json!(["gezd-gnbv-gy3t-qojq"]))]
    pub recovery_codes: Vec<String>,
}

/// What one has of a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TotpView {
    /// Whether a sign-in asks for a code.
    pub enabled: bool,
    /// How many recovery codes are unused.
    pub recovery_codes_left: usize,
}
