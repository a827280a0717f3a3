//! Signs and reads access tokens.

use std::borrow::Cow;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use rialto_identity::{
    AccessClaims, AccessToken, AccessTokenError, RefreshDigest, RefreshToken, ResetDigest, ResetToken, RetryKey,
    RetryKeyDigest, Ticket, TicketDigest, TokenAudience, TokenIssuer,
};
use rialto_kernel::{Instant, SessionId, UserId};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::claims::Claims;
use super::settings::check_keys;
use super::{JwtSettings, JwtSetupError, install_crypto, opaque};

/// Tells access tokens from every other kind of JWT (RFC 9068).
const TOKEN_TYPE: &str = "at+jwt";
/// Ours have about 400 bytes; a longer text is not even decoded.
const MAX_TOKEN_BYTES: usize = 2_048;

/// Access tokens as JWT with one pinned algorithm, HS256; refresh tokens and tickets as 256 random bits.
///
/// A token opens only if its header names the type `at+jwt` and the `kid` of a configured key, that key
/// signed it, `iss` and `aud` are ours, and `exp` is a whole number that lies ahead. Keys that a token
/// brings along (`jwk`, `jku`, `x5u`) are never looked at.
pub struct JwtTokenIssuer {
    issuer: String,
    audience: String,
    leeway_s: i64,
    header: Header,
    signing: EncodingKey,
    verifying: Vec<(String, DecodingKey)>,
    validation: Validation,
}

impl JwtTokenIssuer {
    /// An issuer over its keys. Installs the cryptography ([`install_crypto`]) and tries it.
    ///
    /// # Errors
    /// See [`JwtSetupError`].
    pub fn new(settings: JwtSettings) -> Result<Self, JwtSetupError> {
        install_crypto();
        check_keys(&settings.keys)?;
        let first = settings.keys.first().ok_or(JwtSetupError::NoKey)?;
        let header =
            Header { typ: Some(TOKEN_TYPE.to_owned()), kid: Some(first.kid.clone()), ..Header::new(Algorithm::HS256) };
        let signing = EncodingKey::from_secret(first.secret.expose_secret().as_bytes());
        let verifying = settings
            .keys
            .iter()
            .map(|key| (key.kid.clone(), DecodingKey::from_secret(key.secret.expose_secret().as_bytes())))
            .collect();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would compare with the system's clock; `Claims::check` compares with the caller's.
        validation.validate_exp = false;
        let issuer = Self {
            issuer: settings.issuer,
            audience: settings.audience,
            leeway_s: i64::try_from(settings.leeway.as_secs()).unwrap_or(i64::MAX),
            header,
            signing,
            verifying,
            validation,
        };
        issuer.try_keys()?;
        Ok(issuer)
    }

    /// Signs and reads one token, so that a process without working cryptography does not start.
    fn try_keys(&self) -> Result<(), JwtSetupError> {
        let trial = AccessClaims {
            user_id: UserId::from_uuid(Uuid::nil()),
            session_id: SessionId::from_uuid(Uuid::nil()),
            issued_at: Instant::UNIX_EPOCH,
            expires_at: Instant::UNIX_EPOCH + chrono::TimeDelta::seconds(1),
        };
        let token = self.encode(&trial, &self.audience).map_err(|error| JwtSetupError::Crypto(error.to_string()))?;
        self.verify_access(&token, TokenAudience::Own, trial.issued_at)
            .map_err(|error| JwtSetupError::Crypto(error.to_string()))?;
        Ok(())
    }

    fn encode(&self, claims: &AccessClaims, audience: &str) -> Result<String, jsonwebtoken::errors::Error> {
        encode(&self.header, &Claims::new(&self.issuer, audience, claims), &self.signing)
    }

    /// The `aud` of tokens for this audience.
    fn audience(&self, audience: TokenAudience) -> Cow<'_, str> {
        match audience {
            TokenAudience::Own => Cow::Borrowed(&self.audience),
            TokenAudience::Surface(name) => Cow::Owned(format!("{}/{name}", self.audience)),
        }
    }

    /// The key that the token's header names, if the header is one of ours.
    fn key_for(&self, token: &str) -> Option<&DecodingKey> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let header = decode_header(token).ok()?;
        // Whoever does not understand what `crit` lists must refuse (RFC 7515, 4.1.11), and we list nothing.
        let ours = header.alg == Algorithm::HS256 && header.typ.as_deref() == Some(TOKEN_TYPE) && header.crit.is_none();
        let kid = header.kid.filter(|_| ours)?;
        self.verifying.iter().find(|(known, _)| *known == kid).map(|(_, key)| key)
    }
}

impl TokenIssuer for JwtTokenIssuer {
    #[expect(clippy::expect_used, reason = "`new` signed a token with this very key and header")]
    fn sign_access(&self, claims: &AccessClaims, audience: TokenAudience) -> AccessToken {
        AccessToken::new(self.encode(claims, &self.audience(audience)).expect("HMAC signs whatever it is given"))
    }

    fn verify_access(
        &self,
        token: &str,
        audience: TokenAudience,
        now: Instant,
    ) -> Result<AccessClaims, AccessTokenError> {
        let key = self.key_for(token).ok_or(AccessTokenError::Invalid)?;
        let name = self.audience(audience);
        let read = if audience == TokenAudience::Own {
            decode::<Claims>(token, key, &self.validation)
        } else {
            let mut validation = self.validation.clone();
            validation.set_audience(&[&name]);
            decode::<Claims>(token, key, &validation)
        };
        read.map_err(|_| AccessTokenError::Invalid)?.claims.check(&self.issuer, &name, now, self.leeway_s)
    }

    fn fresh_refresh_token(&self) -> RefreshToken {
        RefreshToken::new(opaque::fresh())
    }

    fn digest(&self, refresh_token: &str) -> RefreshDigest {
        RefreshDigest(opaque::digest(refresh_token))
    }

    fn retry_key_digest(&self, key: &RetryKey) -> RetryKeyDigest {
        RetryKeyDigest(opaque::digest(key.reveal()))
    }

    fn fresh_reset_token(&self) -> ResetToken {
        ResetToken::new(opaque::fresh())
    }

    fn reset_digest(&self, reset_token: &str) -> ResetDigest {
        ResetDigest(opaque::digest(reset_token))
    }

    fn fresh_ticket(&self) -> Ticket {
        Ticket::new(opaque::fresh())
    }

    fn ticket_digest(&self, ticket: &str) -> TicketDigest {
        TicketDigest(opaque::digest(ticket))
    }
}
