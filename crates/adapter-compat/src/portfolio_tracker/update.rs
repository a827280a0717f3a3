//! A price as it is pushed.

use rialto_kernel::{IdSource, Instant};
use rialto_portfolio::Quote;
use serde::Serialize;

use super::number::{Number, exact};
use crate::time::rfc3339;

#[derive(Serialize)]
struct Event<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    data: T,
    timestamp: String,
    id: String,
}

#[derive(Serialize)]
struct Update<'u> {
    coin_id: &'u str,
    symbol: &'u str,
    price: Option<Number>,
    change_24h: Option<Number>,
    timestamp: String,
    update_type: &'static str,
}

/// An event with its id.
pub(super) struct Pushed {
    pub id: String,
    pub text: String,
}

/// The price of a coin, under the name that it was asked for by.
pub(super) fn price_update(name: &str, quote: &Quote, ids: &dyn IdSource, now: Instant) -> Pushed {
    let update = Update {
        coin_id: name,
        symbol: &quote.symbol,
        price: exact(&quote.price),
        change_24h: quote.change_24h.as_ref().and_then(exact),
        timestamp: rfc3339(now),
        update_type: "price",
    };
    event("price_update", update, ids, now)
}

/// An event of any kind.
pub(super) fn event(kind: &'static str, data: impl Serialize, ids: &dyn IdSource, now: Instant) -> Pushed {
    let id = ids.uuid().to_string();
    let event = Event { kind, data, timestamp: rfc3339(now), id: id.clone() };
    Pushed { id, text: serde_json::to_string(&event).unwrap_or_default() }
}
