//! Times and lengths of time as the surfaces write them.

use std::fmt::Write;
use std::time::Duration;

use chrono::SecondsFormat;
use rialto_kernel::Instant;

/// RFC 3339 with as many digits of a second as there are.
pub(crate) fn rfc3339(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A length of time as Go writes it: `1h2m3.5s`, `0s`.
pub(crate) fn go_duration(length: Duration) -> String {
    let (all, millis) = (length.as_secs(), length.subsec_millis());
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    let mut text = String::new();
    if hours > 0 {
        let _ = write!(text, "{hours}h");
    }
    if all >= 60 {
        let _ = write!(text, "{minutes}m");
    }
    let fraction = format!("{millis:03}");
    match fraction.trim_end_matches('0') {
        "" => drop(write!(text, "{seconds}s")),
        digits => drop(write!(text, "{seconds}.{digits}s")),
    }
    text
}

/// A length of time as Go reads it: numbers with units, such as `24h`, `1h30m`, `1.5s`, `250ms`. `None` for what is no
/// such text, negative, or longer than a century.
#[must_use]
pub fn parse_go_duration(text: &str) -> Option<Duration> {
    const CENTURY: Duration = Duration::from_secs(36_525 * 86_400);
    let mut rest = text.trim();
    let mut length = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..unit_at].parse().ok()?;
        let after = &rest[unit_at..];
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let seconds = match &after[..unit_end] {
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        length = length.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = &after[unit_end..];
    }
    (length <= CENTURY).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_go_does() {
        for (text, millis) in [("24h", 86_400_000), ("1h30m", 5_400_000), ("1.5s", 1_500), ("250ms", 250)] {
            assert_eq!(parse_go_duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "24", "h", "-1h", "1d", "1h x", "9999999999h", "1..5s"] {
            assert_eq!(parse_go_duration(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_are_written_as_go_does() {
        for (millis, text) in
            [(0, "0s"), (1_500, "1.5s"), (60_000, "1m0s"), (3_723_050, "1h2m3.05s"), (90_000_000, "25h0m0s")]
        {
            assert_eq!(go_duration(Duration::from_millis(millis)), text);
        }
    }
}
