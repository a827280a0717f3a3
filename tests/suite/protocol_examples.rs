//! Every frame that docs/realtime-protocol.md shows is a frame of `rialto-wire`, to the last field.

use std::collections::BTreeSet;

use rialto_client::wire::frame::{ClientFrame, ServerFrame};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../docs/realtime-protocol.md");

/// The frames behind `C> ` or `S> `; lines that go on a frame are indented.
fn shown_behind(mark: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in DOCUMENT.lines() {
        match line.strip_prefix(mark) {
            Some(frame) => frames.push(frame.to_owned()),
            None if is_open && line.starts_with("  ") => frames.last_mut().unwrap().push_str(line.trim_start()),
            None => {}
        }
        is_open = line.starts_with(mark) || (is_open && line.starts_with("  "));
    }
    frames
}

/// The commands in the first column of the table.
fn commands_in_the_table() -> Vec<String> {
    let cells = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `{")?.split_once("` |"));
    cells.map(|(frame, _)| format!("{{{frame}")).collect()
}

/// Reads a frame and writes it again: neither may know a field that the other does not. Its type.
fn read(text: &str, read_and_write: fn(&str) -> serde_json::Result<Value>) -> String {
    let written = read_and_write(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let shown: Value = serde_json::from_str(text).unwrap();
    assert_eq!(without_nulls(written), without_nulls(shown.clone()), "{text}");
    shown["type"].as_str().unwrap().to_owned()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null() && *value != Value::Array(vec![]));
            fields.map(|(name, value)| (name, without_nulls(value))).collect()
        }
        other => other,
    }
}

fn types<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn every_frame_that_a_client_sends_is_shown_as_it_is() {
    let frames = [shown_behind("C> "), commands_in_the_table()].concat();
    let again = |text: &str| serde_json::from_str::<ClientFrame>(text).and_then(serde_json::to_value);
    let shown: BTreeSet<_> = frames.iter().map(|text| read(text, again)).collect();
    let talking = ["send", "typing", "edit", "delete", "react", "unreact", "pin", "unpin", "read", "history"];
    let all = ["auth", "refresh", "join", "leave", "subscribe", "unsubscribe", "presence", "catchup", "ping", "pong"];
    assert_eq!(shown, &types(talking) | &types(all));
}

#[test]
fn every_frame_that_the_server_sends_is_shown_as_it_is() {
    let again = |text: &str| serde_json::from_str::<ServerFrame>(text).and_then(serde_json::to_value);
    let shown: BTreeSet<_> = shown_behind("S> ").iter().map(|text| read(text, again)).collect();
    let all = ["hello", "ready", "event", "synced", "ok", "error", "signal", "ping", "pong", "gap", "bye"];
    assert_eq!(shown, types(all));
}

#[test]
fn nothing_is_left_to_guess() {
    for frame in [shown_behind("C> "), shown_behind("S> "), commands_in_the_table()].concat() {
        assert!(!frame.contains('…'), "{frame}");
    }
}
