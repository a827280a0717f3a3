//! P3: 2,000 bulk requests at once for assets that nobody asked for before: how often the provider is asked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::database::Backend;
use crate::error::{Result, broken};
use crate::report::{Goal, Line};
use crate::server::{Server, Setup};
use crate::upstream::Upstream;

/// Distinct assets, and how many each request names.
const ASSETS: usize = 250;
const EACH: usize = 25;
/// The most that one call to the provider takes.
const BATCH: usize = 250;
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures it.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let requests = setup.size(2_000, 200);
    let upstream = Upstream::start()?;
    let server = Server::with_prices(setup, Backend::Sqlite, &upstream)?;
    let before = upstream.calls();
    let start = Instant::now();
    let mut connections = Vec::with_capacity(requests);
    for number in 0..requests {
        connections.push(ask(server.process.address(), number)?);
    }
    let mut missing = 0;
    for connection in &mut connections {
        missing += missing_in(connection)?;
    }
    let (calls, needed) = (upstream.calls() - before, ASSETS.div_ceil(BATCH));
    Ok(vec![Line {
        row: format!("P3 {requests} bulk requests"),
        figure: format!("{calls} calls"),
        reference: format!("{needed} (batches of {BATCH})"),
        value: calls as f64 / needed as f64,
        goal: Goal::AtMost { must: 1.0, best: 1.0 },
        faults: (missing > 0).then(|| format!("{missing} prices are missing")),
        note: Some(format!("all answered after {:.2} s", start.elapsed().as_secs_f64())),
    }])
}

fn ask(address: SocketAddr, number: usize) -> Result<TcpStream> {
    let coins: Vec<_> = (0..EACH).map(|n| format!("\"cold-{}\"", (number + n * ASSETS / EACH) % ASSETS)).collect();
    let body = format!(r#"{{"coins":[{}],"timeout":30}}"#, coins.join(","));
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head =
        "POST /api/v1/crypto/bulk HTTP/1.1\r\nhost: bench\r\nconnection: close\r\ncontent-type: application/json\r\n";
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len())?;
    Ok(stream)
}

/// How many prices an answer lacks.
fn missing_in(connection: &mut TcpStream) -> Result<usize> {
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return broken("an answer that is not HTTP") };
    if !head.starts_with("HTTP/1.1 200 ") {
        return broken(format!("refused: {answer}"));
    }
    Ok(EACH - body.matches(r#""provider":"coingecko""#).count().min(EACH))
}
