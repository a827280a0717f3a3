use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::connection::incoming;

const STREAM: &str = "c:1";

fn core() -> Core {
    Core::new(Settings::default())
}

/// What `ready` says of a log that reaches `seq`; `from` when it was resumed.
fn ready(seq: u64, from: Option<u64>) -> ReadyData {
    let user = json!({ "id": Uuid::nil(), "username": "ann", "display_name": "Ann", "bio": "", "avatar_url": null,
        "role": "member", "online": true, "last_seen_at": null, "created_at": "2026-11-21T09:16:10.793Z" });
    let mut position = json!({ "epoch": Uuid::from_u128(1), "seq": seq, "ok": true });
    if let Some(from) = from {
        position["from"] = from.into();
    }
    serde_json::from_value(json!({ "user": user, "session": Uuid::nil(), "expires_at": "2026-11-21T09:16:10.793Z",
        "streams": { STREAM: position } }))
    .unwrap()
}

fn online(seq: u64) -> Core {
    let mut core = core();
    core.connected(ready(seq, None), 65_536, Instant::now());
    items(&mut core);
    core
}

fn read(core: &mut Core, frame: &Value) {
    let bye = core.read(incoming::read(&frame.to_string()), Instant::now());
    assert_eq!(bye, None);
    core.wake(Instant::now());
}

fn event(seq: u64) -> Value {
    json!({ "type": "event", "stream": STREAM, "seq": seq, "at": "2026-11-21T09:15:02.114Z", "event": "member.removed",
        "data": { "user": { "id": Uuid::nil(), "username": "bob", "display_name": "Bob", "avatar_url": null } } })
}

fn written(core: &mut Core) -> Vec<Value> {
    std::iter::from_fn(|| core.next_frame()).map(|text| serde_json::from_str(&text).unwrap()).collect()
}

fn items(core: &mut Core) -> Vec<Item> {
    std::iter::from_fn(|| core.next_item()).collect()
}

fn seqs(core: &mut Core) -> Vec<u64> {
    let events = items(core).into_iter();
    events.filter_map(|item| if let Item::Event(event) = item { Some(event.seq) } else { None }).collect()
}

fn give(core: &mut Core, frame: ClientFrame, if_cut: IfCut) -> oneshot::Receiver<Outcome> {
    let (reply, answer) = oneshot::channel();
    core.command(Command { frame, if_cut, reply: Some(reply) }, Instant::now());
    answer
}

fn subscribe(topic: &str) -> ClientFrame {
    ClientFrame::Subscribe { id: None, topics: vec![topic.to_owned()], mode: None }
}

#[test]
fn a_gap_is_caught_up_page_by_page_without_being_asked() {
    let mut core = online(7);
    read(&mut core, &json!({ "type": "gap", "stream": STREAM, "after": 7, "top": 10, "reason": "slow" }));
    let asked = written(&mut core);
    assert_eq!((&asked[0]["type"], &asked[0]["data"]["after"]), (&json!("catchup"), &json!(7)));
    read(&mut core, &event(8));
    read(&mut core, &json!({ "type": "ok", "id": asked[0]["id"], "data": { "seq": 8, "top": 10 } }));
    let asked = written(&mut core);
    assert_eq!((asked.len(), &asked[0]["data"]["after"]), (1, &json!(8)));
    for seq in [9, 10] {
        read(&mut core, &event(seq));
    }
    read(&mut core, &json!({ "type": "ok", "id": asked[0]["id"], "data": { "seq": 10, "top": 10 } }));
    assert!(written(&mut core).is_empty());
    assert_eq!(seqs(&mut core), [8, 9, 10]);
}

#[test]
fn a_stream_that_cannot_be_caught_up_is_told_as_behind_and_goes_on() {
    for (answer, reason) in [
        (
            json!({ "type": "error", "error": { "code": "not_a_member", "message": "no", "retry": false } }),
            "not_a_member",
        ),
        (json!({ "type": "ok", "data": { "seq": 7, "top": 10 } }), "no_events"),
    ] {
        let (mut core, mut answer) = (online(7), answer);
        read(&mut core, &json!({ "type": "gap", "stream": STREAM, "after": 7, "top": 10, "reason": "slow" }));
        answer["id"] = written(&mut core)[0]["id"].clone();
        read(&mut core, &answer);
        let behind = Item::Behind { stream: STREAM.to_owned(), reason: reason.to_owned() };
        assert_eq!(items(&mut core), [behind]);
        read(&mut core, &event(11));
        assert_eq!(seqs(&mut core), [11]);
    }
}

