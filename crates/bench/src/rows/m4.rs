//! M4: what the server keeps in memory, with nobody there and per idle socket.

use std::thread::sleep;
use std::time::Duration;

use crate::database::Backend;
use crate::error::Result;
use crate::load::Swarm;
use crate::report::{Goal, Line};
use crate::seed::{Group, Seed, group_id};
use crate::server::{Server, Setup, connect_all};

/// How many members each conversation has.
const MEMBERS: usize = 100;
/// How many conversations each user has, besides the lobby.
const CONVERSATIONS: usize = 20;
const KIB: f64 = 1_024.0;

/// Measures it.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let sockets = setup.size(10_000, 500);
    let server = Server::prepare(setup, Backend::Sqlite, sockets, |ids| Seed {
        groups: (0..ids.len() / MEMBERS * CONVERSATIONS)
            .map(|number| {
                let members = ids.chunks(MEMBERS).nth(number / CONVERSATIONS).unwrap_or_default();
                Group { id: group_id(number), members: members.to_vec(), messages: 1 }
            })
            .collect(),
    })?;
    let base = server.process.resident()? as f64;
    let mut swarm = Swarm::new(server.process.address())?;
    connect_all(&mut swarm, server.people.iter().map(|person| person.token.as_str()))?;
    server.process.settle()?;
    sleep(Duration::from_secs(2));
    let all = server.process.resident()? as f64;
    let (per_socket, base) = ((all - base) / sockets as f64 / KIB, base / KIB / KIB);
    let line = |row: String, figure, value, must, best| Line {
        row,
        figure,
        reference: "–".into(),
        value,
        goal: Goal::AtMost { must, best },
        faults: None,
        note: None,
    };
    Ok(vec![
        line(format!("M4 per socket of {sockets}"), format!("{per_socket:.1} KiB"), per_socket, 14.0, 4.0),
        line("M4 base".into(), format!("{base:.1} MiB"), base, 30.0, 15.0),
    ])
}
