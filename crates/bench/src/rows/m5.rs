//! M5: messages that are committed before they are acknowledged, by 64 publishers over 100 conversations.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::{Faults, Heard, Order, Swarm, number_after, text_after};
use crate::reference::{RawDb, RawRows, connect_raw};
use crate::report::{Goal, Line};
use crate::seed::{Group, Seed, content, group_id, number_of, stream};
use crate::server::{Server, Setup, connect_all, refuse_errors};
use crate::stats::{in_turns, median};

const PUBLISHERS: usize = 64;
const CONVERSATIONS: usize = 100;
/// Each publisher writes in five conversations, so each of those has three or four members: that they hear
/// of every message is part of the work, but not most of it.
const STEP: usize = 20;
const EACH: usize = CONVERSATIONS / STEP;
/// How long an acknowledgement may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Measures it on every store.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for backend in setup.backends() {
        lines.extend(on(setup, *backend)?);
    }
    Ok(lines)
}

fn on(setup: &Setup, backend: Backend) -> Result<Vec<Line>> {
    let server = Server::prepare(setup, backend, PUBLISHERS + 1, |ids| {
        let (publishers, writer) = ids.split_at(PUBLISHERS);
        let ours = (0..CONVERSATIONS).map(|number| {
            let members = publishers.iter().enumerate().filter(|(person, _)| person % STEP == number % STEP);
            Group { id: group_id(number), members: members.map(|(_, id)| *id).collect(), messages: 0 }
        });
        // The bare client writes into conversations of its own, in the same tables, that nobody listens to.
        let bare = (CONVERSATIONS..2 * CONVERSATIONS).map(|number| Group {
            id: group_id(number),
            members: writer.to_vec(),
            messages: 0,
        });
        Seed { groups: ours.chain(bare).collect() }
    })?;
    let mut publishers = Publishers::connect(&server)?;
    let mut raw = connect_raw(&server.database)?;
    let sender = server.people.last().map(|person| person.id).unwrap_or_default();
    let mut rows = RawRows::new(CONVERSATIONS, CONVERSATIONS, sender);
    let batch = match backend {
        Backend::Postgres => 100,
        Backend::Sqlite => 10,
    };

    // Many short turns: on a disk that others share, how long a flush takes changes from second to second.
    let rounds = setup.size(15, 3);
    let window = setup.size(Duration::from_secs(1), Duration::from_millis(400));
    let rate = in_turns(rounds, || publishers.rate(window), || raw_rate(raw.as_mut(), &mut rows, batch, window))?;
    let sends = setup.size(100, 30);
    let lone = in_turns(rounds, || publishers.lone_latency(sends), || raw_latency(raw.as_mut(), &mut rows, sends))?;
    let faults = publishers.faults.shown();
    let name = backend.name();
    Ok(vec![
        Line {
            row: format!("M5 {name}"),
            figure: format!("{:.0}/s", rate.ours),
            reference: format!("{:.0}/s (raw-db of {batch})", rate.reference),
            value: rate.ratio(),
            goal: Goal::AtLeast { must: 0.35, best: 0.70 },
            faults: faults.clone(),
            note: None,
        },
        Line {
            row: format!("M5 {name} p50"),
            figure: format!("{:.0} µs", lone.ours),
            reference: format!("{:.0} µs (raw-db, one row)", lone.reference),
            value: lone.ratio(),
            goal: Goal::AtMost { must: 2.0, best: 1.2 },
            faults,
            note: None,
        },
    ])
}

fn raw_rate(raw: &mut dyn RawDb, rows: &mut RawRows, batch: usize, window: Duration) -> Result<f64> {
    let start = Instant::now();
    let mut written = 0;
    while start.elapsed() < window {
        raw.write(&rows.next(batch))?;
        written += batch;
    }
    Ok(written as f64 / start.elapsed().as_secs_f64())
}

/// The median time of a commit of one row, in microseconds.
fn raw_latency(raw: &mut dyn RawDb, rows: &mut RawRows, count: usize) -> Result<f64> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let row = rows.next(1);
        let start = Instant::now();
        raw.write(&row)?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&times))
}

/// Sockets that send, each one message at a time, round and round over its conversations.
struct Publishers {
    swarm: Swarm,
    content: String,
    /// How many messages each has sent.
    sent: Vec<usize>,
    /// What each socket has heard of each stream.
    orders: HashMap<(usize, usize), Order>,
    faults: Faults,
}

