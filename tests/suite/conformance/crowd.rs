//! Everybody at once.

use std::time::Duration;

use futures_util::future::join_all;
use rialto_client::Socket;
use rialto_client::wire::frame::ServerFrame;
use uuid::Uuid;

use crate::support::people::{message, stream};
use crate::support::{Person, Server, lobby, on_every_database};

/// How many sockets come back at once; a soak asks for more.
#[expect(clippy::disallowed_methods, reason = "the test's own environment, not the server's")]
fn sockets() -> usize {
    std::env::var("RIALTO_CROWD").map_or(300, |sockets| sockets.parse().unwrap())
}

/// Each user has so many devices, as many as a server takes at most.
const DEVICES: usize = 20;
const MISSED: u64 = 50;
const PATIENCE: Duration = Duration::from_secs(120);

on_every_database!(a_thousand_reconnecting_at_once_are_all_whole, async |backend| {
    let mut server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let mut guests = Vec::new();
    for n in 0..sockets().div_ceil(DEVICES) {
        guests.push(Person::guest(&server, &format!("Guest {n}")).await);
    }
    let (_, ready) = ann.connect().await;
    let position = ready.streams[&stream(lobby())].clone();
    for n in 0..MISSED {
        ann.say(lobby(), &format!("missed {n}")).await;
    }
    server.crash_and_restart().await;

    let url = server.rest().socket_url();
    let devices = guests.iter().flat_map(|guest| (0..DEVICES).map(|_| guest.token().to_owned()));
    let all: Vec<_> =
        devices.map(|token| tokio::spawn(come_back(url.clone(), token, position.epoch, position.seq))).collect();
    // Somebody talks while they are all coming in.
    let rest = ann.rest_on(&server);
    for n in 0..10 {
        rest.send(lobby(), &message(&format!("meanwhile {n}"))).await.unwrap();
    }
    rest.send(lobby(), &message("the last")).await.unwrap();
    let expected: Vec<u64> = (position.seq + 1..=position.seq + MISSED + 11).collect();
    let came = tokio::time::timeout(PATIENCE, join_all(all)).await.expect("all of them, in time");
    for seqs in came {
        assert_eq!(seqs.unwrap(), expected, "each event once, in order");
    }
});

/// Resumes, and reads until the last message; gives the numbers of the events.
async fn come_back(url: String, token: String, epoch: Uuid, seq: u64) -> Vec<u64> {
    let mut socket = Socket::connect(&url).await.unwrap();
    let resume = [(stream(lobby()), (epoch, seq))].into();
    let ready = socket.auth(&token, Some(resume)).await.unwrap();
    assert!(ready.streams[&stream(lobby())].ok);
    let mut seqs = Vec::new();
    loop {
        match socket.next().await.unwrap() {
            ServerFrame::Event(event) if event.stream == stream(lobby()) => {
                seqs.push(event.seq);
                if serde_json::to_string(&event).unwrap().contains("the last") {
                    return seqs;
                }
            }
            _ => {}
        }
    }
}