#[test]
fn a_socket_that_stays_behind_the_pings_for_some_time_is_deaf() {
    let (mut core, now) = (online(7), Instant::now());
    read(&mut core, &json!({ "type": "ping", "data": { "tops": { STREAM: 9 } } }));
    let pong = written(&mut core);
    assert_eq!(pong, [json!({ "type": "pong", "id": null, "data": { "tops": { STREAM: 7 } } })]);
    let deaf_at = core.next_wake().unwrap();
    assert!(deaf_at >= now + Settings::default().deaf_after);
    assert!(core.wake(deaf_at));
    assert_eq!(written(&mut core)[0]["type"], "catchup");
    let given_up = core.next_wake().unwrap();
    assert!(!core.wake(given_up), "a server that does not answer is left");
}

#[test]
fn a_ping_tells_of_the_personal_stream_too() {
    let mut core = online(7);
    core.positions.begin("u", 3);
    read(&mut core, &json!({ "type": "ping", "data": { "u": 5, "tops": {} } }));
    let pong = written(&mut core);
    assert_eq!(pong, [json!({ "type": "pong", "id": null, "data": { "u": 3, "tops": {} } })]);
    assert!(core.wake(core.next_wake().unwrap()));
    let asked = written(&mut core);
    assert_eq!((&asked[0]["stream"], &asked[0]["data"]["after"]), (&json!("u"), &json!(3)));
}

#[test]
fn an_event_of_an_unknown_kind_is_counted_and_passed_over() {
    let mut core = online(7);
    let mut strange = event(8);
    strange["event"] = "star.fell".into();
    read(&mut core, &strange);
    read(&mut core, &event(9));
    assert_eq!(seqs(&mut core), [9]);
    assert!(written(&mut core).is_empty());
}

#[test]
fn topics_that_the_server_agreed_to_are_heard_again_after_a_reconnect() {
    let mut core = online(7);
    let (kept, left) = (subscribe("x:presence"), subscribe("x:price:bitcoin"));
    let answers = [give(&mut core, kept, IfCut::Retry), give(&mut core, left, IfCut::Retry)];
    for frame in written(&mut core) {
        read(&mut core, &json!({ "type": "ok", "id": frame["id"] }));
    }
    let topics = vec!["x:price:bitcoin".to_owned()];
    let answer = give(&mut core, ClientFrame::Unsubscribe { id: None, topics }, IfCut::Retry);
    let id = written(&mut core)[0]["id"].clone();
    read(&mut core, &json!({ "type": "ok", "id": id }));
    for mut answer in answers.into_iter().chain([answer]) {
        assert!(answer.try_recv().unwrap().is_ok());
    }
    core.cut();
    core.connected(ready(7, Some(7)), 65_536, Instant::now());
    let again = written(&mut core);
    assert_eq!((again.len(), &again[0]["topics"]), (1, &json!(["x:presence"])));
}

#[test]
fn a_command_longer_than_the_server_takes_is_refused_here_and_does_not_end_the_socket() {
    let mut core = core();
    let mut long = give(&mut core, subscribe(&"x".repeat(900)), IfCut::Retry);
    let mut short = give(&mut core, subscribe("x:presence"), IfCut::Retry);
    core.connected(ready(7, None), 500, Instant::now());
    assert_eq!(written(&mut core).len(), 1);
    assert!(matches!(long.try_recv().unwrap(), Err(ClientError::TooLong { max: 500, .. })));
    assert!(short.try_recv().is_err(), "it waits for its answer");
}

#[test]
fn what_must_not_be_repeated_fails_when_its_answer_is_lost() {
    let mut core = online(7);
    let mut answer = give(&mut core, ClientFrame::Ping { id: None }, IfCut::Fail);
    written(&mut core);
    core.cut();
    assert!(matches!(answer.try_recv().unwrap(), Err(ClientError::Closed)));
}

