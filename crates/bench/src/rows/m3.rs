//! M3: one message in flight to 1,000 receivers. A message that is stored, as members send it.

use std::time::Duration;

use super::rooms::{LimitChannel, Room};
use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::{Channel, Delivery, Heard, Swarm, number_after};
use crate::reference::Limit;
use crate::report::{Goal, Line};
use crate::seed::{Group, Seed, content, group_id, stream};
use crate::server::{Server, Setup, connect_all, refuse_errors};
use crate::stats::in_turns;

/// About as long as the event that carries a message of 128 bytes.
const LENGTH: usize = 560;

/// Measures it.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let receivers = setup.size(1_000, 300);
    let server = Server::prepare(setup, Backend::Sqlite, receivers + 1, |ids| Seed {
        groups: vec![Group { id: group_id(0), members: ids.to_vec(), messages: 0 }],
    })?;
    let mut ours = Room::new(&server.process, Sending::connect(&server, receivers)?, receivers, 1);

    let limit = Limit::Direct.start()?;
    let mut theirs = Room::new(&limit, LimitChannel::connect(&limit, receivers, LENGTH)?, receivers, 1);

    let window = setup.size(Duration::from_secs(3), Duration::from_millis(700));
    server.process.settle()?;
    let pair = in_turns(setup.size(5, 2), || ours.efficiency(window), || theirs.efficiency(window))?;
    let mut faults = ours.faults;
    faults += theirs.faults;
    Ok(vec![Line {
        row: format!("M3 one in flight to {receivers}"),
        figure: format!("{:.0}/CPU s", pair.ours),
        reference: format!("{:.0}/CPU s ({})", pair.reference, Limit::Direct.name()),
        value: pair.ratio(),
        goal: Goal::AtLeast { must: 0.60, best: 0.85 },
        faults: faults.shown(),
        note: Some("the server's messages are stored (SQLite) before they are delivered; the limit's are not".into()),
    }])
}

struct Sending {
    swarm: Swarm,
    receivers: usize,
    content: String,
}

impl Sending {
    fn connect(server: &Server, receivers: usize) -> Result<Self> {
        let mut swarm = Swarm::new(server.process.address())?;
        connect_all(&mut swarm, server.people.iter().map(|person| person.token.as_str()))?;
        Ok(Self { swarm, receivers, content: content() })
    }
}

impl Channel for Sending {
    fn publish(&mut self, _: usize, number: u64) -> Result<bool> {
        let (stream, content) = (stream(0), &self.content);
        let send = format!(
            r#"{{"type":"send","id":{number},"stream":"{stream}","data":{{"nonce":"m3-{number}","content":"{content}"}}}}"#
        );
        self.swarm.send(self.receivers, &send)?;
        Ok(true)
    }

    fn poll(&mut self, patience: Duration, heard: &mut Vec<Delivery>) -> Result<()> {
        let receivers = self.receivers;
        self.swarm.poll(patience, |socket, what| {
            match what {
                // The log was empty, so the number of an event is that of the message.
                Heard::Text(text) if socket < receivers && text.starts_with(br#"{"type":"event""#) => {
                    heard.push(Delivery { receiver: socket, slot: 0, number: number_after(text, r#""seq":"#) });
                }
                Heard::Text(text) => return refuse_errors(text),
                Heard::Closed => return broken("a socket was closed"),
                Heard::Open => {}
            }
            Ok(None)
        })
    }
}
