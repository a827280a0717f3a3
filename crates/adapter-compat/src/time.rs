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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_go_does() {
        for (millis, text) in
            [(0, "0s"), (1_500, "1.5s"), (60_000, "1m0s"), (3_723_050, "1h2m3.05s"), (90_000_000, "25h0m0s")]
        {
            assert_eq!(go_duration(Duration::from_millis(millis)), text);
        }
    }
}
