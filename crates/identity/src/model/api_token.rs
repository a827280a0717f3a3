use std::collections::BTreeSet;
use std::fmt;

use chrono::DateTime;
use rialto_kernel::{Instant, InvalidValue, SessionId, UserId};

use super::{AccessClaims, SecretDigest, SecretToken};

/// What every API token begins with, so that people and scanners of leaked secrets know one when they see it.
const PREFIX: &str = "rlt_";

/// 9999-12-31T23:59:59Z: the last second that every reader of RFC 3339 understands.
const FAR: Instant = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(far) => far,
    None => Instant::MAX_UTC,
};

/// Lets a program act as its user, within its scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Names it among sessions too: what is open in its name closes as that of a session does.
    pub id: SessionId,
    /// As whom it acts.
    pub user_id: UserId,
    /// What its user calls it.
    pub name: ApiTokenName,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops working; `None` is never.
    pub expires_at: Option<Instant>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<Instant>,
}

impl ApiToken {
    /// Whether a text claims to be one.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The token around a secret.
    pub(crate) fn around(secret: &SecretToken) -> SecretToken {
        SecretToken::new(format!("{PREFIX}{}", secret.reveal()))
    }

    /// What an access token would say that is as good.
    pub(crate) fn claims(&self) -> AccessClaims {
        AccessClaims {
            user_id: self.user_id,
            session_id: self.id,
            issued_at: self.created_at,
            expires_at: self.expires_at.unwrap_or(FAR),
        }
    }
}

/// A token about to be kept: its digest, never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiToken {
    /// What is shown of it.
    pub token: ApiToken,
    /// What a presented one is looked up by.
    pub digest: SecretDigest,
}

/// A token and the one time that it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedApiToken {
    /// What is kept.
    pub token: ApiToken,
    /// For the program.
    pub secret: SecretToken,
}

/// What a user calls a token: 1 to 50 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenName(String);

impl ApiTokenName {
    /// Reads a name as typed; white space around it is dropped.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let name = text.trim();
        InvalidValue::check_length(name, 1, 50)?;
        if name.chars().any(char::is_control) {
            return Err(InvalidValue::new("invalid_character", "must not hold control characters"));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A kind of things that an API token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Reads conversations and messages, and hears of new ones.
    MessagesRead,
    /// Says things, changes them, comes and goes.
    MessagesWrite,
    /// Reads prices.
    PricesRead,
    /// Reads who people are, oneself too.
    ProfileRead,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 4] = [Self::MessagesRead, Self::MessagesWrite, Self::PricesRead, Self::ProfileRead];

    /// The word used in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessagesRead => "messages:read",
            Self::MessagesWrite => "messages:write",
            Self::PricesRead => "prices:read",
            Self::ProfileRead => "profile:read",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an API token may do: at least one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Reads words; naming one twice does no harm.
    ///
    /// # Errors
    /// `too_short` if there is none, `unknown_value` for a word that is no scope.
    pub fn parse<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, InvalidValue> {
        let mut scopes = BTreeSet::new();
        for word in words {
            let scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == word);
            let known = Scope::ALL.map(Scope::as_str).join(", ");
            scopes.insert(scope.ok_or_else(|| InvalidValue::new("unknown_value", format!("must be of {known}")))?);
        }
        if scopes.is_empty() {
            return Err(InvalidValue::new("too_short", "must name at least one scope"));
        }
        Ok(Self(scopes))
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Their words, in one order.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|scope| scope.as_str())
    }

    /// As they are stored: their words with spaces between.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.words().collect::<Vec<_>>().join(" ")
    }
}

/// By what somebody has proven who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// By a session of theirs, which may do whatever they may.
    Session,
    /// By an API token, which may do no more than its scopes say.
    ApiToken(Scopes),
}

impl Credential {
    /// Whether it is good for what needs this scope.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        match self {
            Self::Session => true,
            Self::ApiToken(scopes) => scopes.contains(scope),
        }
    }

    /// Whether it is a session.
    #[must_use]
    pub const fn is_session(&self) -> bool {
        matches!(self, Self::Session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_that_exist_at_least_one() {
        let scopes = Scopes::parse(["prices:read", "messages:read", "prices:read"]).unwrap();
        assert_eq!(scopes.to_text(), "messages:read prices:read");
        assert_eq!(Scopes::parse(scopes.to_text().split(' ')).unwrap(), scopes);
        assert_eq!(Scopes::parse([]).unwrap_err().code, "too_short");
        for word in ["", "messages", "MESSAGES:READ", "*"] {
            assert_eq!(Scopes::parse([word]).unwrap_err().code, "unknown_value", "{word}");
        }
    }

    #[test]
    fn a_session_may_everything_and_a_token_what_its_scopes_say() {
        let token = Credential::ApiToken(Scopes::parse(["messages:read"]).unwrap());
        let allowed = |by: &Credential| Scope::ALL.map(|scope| by.allows(scope));
        assert_eq!(allowed(&Credential::Session), [true; 4]);
        assert_eq!(allowed(&token), [true, false, false, false]);
    }

    #[test]
    fn a_name_is_short_and_has_no_control_characters() {
        assert_eq!(ApiTokenName::parse(" bot ").unwrap().as_str(), "bot");
        assert_eq!(ApiTokenName::parse("  ").unwrap_err().code, "too_short");
        assert_eq!(ApiTokenName::parse(&"x".repeat(51)).unwrap_err().code, "too_long");
        assert_eq!(ApiTokenName::parse("a\nb").unwrap_err().code, "invalid_character");
    }
}
