//! What the texts of a row mean. Another server chose its types: an instant may be a timestamp, a date, a number or a text.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};
use rialto_kernel::Instant;
use rialto_messaging::{MemberRole, Visibility};
use serde_json::Value;

/// An instant, to the microsecond; without a zone it is UTC. A number counts seconds, milliseconds or microseconds since
/// 1970, whichever gives a year near ours.
pub fn instant(text: &str) -> Option<Instant> {
    let text = text.trim();
    let found = if let Ok(number) = text.parse::<i64>() {
        from_number(number)
    } else {
        DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
            .map(|at| at.to_utc())
            .ok()
            .or_else(|| without_zone(text))
    };
    found.map(|at| at.trunc_subsecs(6))
}

fn from_number(number: i64) -> Option<Instant> {
    match number.unsigned_abs() {
        0..100_000_000_000 => DateTime::from_timestamp(number, 0),
        100_000_000_000..100_000_000_000_000 => DateTime::from_timestamp_millis(number),
        _ => DateTime::from_timestamp_micros(number),
    }
}

fn without_zone(text: &str) -> Option<Instant> {
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN)))
        .map(|at| at.and_utc())
}

pub fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "yes" => Some(true),
        "false" | "f" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// What a member may do, by whatever word; a member, if by none.
pub fn role(word: Option<&str>) -> MemberRole {
    match word.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "owner" | "creator" => MemberRole::Owner,
        "admin" | "administrator" | "moderator" | "mod" => MemberRole::Admin,
        "reader" | "viewer" | "guest" | "readonly" | "read_only" => MemberRole::Reader,
        _ => MemberRole::Member,
    }
}

/// Whoever did not say that all may see a channel kept it to its members.
pub fn visibility(is_private: Option<&str>, kind: Option<&str>) -> Visibility {
    let is_public = match is_private.and_then(truth) {
        Some(is_private) => !is_private,
        None => kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("public")),
    };
    if is_public { Visibility::Public } else { Visibility::Private }
}

/// Whether a conversation is between two: by its kind, else by what it looks like.
pub fn is_direct(kind: Option<&str>, is_group: Option<&str>, name: Option<&str>, members: usize) -> bool {
    if let Some(is_group) = is_group.and_then(truth) {
        return !is_group;
    }
    match kind.map(|kind| kind.trim().to_ascii_lowercase()).as_deref() {
        Some("direct" | "dm" | "private" | "one_to_one" | "single") => true,
        Some("group") => false,
        _ => members == 2 && name.is_none_or(|name| name.trim().is_empty()),
    }
}

/// The ids in a list: a JSON array of ids or of objects that have one, or ids with commas between them.
pub fn ids(text: &str) -> Vec<String> {
    let text = text.trim();
    let listed: Vec<Value> = match serde_json::from_str(text) {
        Ok(Value::Array(listed)) => listed,
        _ => text.trim_matches(['{', '}']).split(',').map(|id| Value::from(id.trim().trim_matches('"'))).collect(),
    };
    let id = |value: &Value| match value {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        Value::Object(user) => ["id", "user_id"].iter().find_map(|key| match user.get(*key)? {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    };
    listed.iter().filter_map(id).filter(|id| !id.is_empty()).collect()
}

/// What is said. A body in JSON says it in `content`, or names a file: then its name and address are what is said.
pub fn content(text: &str, is_body: bool) -> String {
    let body = if is_body { serde_json::from_str(text).ok() } else { None };
    match body {
        Some(Value::String(said)) => said,
        Some(Value::Object(body)) => {
            let part = |key| body.get(key).and_then(Value::as_str).filter(|part| !part.is_empty());
            if let Some(said) = part("content").or_else(|| part("text")) {
                return said.to_owned();
            }
            let file: Vec<&str> = ["filename", "url"].into_iter().filter_map(part).collect();
            if file.is_empty() { text.to_owned() } else { file.join("\n") }
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_however_it_is_written() {
        let at = instant("2024-03-01T12:30:00.25Z").unwrap();
        for text in [
            "2024-03-01 12:30:00.25+00",
            "2024-03-01 14:30:00.25+02",
            "2024-03-01 18:00:00.25+05:30",
            "2024-03-01 12:30:00.25",
            "2024-03-01T12:30:00.250000000",
            "1709296200250",
            "1709296200250000",
        ] {
            assert_eq!(instant(text), Some(at), "{text}");
        }
        assert_eq!(instant("1709296200"), instant("2024-03-01 12:30:00"));
        assert_eq!(instant("2024-03-01"), instant("2024-03-01 00:00:00+00"));
        assert_eq!(instant("2024-03-01 12:30:00.1234567Z"), instant("2024-03-01 12:30:00.123456Z"));
        for text in ["", "infinity", "yesterday", "0044-03-15 00:00:00+00 BC"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn members_are_read_however_they_are_listed() {
        for text in ["[1, 22]", r#"["1","22"]"#, "1, 22", "{1,22}", r#"{"1","22"}"#, r#"[{"id":1},{"user_id":"22"}]"#] {
            assert_eq!(ids(text), ["1", "22"], "{text}");
        }
        for text in ["", "[]", "{}", "[null]"] {
            assert!(ids(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_body_says_what_its_content_says() {
        assert_eq!(content(r#"{"type":"text","content":"hi"}"#, true), "hi");
        assert_eq!(content(r#""hi""#, true), "hi");
        let file =
            r#"{"type":"file","file_id":3,"filename":"a.pdf","mime_type":"application/pdf","url":"https://x/a.pdf"}"#;
        assert_eq!(content(file, true), "a.pdf\nhttps://x/a.pdf");
        assert_eq!(content("{}", true), "{}");
        assert_eq!(content("no JSON", true), "no JSON");
        assert_eq!(content(r#"{"content":"hi"}"#, false), r#"{"content":"hi"}"#, "somebody typed it");
    }

    #[test]
    fn conversations_and_channels_are_what_they_say_or_look_like() {
        assert!(is_direct(Some("direct"), None, Some("x"), 5) && !is_direct(Some("group"), None, None, 2));
        assert!(is_direct(None, Some("false"), None, 2) && !is_direct(None, Some("true"), None, 2));
        assert!(is_direct(None, None, None, 2) && !is_direct(None, None, Some("x"), 2));
        assert_eq!(visibility(Some("false"), None), Visibility::Public);
        assert_eq!(visibility(None, Some("public")), Visibility::Public);
        assert_eq!(
            (visibility(None, None), visibility(Some("true"), Some("public"))),
            (Visibility::Private, Visibility::Private)
        );
        assert_eq!((role(Some("Moderator")), role(None)), (MemberRole::Admin, MemberRole::Member));
    }
}
