//! Alerts: that they fire, that people hear of it once, whatever happens in between.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::alerts::{ChangeAlertRequest, CreateAlertRequest, DeliverTo};
use rialto_client::wire::messaging::EventBodyView;
use serde_json::json;

use crate::support::people::next_personal;
use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Scene, Server, code, lobby, on_every_database};

const LIVELY: [(&str, &str); 1] = [("RIALTO__PRICES__TICK_INTERVAL_MS", "200")];

fn above(asset: &str, threshold: &str) -> CreateAlertRequest {
    CreateAlertRequest {
        kind: "above".to_owned(),
        asset_id: asset.to_owned(),
        threshold: threshold.to_owned(),
        ..CreateAlertRequest::default()
    }
}

on_every_database!(an_alert_that_is_met_fires_once_and_is_heard_live_and_after_coming_back, async |backend| {
    let server = Server::start_with(backend, &LIVELY).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, ready) = ann.connect().await;
    let wish = CreateAlertRequest { note: Some("sell half".to_owned()), ..above("btc", "1000") };
    let alert = ann.rest.create_alert(&wish).await.unwrap();
    let event = loop {
        let event = next_personal(&mut socket).await;
        if let EventBodyView::AlertFired(_) = event.body {
            break event;
        }
    };
    let EventBodyView::AlertFired(fired) = &event.body else { unreachable!() };
    assert_eq!((fired.alert_id, fired.asset_id.as_deref(), fired.kind.as_str()), (alert.id, Some("bitcoin"), "above"));
    assert_eq!((fired.threshold.as_deref(), fired.note.as_deref()), (Some("1000"), Some("sell half")));
    assert_eq!(fired.provider, "simulated");
    tokio::time::sleep(Duration::from_millis(700)).await;
    let firings = ann.rest.firings(alert.id, None).await.unwrap().items;
    assert_eq!(firings.len(), 1, "it fires once");
    assert_eq!((firings[0].id, firings[0].deliveries[0].state.as_str()), (fired.firing_id, "delivered"));
    assert_eq!(ann.rest.alert(alert.id).await.unwrap().state, "disabled");

    drop(socket);
    let mut again = rialto_client::Socket::connect(&ann.rest.socket_url()).await.unwrap();
    let position = &ready.streams["u"];
    let resume = [("u".to_owned(), (position.epoch, position.seq))].into();
    again.auth(ann.token(), Some(resume)).await.unwrap();
    let replayed = next_personal(&mut again).await;
    assert_eq!((replayed.seq, &replayed.body), (event.seq, &event.body));
});

