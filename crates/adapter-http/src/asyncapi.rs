//! The AsyncAPI 3.0 document of `rialto.v1`, made from the wire's own frames: each frame is a message with its JSON
//! Schema.

use actix_web::{HttpResponse, get};
use rialto_wire::frame::{ClientFrame, ServerFrame};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::ApiError;

/// What the socket for prices alone takes, and what it sends.
const PRICE_COMMANDS: [&str; 4] = ["subscribe", "unsubscribe", "ping", "pong"];
const PRICE_ANSWERS: [&str; 7] = ["hello", "ok", "error", "signal", "ping", "pong", "bye"];

/// The document.
#[must_use]
pub fn asyncapi() -> Value {
    let mut schemas = Vec::new();
    ClientFrame::schemas(&mut schemas);
    ServerFrame::schemas(&mut schemas);
    let (commands, answers) = (frames_of::<ClientFrame>(), frames_of::<ServerFrame>());
    let schemas: Map<String, Value> = schemas.into_iter().map(|(name, schema)| (name, plain(&schema))).collect();
    let messages: Map<String, Value> = commands
        .iter()
        .map(|(name, schema)| (format!("client.{name}"), message(name, schema)))
        .chain(answers.iter().map(|(name, schema)| (format!("server.{name}"), message(name, schema))))
        .collect();
    let some = |frames: &[(String, Value)], names: &[&str]| -> Vec<(String, Value)> {
        frames.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect()
    };
    let (price_commands, price_answers) = (some(&commands, &PRICE_COMMANDS), some(&answers, &PRICE_ANSWERS));
    let (in_channel, of_prices) = (in_channel(&commands, &answers), in_channel(&price_commands, &price_answers));
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "rialto.v1",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Live messages over one WebSocket: JSON text frames, one per WebSocket message. The server speaks \
                first (hello); the client says who is there (auth) unless the upgrade did.",
            "license": { "name": "MIT" },
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/ws",
                "title": "The socket",
                "description": "Also at /api/v1/ws. Subprotocol rialto.v1, if one is asked for.",
                "messages": in_channel,
            },
            "prices": {
                "address": "/api/v1/crypto/stream/ws",
                "title": "Prices alone",
                "description": "Without signing in: the same frames, of which it takes and sends these. `?coins=` names \
                    assets to begin with.",
                "messages": of_prices,
            },
        },
        "operations": {
            "receive": operation("receive", "What a client sends.", "socket", "client", &commands),
            "send": operation("send", "What the server sends.", "socket", "server", &answers),
            "receivePrices": operation("receive", "What a client sends.", "prices", "client", &price_commands),
            "sendPrices": operation("send", "What the server sends.", "prices", "server", &price_answers),
        },
        "components": { "messages": messages, "schemas": schemas },
    })
}

/// The messages of a channel on which clients and the server send these.
fn in_channel(commands: &[(String, Value)], answers: &[(String, Value)]) -> Map<String, Value> {
    let names = |side: &'static str, frames: &[(String, Value)]| -> Vec<String> {
        frames.iter().map(|(name, _)| format!("{side}.{name}")).collect()
    };
    let names = names("client", commands).into_iter().chain(names("server", answers));
    names.map(|name| (name.clone(), reference(&format!("#/components/messages/{name}")))).collect()
}

/// Each frame of a tagged enum, by its `type`.
fn frames_of<T: PartialSchema>() -> Vec<(String, Value)> {
    let schema = plain(&T::schema());
    let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
    variants.into_iter().filter_map(|variant| Some((type_of(&variant)?, variant))).collect()
}

/// The constant that the property `type` of a variant holds, wherever in the variant it stands.
fn type_of(variant: &Value) -> Option<String> {
    let own = variant["properties"]["type"]["enum"][0].as_str().map(str::to_owned);
    own.or_else(|| variant["allOf"].as_array()?.iter().find_map(type_of))
}

/// OpenAPI 3.1 schemas are JSON Schema; only where they are kept differs not even.
fn plain(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

fn message(name: &str, schema: &Value) -> Value {
    let summary = schema["description"].as_str().unwrap_or_default();
    json!({ "name": name, "title": name, "summary": summary, "payload": schema })
}

fn reference(to: &str) -> Value {
    json!({ "$ref": to })
}

fn operation(action: &str, summary: &str, channel: &str, side: &str, frames: &[(String, Value)]) -> Value {
    let messages: Vec<Value> =
        frames.iter().map(|(name, _)| reference(&format!("#/channels/{channel}/messages/{side}.{name}"))).collect();
    json!({
        "action": action,
        "summary": summary,
        "channel": reference(&format!("#/channels/{channel}")),
        "messages": messages,
    })
}

/// The AsyncAPI document of the sockets.
#[utoipa::path(
    tag = "server",
    security(()),
    responses((status = 200, description = "AsyncAPI 3.0; the schemas of all frames are under `components`"))
)]
#[get("/api/v1/asyncapi.json")]
pub(crate) async fn get_asyncapi() -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(asyncapi()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_frame_is_a_message_and_every_reference_leads_somewhere() {
        let document = asyncapi();
        let messages = document["components"]["messages"].as_object().unwrap();
        for name in ["client.auth", "client.send", "client.read", "server.hello", "server.event", "server.bye"] {
            assert!(messages.contains_key(name), "{name}");
        }
        let mut references = BTreeSet::new();
        collect(&document, &mut references);
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    fn collect(value: &Value, references: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| collect(value, references));
            }
            Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
            _ => {}
        }
    }
}
