//! What was said while nobody of a user was connected.

use super::*;
use crate::support::Person;
use crate::support::people::message;

at_both_places! { "gochat":
    what_was_said_to_nobody_waits_and_comes_once,
    what_was_heard_on_one_connection_waits_for_no_other,
    one_connection_less_is_not_gone,
    what_was_read_elsewhere_does_not_wait,
    what_one_said_oneself_does_not_wait,
    what_was_told_stays_told_over_a_restart,
    what_waits_is_bounded,
}

async fn next_contents(socket: &mut Raw, count: usize) -> Vec<String> {
    let mut heard = Vec::new();
    for _ in 0..count {
        heard.push(text(&socket.next().await["content"]));
    }
    heard
}

async fn what_was_said_to_nobody_waits_and_comes_once(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let (direct, group) = (ann.direct(&at, &bob).await, ann.group(&at, &[&bob]).await);
    let mut speaks = ann.connect(&at).await;
    for n in 0..60 {
        speaks.say(said(&direct, &n.to_string())).await;
    }
    speaks.say(said(&group, "to all")).await;
    speaks.say(json!({})).await;
    speaks.next().await;
    let mut hears = bob.connect(&at).await;
    let mut heard = next_contents(&mut hears, 61).await;
    heard.retain(|text| text != "to all");
    assert_eq!(heard, (0..60).map(|n| n.to_string()).collect::<Vec<_>>());
    hears.is_silent().await;
    hears.leave().await;
    let mut again = bob.connect(&at).await;
    again.is_silent().await;
    speaks.say(said(&direct, "now")).await;
    assert_eq!(again.next().await["content"], "now");
}

async fn what_was_heard_on_one_connection_waits_for_no_other(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let (mut speaks, mut one) = (ann.connect(&at).await, bob.connect(&at).await);
    speaks.say(said(&id, "first")).await;
    assert_eq!(one.next().await["content"], "first");
    let mut other = bob.connect(&at).await;
    other.is_silent().await;
    speaks.say(said(&id, "second")).await;
    for socket in [&mut one, &mut other] {
        assert_eq!(socket.next().await["content"], "second");
    }
}

async fn one_connection_less_is_not_gone(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let (mut speaks, mut stays, leaves) = (ann.connect(&at).await, bob.connect(&at).await, bob.connect(&at).await);
    leaves.leave().await;
    speaks.say(said(&id, "hi")).await;
    assert_eq!(stays.next().await["content"], "hi");
    bob.connect(&at).await.is_silent().await;
}

async fn what_was_read_elsewhere_does_not_wait(at: At) {
    let canonical = Person::register(&at.server, "bob").await;
    let (ann, bob) = (User::register(&at, "ann").await, User::log_in(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let mut speaks = ann.connect(&at).await;
    for text in ["one", "two", "three"] {
        speaks.say(said(&id, text)).await;
    }
    speaks.say(json!({})).await;
    speaks.next().await;
    canonical.read(id.parse().unwrap(), 2).await;
    let mut hears = bob.connect(&at).await;
    assert_eq!(hears.next().await["content"], "three");
    hears.is_silent().await;
}

async fn what_one_said_oneself_does_not_wait(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let (ann, bob) = (User::log_in(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    canonical.rest.send(id.parse().unwrap(), &message("mine")).await.unwrap();
    bob.connect(&at).await.say(said(&id, "yours")).await;
    let mut socket = ann.connect(&at).await;
    assert_eq!(socket.next().await["content"], "yours");
    socket.is_silent().await;
}

async fn what_was_told_stays_told_over_a_restart(mut at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let (mut speaks, mut hears) = (ann.connect(&at).await, bob.connect(&at).await);
    speaks.say(said(&id, "before")).await;
    assert_eq!(hears.next().await["content"], "before");
    // Whatever is told right before the stop is written down by it.
    at.server.stop().await;
    at.server.restart_with(SETTINGS).await;
    let place = at.server.places_of("gochat")[0].clone();
    let connect = async |token: &str| {
        let url = format!("{place}/ws?token={token}").replacen("http", "ws", 1);
        Raw::over(tokio_tungstenite::connect_async(url).await.unwrap().0)
    };
    let mut speaks = connect(&ann.token).await;
    speaks.say(said(&id, "after")).await;
    speaks.say(json!({})).await;
    speaks.next().await;
    let mut hears = connect(&bob.token).await;
    assert_eq!(hears.next().await["content"], "after");
    hears.is_silent().await;
}

async fn what_waits_is_bounded(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let mut speaks = ann.connect(&at).await;
    for n in 1..=1_005 {
        speaks.say(said(&id, &n.to_string())).await;
        if n % 67 == 0 {
            // The answer to what cannot be said comes when all before was said.
            speaks.say(json!({})).await;
            speaks.next().await;
        }
    }
    let mut hears = bob.connect(&at).await;
    let heard = next_contents(&mut hears, 1_000).await;
    assert_eq!((heard[0].as_str(), heard[999].as_str()), ("6", "1005"));
    hears.is_silent().await;
    assert_eq!(contents(&bob.messages(&at, &id, "?limit=1").await["messages"]), ["1005"]);
}
