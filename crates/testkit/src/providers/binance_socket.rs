use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use futures_util::{SinkExt, StreamExt};
use rialto_kernel::Instant;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::binance::price_text;
use super::http::{Reply, Request};
use super::market::FakeMarket;

/// How long a connection lives.
const LIFE: TimeDelta = TimeDelta::hours(24);
/// How long it may owe an answer to a ping.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
const ALL_TICKERS: &str = "!miniTicker@arr";

/// The sockets of a [`FakeBinance`](super::FakeBinance): nothing is sent but what a test says.
pub struct FakeSockets {
    market: Arc<FakeMarket>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    open: BTreeMap<u64, Socket>,
    accepted: u64,
    pongs: u64,
    refused: u32,
    /// What each symbol was worth when it was last told.
    told: BTreeMap<String, String>,
}

struct Socket {
    out: UnboundedSender<Message>,
    streams: BTreeSet<String>,
    /// Whether it wraps what it sends.
    combined: bool,
    since: Instant,
    pinged: Option<Instant>,
}

impl FakeSockets {
    pub(super) fn new(market: Arc<FakeMarket>) -> Self {
        Self { market, state: Arc::default() }
    }

    /// How many sockets are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.state.lock().unwrap().open.len()
    }

    /// How many were ever opened.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.state.lock().unwrap().accepted
    }

    /// How many pings were answered.
    #[must_use]
    pub fn pongs(&self) -> u64 {
        self.state.lock().unwrap().pongs
    }

    /// The next so many connections are refused with 503.
    pub fn refuse_next(&self, count: u32) {
        self.state.lock().unwrap().refused = count;
    }

    /// One second of Binance: the symbols whose price has changed since the last, to those who want them; and whoever is
    /// connected for 24 hours, or owes a pong for a minute, is cut off.
    pub fn tick(&self) {
        let now = self.market.now();
        let mut state = self.state.lock().unwrap();
        let changed = self.changed(&mut state, now);
        state.open.retain(|_, socket| {
            let alive = now - socket.since < LIFE && socket.pinged.is_none_or(|at| now - at <= PATIENCE);
            if !alive {
                let _ = socket.out.send(Message::Close(None));
            }
            alive
        });
        for socket in state.open.values() {
            socket.tell(&changed);
        }
    }

    fn changed(&self, state: &mut State, now: Instant) -> Vec<Value> {
        let traded = self.market.coins().into_iter().filter_map(|coin| Some((coin.binance?, coin.id)));
        let mut changed = Vec::new();
        for (symbol, id) in traded {
            let price = |at| price_text(&self.market.price(&id, at).unwrap_or_default());
            let last = price(now);
            if state.told.insert(symbol.clone(), last.clone()).as_ref() == Some(&last) {
                continue;
            }
            let open = price(now - TimeDelta::days(1));
            changed.push(json!({"e": "24hrMiniTicker", "E": now.timestamp_millis(), "s": symbol, "c": last, "o": open,
                "h": last, "l": open, "v": "12345.678", "q": "759012345.12"}));
        }
        changed
    }

    /// Sends exactly this to everybody.
    pub fn send(&self, text: &str) {
        self.to_all(&Message::text(text));
    }

    /// Says that the server is about to stop.
    pub fn announce_shutdown(&self) {
        let now = self.market.now().timestamp_millis();
        self.send(&json!({"e": "serverShutdown", "E": now}).to_string());
    }

    /// Pings everybody.
    pub fn ping(&self) {
        let now = self.market.now();
        let mut state = self.state.lock().unwrap();
        for socket in state.open.values_mut() {
            socket.pinged.get_or_insert(now);
            let _ = socket.out.send(Message::Ping(now.timestamp_millis().to_string().into()));
        }
    }

    /// Closes every connection.
    pub fn close(&self) {
        self.to_all(&Message::Close(None));
        self.state.lock().unwrap().open.clear();
    }

    fn to_all(&self, message: &Message) {
        for socket in self.state.lock().unwrap().open.values() {
            let _ = socket.out.send(message.clone());
        }
    }

    pub(super) fn accept(&self, request: Request, socket: TcpStream) {
        let combined = request.path == "/stream";
        let streams: BTreeSet<String> = if combined {
            request.query("streams").unwrap_or_default().split('/').map(str::to_owned).collect()
        } else {
            request
                .path
                .trim_start_matches("/ws")
                .split('/')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let now = self.market.now();
        let state = Arc::clone(&self.state);
        tokio::spawn(async move {
            let refused = {
                let mut state = state.lock().unwrap();
                let refused = state.refused > 0;
                state.refused = state.refused.saturating_sub(1);
                refused
            };
            if refused {
                Reply::html(503, "<html>503</html>").send(socket).await;
                return;
            }
            let Some(socket) = shake_hands(&request, socket).await else { return };
            let (out, outgoing) = unbounded_channel();
            let number = {
                let mut state = state.lock().unwrap();
                state.accepted += 1;
                // Whoever comes anew is told everything once.
                state.told.clear();
                let number = state.accepted;
                state.open.insert(number, Socket { out, streams, combined, since: now, pinged: None });
                number
            };
            run(&state, number, socket, outgoing).await;
            state.lock().unwrap().open.remove(&number);
        });
    }
}

