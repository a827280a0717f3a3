//! The contract suites of the two ports.
#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_security::{BcryptPasswordHasher, JwtSettings, JwtTokenIssuer, SigningKey};
use rialto_identity::{PasswordHasher, TokenIssuer};
use rialto_testkit::contract::token_issuer::Issuers;

async fn hasher() -> Arc<dyn PasswordHasher> {
    Arc::new(BcryptPasswordHasher::new(4, 16, 2).unwrap())
}

fn issuer(secret: &str) -> Arc<dyn TokenIssuer> {
    let settings = JwtSettings {
        issuer: "rialto".into(),
        audience: "rialto".into(),
        keys: vec![SigningKey { kid: "k1".into(), secret: secret.into() }],
        leeway: Duration::ZERO,
    };
    Arc::new(JwtTokenIssuer::new(settings).unwrap())
}

async fn issuers() -> Issuers {
    Issuers {
        issuer: issuer("5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f"),
        other: issuer("e7a94d3826f5c1f0b15c1f0b1e7a94d3826f5c1f0b1e7a94d3826f"),
    }
}

mod password_hasher {
    rialto_testkit::password_hasher_contract!(bcrypt, crate::hasher);
}

mod token_issuer {
    rialto_testkit::token_issuer_contract!(jwt, crate::issuers);
}
