//! M6: everybody reconnects at once with `resume`, and has missed something.

use std::time::{Duration, Instant};

use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::{Faults, Heard, Order, Swarm, number_after};
use crate::reference::{RawDb, connect_raw};
use crate::report::{Goal, Line};
use crate::seed::{Group, Seed, group_id, stream};
use crate::server::{OPENING, Server, Setup, refuse_errors};
use crate::stats::in_turns;

/// Clients are spread over so many conversations.
const CONVERSATIONS: usize = 10;
/// Where the clients stopped, and where the logs are now.
const SEEN: u64 = 50;
const TOP: u64 = 100;
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures it on every store.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for backend in setup.backends() {
        lines.push(on(setup, *backend)?);
    }
    Ok(lines)
}

fn on(setup: &Setup, backend: Backend) -> Result<Line> {
    let clients = setup.size(5_000, 300);
    let server = Server::prepare(setup, backend, clients, |ids| {
        let group = |number| Group {
            id: group_id(number),
            members: ids.iter().skip(number).step_by(CONVERSATIONS).copied().collect(),
            messages: TOP,
        };
        Seed { groups: (0..CONVERSATIONS).map(group).collect() }
    })?;
    let mut raw = connect_raw(&server.database)?;
    let mut faults = Faults::default();
    let pair = in_turns(
        setup.size(3, 2),
        || {
            server.process.settle()?;
            reconnect(&server, &mut faults)
        },
        || {
            server.process.settle()?;
            read_all(raw.as_mut(), clients)
        },
    )?;
    Ok(Line {
        row: format!("M6 {} {clients} clients", backend.name()),
        figure: format!("{:.2} s", pair.ours),
        reference: format!("{:.2} s (raw-db)", pair.reference),
        value: pair.ratio(),
        goal: Goal::AtMost { must: 3.0, best: 1.3 },
        faults: faults.shown(),
        note: None,
    })
}

/// The seconds that a bare client takes to read the same rows, once for each client.
fn read_all(raw: &mut dyn RawDb, clients: usize) -> Result<f64> {
    let start = Instant::now();
    for client in 0..clients {
        let read = raw.read(group_id(client % CONVERSATIONS), SEEN)?;
        if read as u64 != TOP - SEEN {
            return broken(format!("the bare client read {read} events"));
        }
    }
    Ok(start.elapsed().as_secs_f64())
}

/// The seconds from the first connection to the last `synced`.
fn reconnect(server: &Server, faults: &mut Faults) -> Result<f64> {
    let people = &server.people;
    let mut swarm = Swarm::new(server.process.address())?;
    let mut orders = vec![Order::after(SEEN); people.len()];
    let (mut begun, mut open, mut synced) = (0, 0, 0);
    let start = Instant::now();
    while synced < people.len() {
        while begun < people.len() && begun - open < OPENING {
            swarm.connect("/ws", None)?;
            begun += 1;
        }
        swarm.poll(Duration::from_millis(100), |client, heard| match heard {
            Heard::Open => {
                open += 1;
                Ok(Some(auth(&people[client].token, client)))
            }
            Heard::Text(text) if text.starts_with(br#"{"type":"event""#) => {
                orders[client].hear(number_after(text, r#""seq":"#).unwrap_or(0), faults);
                Ok(None)
            }
            Heard::Text(text) if text.starts_with(br#"{"type":"synced""#) => {
                synced += 1;
                orders[client].give_up(TOP, faults);
                Ok(None)
            }
            Heard::Text(text) => refuse_errors(text),
            Heard::Closed => broken("a client is not let in"),
        })?;
        if start.elapsed() > PATIENCE {
            return broken(format!("only {synced} of {} clients are synced", people.len()));
        }
    }
    Ok(start.elapsed().as_secs_f64())
}

fn auth(token: &str, client: usize) -> String {
    let number = client % CONVERSATIONS;
    let (stream, epoch) = (stream(number), Group::epoch(group_id(number)));
    format!(r#"{{"type":"auth","id":1,"data":{{"token":"{token}","resume":{{"{stream}":["{epoch}",{SEEN}]}}}}}}"#)
}