#[test]
fn renewed_tokens_keep_the_socket_open_and_are_handed_to_the_caller() {
    let mut core = online(7);
    let pair = TokensView {
        access_token: "new".to_owned(),
        refresh_token: "next".to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: 900,
    };
    core.renewed(pair.clone());
    assert_eq!(written(&mut core)[0]["data"], json!({ "token": "new" }));
    assert_eq!(items(&mut core), [Item::Tokens(pair)]);
}

/// One thing that happens between a server and a client.
#[derive(Clone, Debug)]
enum Step {
    /// Something is logged, and delivered live unless the server leaves it out.
    Log { left_out: bool },
    /// An old event comes again.
    Repeat(u64),
    /// The server tells how far the log reaches, and nothing comes for as long as it takes to be deaf.
    PingAndSilence,
    /// The client writes, and the server answers all of it.
    Answer,
    /// The connection breaks, and is there again.
    Reconnect { limit: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<bool>().prop_map(|left_out| Step::Log { left_out }),
        1 => (1u64..40).prop_map(Step::Repeat),
        1 => Just(Step::PingAndSilence),
        3 => Just(Step::Answer),
        1 => (0u64..20).prop_map(|limit| Step::Reconnect { limit }),
    ]
}

fn answer_all(core: &mut Core, top: u64) {
    for _ in 0..100 {
        let frames = written(core);
        if frames.is_empty() {
            return;
        }
        for frame in frames.into_iter().filter(|frame| frame["type"] == "catchup") {
            let after = frame["data"]["after"].as_u64().unwrap();
            let end = top.min(after + 3);
            for seq in after + 1..=end {
                read(core, &event(seq));
            }
            read(core, &json!({ "type": "ok", "id": frame["id"], "data": { "seq": end, "top": top } }));
        }
    }
    panic!("it asks for ever");
}

fn reconnect(core: &mut Core, top: u64, limit: u64) {
    core.cut();
    let seen = core.resume()[STREAM].1;
    let mut data = ready(top, Some(seen));
    let behind = top - seen > limit;
    if behind {
        let position = data.streams.get_mut(STREAM).unwrap();
        (position.ok, position.from, position.reason) = (false, None, Some("too_far".to_owned()));
    }
    core.connected(data, 65_536, Instant::now());
    if !behind {
        for seq in seen + 1..=top {
            read(core, &event(seq));
        }
        read(core, &json!({ "type": "synced", "stream": STREAM, "seq": top }));
    }
}

proptest! {
    /// Whatever is left out, repeated and cut: the caller gets every event once and in order, except where it
    /// is told that it is behind; and in the end it is complete.
    #[test]
    fn every_event_comes_once_in_order_or_the_caller_is_told(steps in prop::collection::vec(step(), 0..60)) {
        let (mut core, mut top) = (online(0), 0);
        for step in steps {
            match step {
                Step::Log { left_out } => {
                    top += 1;
                    if !left_out { read(&mut core, &event(top)) }
                }
                Step::Repeat(seq) if seq <= top => read(&mut core, &event(seq)),
                Step::Repeat(_) => {}
                Step::PingAndSilence => {
                    read(&mut core, &json!({ "type": "ping", "data": { "tops": { STREAM: top } } }));
                    core.wake(Instant::now() + Duration::from_secs(6));
                }
                Step::Answer => answer_all(&mut core, top),
                Step::Reconnect { limit } => reconnect(&mut core, top, limit),
            }
        }
        read(&mut core, &json!({ "type": "ping", "data": { "tops": { STREAM: top } } }));
        core.wake(Instant::now() + Duration::from_secs(6));
        answer_all(&mut core, top);

        let mut seen = 0;
        let mut behind = false;
        for item in items(&mut core) {
            match item {
                Item::Event(event) if behind => {
                    prop_assert!(event.seq > seen);
                    (seen, behind) = (event.seq, false);
                }
                Item::Event(event) => {
                    prop_assert_eq!(event.seq, seen + 1);
                    seen = event.seq;
                }
                Item::Behind { .. } => behind = true,
                _ => {}
            }
        }
        prop_assert!(seen == top || behind);
        prop_assert_eq!(core.resume()[STREAM].1, top);
    }
}
