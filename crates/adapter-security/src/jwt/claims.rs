//! What an access token says, as JSON.

use chrono::DateTime;
use rialto_identity::{AccessClaims, AccessTokenError};
use rialto_kernel::{Instant, SessionId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The payload. Times are whole seconds; one that is a text, a fraction or missing does not deserialize.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

impl Claims {
    pub(super) fn new(issuer: &str, audience: &str, claims: &AccessClaims) -> Self {
        Self {
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            sub: claims.user_id.uuid(),
            sid: claims.session_id.uuid(),
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            nbf: None,
        }
    }

    /// What the token grants, if it is from `issuer`, for `audience` and alive at `now`.
    pub(super) fn check(
        self,
        issuer: &str,
        audience: &str,
        now: Instant,
        leeway_s: i64,
    ) -> Result<AccessClaims, AccessTokenError> {
        let now = now.timestamp();
        let begun = self.nbf.is_none_or(|not_before| not_before <= now.saturating_add(leeway_s));
        if self.iss != issuer || self.aud != audience || !begun {
            return Err(AccessTokenError::Invalid);
        }
        if now >= self.exp.saturating_add(leeway_s) {
            return Err(AccessTokenError::Expired);
        }
        let instant = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(AccessTokenError::Invalid);
        Ok(AccessClaims {
            user_id: UserId::from_uuid(self.sub),
            session_id: SessionId::from_uuid(self.sid),
            issued_at: instant(self.iat)?,
            expires_at: instant(self.exp)?,
        })
    }
}