async fn shake_hands(request: &Request, mut socket: TcpStream) -> Option<WebSocketStream<TcpStream>> {
    let accept = derive_accept_key(request.header("sec-websocket-key")?.as_bytes());
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.ok()?;
    Some(WebSocketStream::from_raw_socket(socket, Role::Server, None).await)
}

async fn run(
    state: &Mutex<State>,
    number: u64,
    mut socket: WebSocketStream<TcpStream>,
    mut outgoing: UnboundedReceiver<Message>,
) {
    loop {
        tokio::select! {
            message = outgoing.recv() => {
                let Some(message) = message else { return };
                let last = message.is_close();
                if socket.send(message).await.is_err() || last {
                    return;
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Pong(_))) => {
                    let mut state = state.lock().unwrap();
                    state.pongs += 1;
                    if let Some(socket) = state.open.get_mut(&number) {
                        socket.pinged = None;
                    }
                }
                Some(Ok(Message::Text(text))) => {
                    let reply = state.lock().unwrap().open.get_mut(&number).map(|socket| socket.obey(&text));
                    if let Some(reply) = reply && socket.send(Message::text(reply)).await.is_err() {
                        return;
                    }
                }
                Some(Ok(message)) if !message.is_close() => {}
                _ => return,
            },
        }
    }
}

impl Socket {
    /// Does what it is told, and says how it went.
    fn obey(&mut self, text: &str) -> String {
        let Ok(command) = serde_json::from_str::<Value>(text) else {
            return json!({"code": 3, "msg": "Invalid JSON"}).to_string();
        };
        let names = command["params"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let result = match command["method"].as_str() {
            Some("SUBSCRIBE") => {
                self.streams.extend(names);
                Value::Null
            }
            Some("UNSUBSCRIBE") => {
                names.for_each(|name| {
                    self.streams.remove(&name);
                });
                Value::Null
            }
            Some("LIST_SUBSCRIPTIONS") => json!(self.streams),
            _ => return json!({"code": 2, "msg": "Invalid request: unknown method", "id": command["id"]}).to_string(),
        };
        json!({"result": result, "id": command["id"]}).to_string()
    }

    fn tell(&self, changed: &[Value]) {
        for stream in &self.streams {
            let data = if stream == ALL_TICKERS {
                json!(changed)
            } else {
                let mine = |ticker: &&Value| {
                    let symbol = ticker["s"].as_str().unwrap_or_default().to_lowercase();
                    stream.strip_suffix("@miniTicker") == Some(&symbol)
                };
                changed.iter().find(mine).cloned().unwrap_or_default()
            };
            if data.is_null() || data.as_array().is_some_and(Vec::is_empty) {
                continue;
            }
            let frame = if self.combined { json!({"stream": stream, "data": data}) } else { data };
            let _ = self.out.send(Message::text(frame.to_string()));
        }
    }
}
