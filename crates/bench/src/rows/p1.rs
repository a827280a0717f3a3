//! P1: a price that is in the cache, by REST, against a bare server's greeting.

use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::KeptAlive;
use crate::process::Process;
use crate::reference::Limit;
use crate::report::{Goal, Line};
use crate::server::{Server, Setup};
use crate::stats::in_turns;
use crate::upstream::Upstream;

/// How many requests are under way at once.
const CONNECTIONS: usize = 32;
const PRICE: &str = "/api/v1/crypto/bitcoin";

/// Measures it.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let upstream = Upstream::start()?;
    let server = Server::with_prices(setup, Backend::Sqlite, &upstream)?;
    let hello = Limit::Hello.start()?;
    // From here on the price is in the cache.
    KeptAlive::connect(server.process.address(), 1, PRICE)?.round()?;
    let rounds = setup.size(2_000, 100);
    let pair = in_turns(
        setup.size(5, 2),
        || per_cpu_second(&server.process, PRICE, rounds),
        || per_cpu_second(&hello, "/", rounds),
    )?;
    Ok(vec![Line {
        row: "P1 cached price".to_owned(),
        figure: format!("{:.0}/CPU s", pair.ours),
        reference: format!("{:.0}/CPU s (hello)", pair.reference),
        value: pair.ratio(),
        goal: Goal::AtLeast { must: 0.6, best: 0.85 },
        faults: (upstream.calls() > 3).then(|| format!("the provider was asked {} times", upstream.calls())),
        note: None,
    }])
}

/// Answers per second of the server's processor time.
fn per_cpu_second(process: &Process, path: &str, rounds: usize) -> Result<f64> {
    // Anew each time: who waits while the other side is measured is sent away.
    let mut load = KeptAlive::connect(process.address(), CONNECTIONS, path)?;
    let before = process.cpu()?;
    for _ in 0..rounds {
        load.round()?;
    }
    let used = process.cpu()?.saturating_sub(before).as_secs_f64();
    if used == 0.0 {
        return broken("too little was asked to be measured");
    }
    Ok((rounds * load.width()) as f64 / used)
}
