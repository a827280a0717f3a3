//! I1: chat while 200 people a second ask to be let in, whose passwords take longer to hash than there is time.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::{Heard, Swarm};
use crate::report::{Goal, Line};
use crate::seed::{Group, Seed, content, group_id, stream};
use crate::server::{Server, Setup, connect_all, refuse_errors};
use crate::stats::{in_turns, median};

/// Between two logins.
const EVERY: Duration = Duration::from_millis(5);
/// No more are asked for at a time, each by a thread of its own.
const AT_ONCE: usize = 400;
/// How long a login, or a message, may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the flood runs before anybody looks.
const ONSET: Duration = Duration::from_millis(500);
const PASSWORD: &str = "correct horse battery";

/// Measures it.
pub fn run(setup: &Setup) -> Result<Vec<Line>> {
    let server = Server::prepare(setup, Backend::Sqlite, 2, |ids| Seed {
        groups: vec![Group { id: group_id(0), members: ids.to_vec(), messages: 0 }],
    })?;
    let address = server.process.address();
    let register = format!(r#"{{"username":"flooded","email":"flooded@example.org","password":"{PASSWORD}"}}"#);
    let status = ask(address, "/api/v1/auth/register", &register)?;
    if status != 201 {
        return broken(format!("registering is answered with {status}"));
    }
    let chat = RefCell::new(Chat::connect(&server)?);
    let sends = setup.size(300, 60);
    let mut answers = Answers::default();
    let pair = in_turns(
        setup.size(5, 2),
        || chat.borrow_mut().during_flood(address, sends, &mut answers),
        || {
            server.process.settle()?;
            chat.borrow_mut().latency(sends)
        },
    )?;
    Ok(vec![Line {
        row: "I1 chat under logins".to_owned(),
        figure: format!("{:.0} µs", pair.ours),
        reference: format!("{:.0} µs (no logins)", pair.reference),
        value: pair.ratio(),
        goal: Goal::AtMost { must: 2.0, best: 1.2 },
        faults: None,
        note: Some(answers.shown()),
    }])
}

/// What the logins were answered.
#[derive(Default)]
struct Answers {
    signed_in: usize,
    busy: usize,
    seconds: f64,
}

impl Answers {
    fn shown(&self) -> String {
        let all = self.signed_in + self.busy;
        let rate = all as f64 / self.seconds;
        format!(
            "{all} logins, {rate:.0} a second: {} signed in, {} told that the server is busy",
            self.signed_in, self.busy
        )
    }
}

/// Two people who talk.
struct Chat {
    swarm: Swarm,
    sent: usize,
}

impl Chat {
    fn connect(server: &Server) -> Result<Self> {
        let mut swarm = Swarm::new(server.process.address())?;
        connect_all(&mut swarm, server.people.iter().map(|person| person.token.as_str()))?;
        Ok(Self { swarm, sent: 0 })
    }

    /// The median time from sending to the other hearing of it, in microseconds.
    fn latency(&mut self, count: usize) -> Result<f64> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            self.sent += 1;
            let (sent, stream, content) = (self.sent, stream(0), content());
            let send = format!(
                r#"{{"type":"send","id":{sent},"stream":"{stream}","data":{{"nonce":"i1-{sent}","content":"{content}"}}}}"#
            );
            let start = Instant::now();
            self.swarm.send(0, &send)?;
            let (mut acknowledged, mut heard) = (false, false);
            while !(acknowledged && heard) {
                self.swarm.poll(Duration::from_millis(100), |socket, what| {
                    match what {
                        Heard::Text(text) if text.starts_with(br#"{"type":"ok""#) => acknowledged = true,
                        Heard::Text(text) if text.starts_with(br#"{"type":"event""#) => heard |= socket == 1,
                        Heard::Text(text) => return refuse_errors(text),
                        Heard::Closed => return broken("a socket was closed"),
                        Heard::Open => {}
                    }
                    Ok(None)
                })?;
                if start.elapsed() > PATIENCE {
                    return broken("a message does not arrive");
                }
            }
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        Ok(median(&times))
    }

    fn during_flood(&mut self, address: SocketAddr, count: usize, answers: &mut Answers) -> Result<f64> {
        let stop = Arc::new(AtomicBool::new(false));
        let flood = thread::spawn({
            let stop = stop.clone();
            move || flood(address, &stop)
        });
        thread::sleep(ONSET);
        let latency = self.latency(count);
        stop.store(true, Ordering::SeqCst);
        let Ok(counted) = flood.join() else { return broken("the flood broke off") };
        answers.signed_in += counted.signed_in;
        answers.busy += counted.busy;
        answers.seconds += counted.seconds;
        latency
    }
}

/// Asks to sign in every few milliseconds, whatever becomes of the others.
fn flood(address: SocketAddr, stop: &AtomicBool) -> Answers {
    let (signed_in, busy, open) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let body = format!(r#"{{"login":"flooded","password":"{PASSWORD}"}}"#);
    let start = Instant::now();
    let mut asked = 0_u32;
    let seconds = thread::scope(|threads| {
        while !stop.load(Ordering::SeqCst) {
            if open.load(Ordering::SeqCst) < AT_ONCE {
                open.fetch_add(1, Ordering::SeqCst);
                threads.spawn(|| {
                    match ask(address, "/api/v1/auth/login", &body) {
                        Ok(200) => drop(signed_in.fetch_add(1, Ordering::SeqCst)),
                        Ok(503) => drop(busy.fetch_add(1, Ordering::SeqCst)),
                        _ => {}
                    }
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
            asked += 1;
            thread::sleep((EVERY * asked).saturating_sub(start.elapsed()));
        }
        start.elapsed().as_secs_f64()
    });
    Answers { signed_in: signed_in.into_inner(), busy: busy.into_inner(), seconds }
}

/// The status of a POST, over a connection of its own.
fn ask(address: SocketAddr, path: &str, body: &str) -> Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n");
    stream.write_all(format!("{head}content-length: {length}\r\n\r\n{body}").as_bytes())?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    let status = start.get(9..).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|text| text.parse().ok());
    match status {
        Some(status) => Ok(status),
        None => broken("an answer that is not HTTP"),
    }
}