on_every_database!(an_alert_is_said_in_a_conversation_as_a_message_of_its_owner, async |backend| {
    let scene = Scene::on(Server::start_with(backend, &LIVELY).await).await;
    let deliver = vec![DeliverTo::Conversation { conversation_id: scene.room }];
    let wish = CreateAlertRequest { deliver: deliver.clone(), ..above("bitcoin", "1000") };
    assert_eq!(code(scene.eve.rest.create_alert(&wish).await), "invalid_body", "a stranger posts nothing");
    scene.ann.rest.create_alert(&wish).await.unwrap();
    let message = loop {
        let said = scene.bob.rest.messages(scene.room, "limit=1").await.unwrap().items;
        if let Some(message) = said.into_iter().next() {
            break message;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(message.sender.id, scene.ann.id());
    let content = message.content.unwrap();
    assert!(content.starts_with("Price alert: bitcoin is at "), "{content}");
});

on_every_database!(no_alert_is_lost_or_told_twice_over_crashes, async |backend| {
    let mut server = Server::start_with(backend, &LIVELY).await;
    let ann = Person::register(&server, "ann").await;
    let mut alerts = Vec::new();
    for n in 0..6 {
        let deliver = vec![DeliverTo::Conversation { conversation_id: lobby() }];
        let wish = CreateAlertRequest { deliver, note: Some(format!("alert {n}")), ..above("bitcoin", "1000") };
        alerts.push(ann.rest_on(&server).create_alert(&wish).await.unwrap().id);
        // At a moment that differs from run to run: before, while or after it fires.
        tokio::time::sleep(Duration::from_millis(60 * n)).await;
        server.crash_and_restart().await;
    }
    let rest = ann.rest_on(&server);
    let until = tokio::time::Instant::now() + Duration::from_secs(40);
    loop {
        let mut done = true;
        for id in &alerts {
            let firings = rest.firings(*id, None).await.unwrap().items;
            done &= firings.len() == 1 && firings[0].deliveries.iter().all(|delivery| delivery.state == "delivered");
        }
        if done {
            break;
        }
        assert!(tokio::time::Instant::now() < until, "an alert is not told");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let said = rest.messages(lobby(), "limit=100").await.unwrap().items;
    for n in 0..6 {
        let end = format!("\nalert {n}");
        let is_this = |content: &String| content.ends_with(&end);
        let count = said.iter().filter(|message| message.content.as_ref().is_some_and(is_this)).count();
        assert_eq!(count, 1, "alert {n} is said once");
    }
    let mut socket = rialto_client::Socket::connect(&rest.socket_url()).await.unwrap();
    let ready = socket.auth(ann.token(), None).await.unwrap();
    socket = rialto_client::Socket::connect(&rest.socket_url()).await.unwrap();
    let resume = [("u".to_owned(), (ready.streams["u"].epoch, 0))].into();
    socket.auth(ann.token(), Some(resume)).await.unwrap();
    let mut told = std::collections::HashMap::new();
    while told.len() < alerts.len() {
        if let EventBodyView::AlertFired(fired) = next_personal(&mut socket).await.body {
            *told.entry(fired.alert_id).or_insert(0) += 1;
        }
    }
    while let Ok(frame) = socket.next_within(Duration::from_millis(500)).await {
        assert!(!serde_json::to_string(&frame).unwrap().contains("alert.fired"), "told twice: {frame:?}");
    }
    assert!(told.values().all(|count| *count == 1), "{told:?}");
});

on_every_database!(an_alert_is_changed_switched_off_and_dropped_by_its_owner, async |backend| {
    let server = Server::start_with(backend, &LIVELY).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let alert = ann.rest.create_alert(&above("bitcoin", "1000000000")).await.unwrap();
    assert_eq!((alert.state.as_str(), alert.hysteresis.as_str(), alert.cooldown_s), ("armed", "1", 300));
    assert_eq!(code(bob.rest.alert(alert.id).await), "alert_not_found");
    let off = ChangeAlertRequest {
        enabled: Some(false),
        threshold: Some("1000".to_owned()),
        ..ChangeAlertRequest::default()
    };
    assert_eq!(ann.rest.change_alert(alert.id, &off).await.unwrap().state, "disabled");
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(
        ann.rest.firings(alert.id, None).await.unwrap().items,
        [],
        "what is off does not fire, though it is met"
    );
    let met = ChangeAlertRequest { threshold: Some("1001".to_owned()), ..ChangeAlertRequest::default() };
    assert_eq!(ann.rest.change_alert(alert.id, &met).await.unwrap().state, "armed", "another rule is armed anew");
    while ann.rest.firings(alert.id, None).await.unwrap().items.is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ann.rest.delete_alert(alert.id).await.unwrap();
    assert_eq!(code(ann.rest.delete_alert(alert.id).await), "alert_not_found");
});

#[tokio::test]
async fn an_alert_in_another_currency_fires_too() {
    let server = Server::start_with(Backend::Sqlite, &LIVELY).await;
    let ann = Person::register(&server, "ann").await;
    let wish = CreateAlertRequest { currency: Some("eur".to_owned()), ..above("bitcoin", "1000") };
    let alert = ann.rest.create_alert(&wish).await.unwrap();
    for _ in 0..100 {
        if let Some(firing) = ann.rest.firings(alert.id, None).await.unwrap().items.first() {
            assert_eq!(firing.currency, "eur");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not fire");
}

#[tokio::test]
async fn what_is_wrong_with_an_alert_is_named_and_there_is_an_end_to_them() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let post = |body| ann.rest.request(Method::POST, "alerts").json(&body);
    let good = json!({"kind": "above", "asset_id": "bitcoin", "threshold": "1e9"});
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, field, why) in [
        (with("kind", json!("sideways")), "kind", "unknown_value"),
        (with("threshold", json!("NaN")), "threshold", "invalid_format"),
        (with("threshold", json!("0")), "threshold", "out_of_range"),
        (with("threshold", json!("1e40")), "threshold", "invalid_format"),
        (with("asset_id", json!("a b")), "asset_id", "invalid_character"),
        (with("asset_id", json!("no-such-coin")), "asset_id", "unknown_asset"),
        (with("currency", json!("zz9")), "currency", "unknown_currency"),
        (with("cooldown_s", json!(99_999_999)), "cooldown_s", "out_of_range"),
        (with("hysteresis", json!("51")), "hysteresis", "out_of_range"),
        (with("window_s", json!(60)), "window_s", "not_allowed"),
        (with("note", json!("x".repeat(281))), "note", "too_long"),
        (with("colour", json!("red")), "colour", "unknown_field"),
    ] {
        let told = problem(post(body.clone())).await;
        assert_eq!(told, refused(422, "invalid_body", &[(field, why)]), "{body}");
    }
    for _ in 0..100 {
        ann.rest.create_alert(&above("bitcoin", "1000000000")).await.unwrap();
    }
    assert_eq!(code(ann.rest.create_alert(&above("bitcoin", "1000000000")).await), "too_many");
}
