//! P2: 500 assets that tick ten times a second, to 1,000 viewers of 20 each.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::{Heard, Swarm, text_after};
use crate::report::{Goal, Line};
use crate::server::{OPENING, Server, Setup, refuse_errors};

const ASSETS: usize = 500;
const EACH: usize = 20;
const MIB: f64 = 1_024.0 * 1_024.0;

/// Measures it: memory once everybody watches against memory at the end, and the age of ticks when they arrive.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let viewers = setup.size(1_000, 50);
    let server = Server::with_simulated_prices(setup, Backend::Sqlite, ASSETS)?;
    let mut swarm = Swarm::new(server.process.address())?;
    let mut ages = Ages::default();
    let mut open = 0;
    for viewer in 0..viewers {
        let coins: Vec<_> =
            (0..EACH).map(|n| format!("sim-{:04}", (viewer + n * ASSETS / EACH) % ASSETS + 1)).collect();
        swarm.connect(&format!("/api/v1/crypto/stream/ws?coins={}", coins.join(",")), None)?;
        while viewer + 1 - open > OPENING {
            listen(&mut swarm, &mut open, &mut ages)?;
        }
    }
    // What is allocated once is allocated by then.
    run_for(setup.size(Duration::from_secs(60), Duration::from_secs(3)), &mut swarm, &mut open, &mut ages)?;
    let begin = server.process.resident()? as f64;
    ages = Ages::default();
    let span = setup.size(Duration::from_secs(600), Duration::from_secs(6));
    let cpu = server.process.cpu()?;
    run_for(span, &mut swarm, &mut open, &mut ages)?;
    let end = server.process.resident()? as f64;
    let cores = server.process.cpu()?.saturating_sub(cpu).as_secs_f64() / span.as_secs_f64();

    let growth = (end - begin) / begin * 100.0;
    let p99 = ages.at(0.99);
    let expected = (viewers * EACH) as f64 * 10.0 * span.as_secs_f64();
    let share = ages.count as f64 / expected * 100.0;
    let note = format!(
        "{} ticks to {viewers} viewers in {} s ({share:.0} % of ten a second of each asset), p50 {} ms, {cores:.2} cores",
        ages.count,
        span.as_secs(),
        ages.at(0.5)
    );
    Ok(vec![
        Line {
            row: "P2 memory growth, %".to_owned(),
            figure: format!("{:.1} MiB", end / MIB),
            reference: format!("{:.1} MiB (at the start)", begin / MIB),
            value: growth,
            goal: Goal::AtMost { must: 5.0, best: 0.0 },
            faults: None,
            note: Some(note),
        },
        Line {
            row: "P2 p99 age, ms".to_owned(),
            figure: format!("{p99} ms"),
            reference: "–".to_owned(),
            value: p99 as f64,
            goal: Goal::AtMost { must: 250.0, best: 100.0 },
            faults: (share < 50.0).then(|| format!("only {share:.0} % of the ticks arrive")),
            note: None,
        },
    ])
}

fn run_for(span: Duration, swarm: &mut Swarm, open: &mut usize, ages: &mut Ages) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < span {
        listen(swarm, open, ages)?;
    }
    Ok(())
}

fn listen(swarm: &mut Swarm, open: &mut usize, ages: &mut Ages) -> Result<()> {
    swarm.poll(Duration::from_millis(100), |_, heard| match heard {
        Heard::Open => {
            *open += 1;
            Ok(None)
        }
        Heard::Text(text) if text.starts_with(br#"{"type":"signal""#) => {
            ages.hear(text)?;
            Ok(None)
        }
        Heard::Text(text) => refuse_errors(text),
        Heard::Closed => broken("a viewer was sent away"),
    })
}

/// How old ticks are when they arrive, in whole milliseconds.
struct Ages {
    counts: Vec<u64>,
    count: u64,
}

/// Older than this is counted as this.
const OLDEST_MS: usize = 60_000;

impl Default for Ages {
    fn default() -> Self {
        Self { counts: vec![0; OLDEST_MS + 1], count: 0 }
    }
}

impl Ages {
    fn hear(&mut self, tick: &[u8]) -> Result<()> {
        let Some(at) = text_after(tick, r#""at":""#).and_then(millis_of_day) else {
            return broken("a tick without a time");
        };
        let now = now_of_day();
        // A day may end in between.
        let age = (now + DAY_MS - at) % DAY_MS;
        let age = usize::try_from(age).unwrap_or(OLDEST_MS);
        // Half a day ahead is a clock that runs behind, by less than can be told.
        let age = if age > OLDEST_MS * 100 { 0 } else { age.min(OLDEST_MS) };
        self.counts[age] += 1;
        self.count += 1;
        Ok(())
    }

    /// The age that this share of ticks is not older than.
    fn at(&self, share: f64) -> usize {
        let wanted = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        self.counts
            .iter()
            .position(|count| {
                seen += count;
                seen >= wanted
            })
            .unwrap_or(OLDEST_MS)
    }
}

const DAY_MS: u128 = 86_400_000;

#[expect(clippy::disallowed_methods, reason = "the true time is what the server's clock is held against")]
fn now_of_day() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() % DAY_MS
}

/// The time of day of `2026-11-28T16:20:01.123Z`, in milliseconds.
fn millis_of_day(at: &[u8]) -> Option<u128> {
    let number = |range: std::ops::Range<usize>| std::str::from_utf8(at.get(range)?).ok()?.parse::<u128>().ok();
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let millis = if at.get(19) == Some(&b'.') { number(20..23)? } else { 0 };
    Some(((hour * 60 + minute) * 60 + second) * 1_000 + millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_tick_is_read_to_the_millisecond() {
        assert_eq!(millis_of_day(b"2026-11-28T01:02:03.004Z"), Some(3_723_004));
        assert_eq!(millis_of_day(b"2026-11-28T00:00:00Z"), Some(0));
        assert_eq!(millis_of_day(b"soon"), None);
    }

    #[test]
    fn a_percentile_is_the_age_that_so_many_do_not_exceed() {
        let mut ages = Ages::default();
        for age in 1..=100 {
            ages.counts[age] += 1;
            ages.count += 1;
        }
        assert_eq!((ages.at(0.5), ages.at(0.99), ages.at(1.0)), (50, 99, 100));
    }
}
