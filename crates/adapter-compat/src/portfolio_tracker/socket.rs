//! `GET /api/v1/crypto/stream/ws`: five prices every five seconds, without asking.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_messaging::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

use super::asker::{Asker, bearer, prove, refused};
use super::look_up::look_up;
use super::params::Params;
use super::reply::Refusal;
use super::update::price_update;
use crate::deps::CompatDeps;
use crate::feed::Mailbox;
use crate::socket::{NotASocket, Talk, Upgrade, WebSocket, talk};

const COINS: [&str; 5] = ["bitcoin", "ethereum", "bnb", "solana", "cardano"];
const INTERVAL: Duration = Duration::from_secs(5);
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_FRAME: usize = 64 * 1_024;

pub(super) async fn connect(req: HttpRequest, deps: web::Data<CompatDeps>) -> Result<HttpResponse, Refusal> {
    let params = Params::of(&req);
    let missing = "Token required in query param or Authorization header";
    let token = params.text("token").or_else(|| bearer(&req).ok()).ok_or(refused(missing))?;
    let asker = prove(&req, token).await?;
    let served = deps.clone();
    let serve = move |socket| serve(socket, served, asker);
    (Upgrade { req: &req, max_message: MAX_FRAME }).accept(&deps, serve).map_err(|why| match why {
        NotASocket::NotAsked => Refusal::new(StatusCode::BAD_REQUEST, "Bad Request").because("this is a WebSocket"),
        NotASocket::Full => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Too many sockets")
            .because("close one first, or try again later")
            .after(INTERVAL),
    })
}

async fn serve(socket: WebSocket, deps: web::Data<CompatDeps>, asker: Asker) {
    let session = deps.feed.watch_session(&deps.messaging, asker.user.id, asker.session_id);
    let mailbox = session.mailbox();
    let mut client = Client { connection: deps.ids.uuid() };
    tokio::select! {
        () = talk(socket, session, &deps.seats, &mut client) => {}
        () = push(&deps, &mailbox) => {}
    }
}

/// Never ends by itself.
async fn push(deps: &CompatDeps, mailbox: &Mailbox) {
    let coins = COINS.map(str::to_owned);
    let mut ticks = interval_at(Instant::now() + INTERVAL, INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for named in look_up(&deps.prices, &coins, LOOK_UP_TIMEOUT).await {
            if let Ok(quote) = &named.outcome {
                let pushed = price_update(&named.name, quote, &*deps.ids, deps.clock.now());
                mailbox.post(&Utf8Bytes::from(pushed.text));
            }
        }
    }
}

struct Client {
    connection: Uuid,
}

#[derive(Deserialize)]
struct Said {
    action: String,
    id: Option<Value>,
}

#[derive(Serialize)]
struct Reply {
    action: &'static str,
    data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
}

impl Talk for Client {
    async fn greet(&mut self) -> Vec<String> {
        Vec::new()
    }

    async fn hear(&mut self, text: &str) -> Vec<String> {
        // What is not understood is let go, as clients expect.
        let Ok(Said { action, id }) = serde_json::from_str(text) else { return Vec::new() };
        let reply = match action.as_str() {
            "ping" => Reply { action: "pong", data: "Server is alive".to_owned(), id },
            "subscribe" => {
                Reply { action: "subscribed", data: format!("Subscribed to updates for {}", self.connection), id }
            }
            _ => return Vec::new(),
        };
        serde_json::to_string(&reply).into_iter().collect()
    }

    async fn tell(&mut self, _: &Arc<Event>) -> Vec<String> {
        Vec::new()
    }
}
