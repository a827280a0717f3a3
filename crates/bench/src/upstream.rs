//! A provider of prices on this machine, as plain as can be: it knows every asset, and counts how often it is asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::error::Result;

/// How long an answer takes: what a fast provider needs, so that requests have the time to meet.
const ANSWER: Duration = Duration::from_millis(100);

/// The wire format of CoinGecko's `coins/markets`, and nothing else of it.
pub struct Upstream {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
}

impl Upstream {
    /// Serves until this process ends.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (address, calls) = (listener.local_addr()?, Arc::new(AtomicUsize::new(0)));
        let counted = calls.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let calls = counted.clone();
                // A connection that fails is the server's to make again.
                thread::spawn(move || drop(serve(&connection, &calls)));
            }
        });
        Ok(Self { address, calls })
    }

    /// What the server's address of the provider must be.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often it was asked for prices.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

fn serve(connection: &TcpStream, calls: &AtomicUsize) -> Result<()> {
    let mut lines = BufReader::new(connection);
    let mut writer = connection;
    loop {
        let mut target = String::new();
        let mut line = String::new();
        while lines.read_line(&mut line)? > 2 {
            if target.is_empty() {
                target = line.split(' ').nth(1).unwrap_or_default().to_owned();
            }
            line.clear();
        }
        if target.is_empty() {
            return Ok(());
        }
        calls.fetch_add(1, Ordering::SeqCst);
        thread::sleep(ANSWER);
        let rows: Vec<_> = ids(&target).iter().map(|id| row(id)).collect();
        let body = format!("[{}]", rows.join(","));
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        write!(writer, "{head}content-length: {}\r\n\r\n{body}", body.len())?;
    }
}

/// The assets that a request asks for; commas may be escaped.
fn ids(target: &str) -> Vec<String> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let ids = query.split('&').find_map(|pair| pair.strip_prefix("ids=")).unwrap_or_default();
    ids.replace("%2C", ",").split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn row(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","symbol":"{id}","name":"{id}","image":"","current_price":61234.5,"market_cap":1209876543210,"market_cap_rank":1,"total_volume":21234567890,"price_change_24h":-765.4,"price_change_percentage_24h":-1.23451,"last_updated":"2026-11-01T00:00:00.000Z"}}"#
    )
}
