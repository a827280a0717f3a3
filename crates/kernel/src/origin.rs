//! What comes from another server, and which ids it has here.

use chrono::DateTime;
use uuid::{Builder, Uuid};

use crate::Instant;

/// Another server from which things are brought over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin(&'static str);

/// What became of one thing that was to be brought over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// It is here now.
    New,
    /// It was here before.
    Known,
    /// It stays where it was; a remark says why.
    Refused,
}

/// What somebody should know about a thing that was brought over, or was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Which part of it.
    pub field: &'static str,
    /// What about it, as the end of a sentence that begins with the field.
    pub text: String,
}

impl Remark {
    /// A remark about a field.
    pub fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into() }
    }
}

impl Origin {
    /// The server of this name. Another name is another server, with other ids here.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The id that a thing has here: the same whenever it is asked for, so that what was brought over once is known
    /// again without a list of it.
    ///
    /// An id that is a UUID there, with hyphens or as 32 hexadecimal digits, is kept: whoever wrote it down still finds
    /// the thing. Any other becomes a UUIDv7 of the time when the thing was made, `kind` and its id there; without that
    /// time, of 1970.
    #[must_use]
    pub fn id(self, kind: &str, id: &str, made_at: Option<Instant>) -> Uuid {
        if let Some(kept) = Uuid::try_parse(id).ok().filter(|uuid| !uuid.is_nil()) {
            return kept;
        }
        let millis = made_at.unwrap_or(DateTime::UNIX_EPOCH).timestamp_millis();
        let digest = fnv1a(&[self.0, kind, id]).to_be_bytes();
        let mut rest = [0; 10];
        // The low bytes: a last character that differs shows in them.
        rest.copy_from_slice(&digest[6..]);
        Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or(0), &rest).into_uuid()
    }
}

/// FNV-1a in 128 bits, over the texts with a NUL between them. Nobody gains by two that collide: whoever could choose the
/// ids of the other server could write its rows.
fn fnv1a(texts: &[&str]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const HERE: Origin = Origin::named("here");

    fn at(seconds: i64) -> Option<Instant> {
        DateTime::from_timestamp(seconds, 0)
    }

    #[test]
    fn an_id_is_the_same_whenever_it_is_asked_for() {
        // Written down: another function would bring everything over a second time.
        let id = HERE.id("user", "17", at(1_700_000_000));
        assert_eq!(id.to_string(), "018bcfe5-6800-77c7-b7bf-a53495665916");
        assert_eq!((id.get_version_num(), id), (7, HERE.id("user", "17", at(1_700_000_000))));
    }

    #[test]
    fn whatever_differs_makes_another_id() {
        let mut ids = HashSet::new();
        for number in 0..5_000 {
            ids.insert(HERE.id("user", &number.to_string(), at(1)));
        }
        ids.insert(HERE.id("message", "17", at(1)));
        ids.insert(HERE.id("user", "17", at(2)));
        ids.insert(HERE.id("user", "17", None));
        ids.insert(Origin::named("there").id("user", "17", at(1)));
        assert_eq!(ids.len(), 5_004);
    }

    #[test]
    fn a_uuid_is_kept() {
        let kept = "2f1e4fc0-81fd-41da-9156-5f36a0e1f86b";
        for text in [kept, &kept.replace('-', ""), &kept.to_uppercase()] {
            assert_eq!(HERE.id("user", text, at(5)).to_string(), kept);
        }
        assert_eq!(HERE.id("user", &Uuid::nil().to_string(), None).get_version_num(), 7);
    }
}
