//! Clients that do not read.

use std::time::Duration;

use crate::realtime::raw::RawSocket;
use crate::support::people::next_message;
use crate::support::{Backend, Person, Server, lobby};

/// How many sockets the server has.
async fn connections(server: &Server) -> u64 {
    let metrics = reqwest::get(server.url("/metrics")).await.unwrap().text().await.unwrap();
    let line = metrics.lines().find_map(|line| line.strip_prefix("rialto_ws_connections "));
    line.expect("the number of connections").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_bounded() {
    let settings = [("RIALTO__REALTIME__QUEUE_BYTES", "65536"), ("RIALTO__REALTIME__WRITE_TIMEOUT_MS", "1000")];
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut carol_socket, _) = Person::register(&server, "carol").await.connect().await;
    let mut deaf = RawSocket::open(&server, &[("Authorization", &format!("Bearer {}", bob.token()))]).await;
    deaf.hear("ready").await;
    assert_eq!(connections(&server).await, 2);
    let big = "x".repeat(8_000);
    let mut said = 0;
    // What lies in the network's own buffers is not the server's; after them its queue fills up, and ends.
    while connections(&server).await == 2 {
        for _ in 0..50 {
            let id = ann.say(lobby(), &big).await.id;
            assert_eq!(next_message(&mut carol_socket, lobby()).await.id, id, "the others hear everything meanwhile");
            said += 1;
        }
        assert!(said < 5_000, "the queue of a client that does not read grows without end");
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(connections(&server).await, 1);
}
