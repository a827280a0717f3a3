//! CoinGecko as its specification describes it, on a port of this machine: enough of HTTP, the one
//! endpoint that is used, its refusals, and every way to break off in the middle.

#![allow(dead_code, clippy::disallowed_methods, reason = "test code, of which each test program uses a part")]

mod http;
mod markets;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::http::serve;
#[allow(unused_imports, reason = "each test program uses a part")]
pub use self::http::{Reply, Request};
pub use self::markets::FakeCoin;

/// A running fake; it stops when it is dropped.
pub struct FakeCoinGecko {
    address: String,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    coins: Vec<FakeCoin>,
    key: Option<(String, String)>,
    script: VecDeque<Reply>,
    requests: Vec<Request>,
    in_flight: usize,
    most_in_flight: usize,
    delay: Duration,
}

impl FakeCoinGecko {
    /// A fake that knows these coins.
    pub async fn start(coins: Vec<FakeCoin>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/api/v3", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { coins, ..State::default() }));
        let shared = Arc::clone(&state);
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    serve(socket, |request| answer(shared, request)).await;
                });
            }
        });
        Self { address, state, server }
    }

    /// What to configure as the base address.
    pub fn base_url(&self) -> String {
        self.address.clone()
    }

    /// Answers the next request like this instead of honestly.
    pub fn next_reply(&self, reply: Reply) {
        self.state.lock().unwrap().script.push_back(reply);
    }

    /// Refuses whoever does not send this header.
    pub fn require_key(&self, header: &str, key: &str) {
        self.state.lock().unwrap().key = Some((header.to_owned(), key.to_owned()));
    }

    /// Takes this long for every answer.
    pub fn take(&self, delay: Duration) {
        self.state.lock().unwrap().delay = delay;
    }

    /// What was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// How many requests were under way at once at the most.
    pub fn most_in_flight(&self) -> usize {
        self.state.lock().unwrap().most_in_flight
    }
}

impl Drop for FakeCoinGecko {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request) -> Reply {
    let (delay, reply) = {
        let mut state = state.lock().unwrap();
        state.requests.push(request.clone());
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        let scripted = state.script.pop_front();
        let authorised = state.key.as_ref().is_none_or(|(name, key)| request.header(name) == Some(key));
        let reply = match scripted {
            Some(reply) => reply,
            None if !authorised => Reply::json(
                401,
                r#"{"error":{"status":{"timestamp":"2024","error_code":10002,"error_message":"API Key Missing"}}}"#,
            ),
            None => markets::answer(&state.coins, &request),
        };
        (state.delay, reply)
    };
    tokio::time::sleep(delay).await;
    state.lock().unwrap().in_flight -= 1;
    reply
}