impl Publishers {
    fn connect(server: &Server) -> Result<Self> {
        let mut swarm = Swarm::new(server.process.address())?;
        connect_all(&mut swarm, server.people.iter().take(PUBLISHERS).map(|person| person.token.as_str()))?;
        Ok(Self {
            swarm,
            content: content(),
            sent: vec![0; PUBLISHERS],
            orders: HashMap::new(),
            faults: Faults::default(),
        })
    }

    /// Acknowledged messages per second, with one in flight at every publisher.
    fn rate(&mut self, window: Duration) -> Result<f64> {
        let (start, mut acknowledged, mut in_flight) = (Instant::now(), 0, 0);
        for publisher in 0..PUBLISHERS {
            self.send(publisher)?;
            in_flight += 1;
        }
        let mut finished = start;
        while in_flight > 0 {
            for publisher in self.acknowledgements()? {
                acknowledged += 1;
                finished = Instant::now();
                if start.elapsed() < window {
                    self.send(publisher)?;
                } else {
                    in_flight -= 1;
                }
            }
            if finished.elapsed() > PATIENCE {
                return broken("a message is not acknowledged");
            }
        }
        let elapsed = finished.duration_since(start);
        self.hear_the_rest()?;
        Ok(f64::from(acknowledged) / elapsed.as_secs_f64())
    }

    /// The median time from sending to `ok` of one publisher alone, in microseconds.
    fn lone_latency(&mut self, count: usize) -> Result<f64> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let start = Instant::now();
            self.send(0)?;
            while self.acknowledgements()?.is_empty() {
                if start.elapsed() > PATIENCE {
                    return broken("a message is not acknowledged");
                }
            }
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        self.hear_the_rest()?;
        Ok(median(&times))
    }

    fn send(&mut self, publisher: usize) -> Result<()> {
        let count = self.sent[publisher];
        self.sent[publisher] += 1;
        let stream = stream(conversation(publisher, count));
        let content = &self.content;
        let send = format!(
            r#"{{"type":"send","id":{count},"stream":"{stream}","data":{{"nonce":"m5-{count}","content":"{content}"}}}}"#
        );
        self.swarm.send(publisher, &send)
    }

    /// Waits for anything; answers who got an `ok`.
    fn acknowledgements(&mut self) -> Result<Vec<usize>> {
        let mut acknowledged = Vec::new();
        let Self { swarm, orders, faults, .. } = self;
        swarm.poll(Duration::from_millis(100), |socket, heard| {
            match heard {
                Heard::Text(text) if text.starts_with(br#"{"type":"ok""#) => acknowledged.push(socket),
                Heard::Text(text) if text.starts_with(br#"{"type":"event""#) => {
                    let group = text_after(text, r#""stream":""#).and_then(number_of);
                    let (Some(group), Some(seq)) = (group, number_after(text, r#""seq":"#)) else { return Ok(None) };
                    orders.entry((socket, group)).or_default().hear(seq, faults);
                }
                Heard::Text(text) => return refuse_errors(text),
                Heard::Closed => return broken("a publisher's socket was closed"),
                Heard::Open => {}
            }
            Ok(None)
        })?;
        Ok(acknowledged)
    }

    /// Waits until every member has heard of every message, and counts those that do not come as lost.
    fn hear_the_rest(&mut self) -> Result<()> {
        let mut tops = vec![0; CONVERSATIONS];
        for (publisher, sent) in self.sent.iter().enumerate() {
            (0..*sent).for_each(|count| tops[conversation(publisher, count)] += 1);
        }
        let members = |group: usize| (0..PUBLISHERS).filter(move |person| person % STEP == group % STEP);
        let all: Vec<_> = (0..CONVERSATIONS).flat_map(|group| members(group).map(move |who| (who, group))).collect();
        let deadline = Instant::now() + PATIENCE;
        let last = |orders: &HashMap<_, Order>, key| orders.get(key).map_or(0, |order| order.last());
        while all.iter().any(|key| last(&self.orders, key) < tops[key.1]) && Instant::now() < deadline {
            self.acknowledgements()?;
        }
        for key in all {
            self.orders.entry(key).or_default().give_up(tops[key.1], &mut self.faults);
        }
        Ok(())
    }
}

/// Where a publisher's message of this number goes.
fn conversation(publisher: usize, count: usize) -> usize {
    (publisher + STEP * (count % EACH)) % CONVERSATIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_write_where_they_are_members() {
        for (publisher, count) in (0..PUBLISHERS).flat_map(|who| (0..7).map(move |count| (who, count))) {
            assert_eq!(conversation(publisher, count) % STEP, publisher % STEP);
        }
    }
}
