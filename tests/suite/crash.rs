//! What survives SIGKILL: every message that was acknowledged, once, in order, without holes.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rialto_client::Socket;
use rialto_client::wire::messaging::EventBodyView;
use uuid::Uuid;

use crate::support::people::{message_with_nonce, text};
use crate::support::{PLENTY, Person, Server, on_every_database};

/// How often the server is killed; a soak asks for more.
#[expect(clippy::disallowed_methods, reason = "the test's own environment, not the server's")]
fn cycles() -> usize {
    std::env::var("RIALTO_CRASH_CYCLES").map_or(4, |cycles| cycles.parse().unwrap())
}

const SENDERS: usize = 6;
/// A cycle is killed once this many messages were acknowledged in it.
const ACKNOWLEDGED_PER_CYCLE: usize = 120;

on_every_database!(every_acknowledged_message_is_there_once_after_sigkill, async |backend| {
    let mut server = Server::start_with(backend, &PLENTY).await;
    let mut people = Vec::new();
    for n in 0..SENDERS {
        people.push(Person::register(&server, &format!("sender{n}")).await);
    }
    let others: Vec<_> = people[1..].iter().collect();
    let room = people[0].start_group("room", &others).await.id;
    let tokens: Vec<_> = people.iter().map(|person| person.token().to_owned()).collect();

    // Nonce to the (message id, seq) it was acknowledged with.
    let mut acknowledged: HashMap<String, (Uuid, u64)> = HashMap::new();
    let mut attempted: Vec<(usize, String)> = Vec::new();
    let cycles = cycles();
    for cycle in 0..cycles {
        let count = Arc::new(AtomicUsize::new(0));
        let url = server.rest().socket_url();
        let senders: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(n, token)| tokio::spawn(send_until_cut(url.clone(), token.clone(), room, cycle, n, count.clone())))
            .collect();
        while count.load(Ordering::SeqCst) < ACKNOWLEDGED_PER_CYCLE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.crash_and_restart().await;
        for (n, sender) in senders.into_iter().enumerate() {
            let (acks, last_attempt) = sender.await.unwrap();
            acknowledged.extend(acks);
            attempted.push((n, last_attempt));
        }
    }
    assert!(acknowledged.len() >= cycles * ACKNOWLEDGED_PER_CYCLE);

    // The sends that were cut off are tried again: each is there once, whether its `ok` was lost or it was.
    for (n, nonce) in attempted {
        let rest = server.rest().with_token(&tokens[n]);
        let message = rest.send(room, &message_with_nonce(&nonce, &nonce)).await.unwrap();
        acknowledged.insert(nonce, (message.id, message.seq));
    }

    let rest = server.rest().with_token(&tokens[0]);
    let (mut found, mut after) = (HashMap::new(), 0);
    loop {
        let page = rest.events(room, after, 100).await.unwrap().items;
        let Some(last) = page.last() else { break };
        let expected: Vec<u64> = (after + 1..=last.seq).collect();
        assert_eq!(page.iter().map(|event| event.seq).collect::<Vec<_>>(), expected, "no holes");
        after = last.seq;
        for event in page {
            if let EventBodyView::MessageCreated(message) = event.body {
                let twice = found.insert(text(&message).to_owned(), (message.id, message.seq));
                assert_eq!(twice, None, "no message twice");
            }
        }
    }
    for (nonce, place) in &acknowledged {
        assert_eq!(found.get(nonce), Some(place), "{nonce} was acknowledged");
    }
    assert_eq!(found.len(), acknowledged.len(), "nothing that nobody sent");
    writeln!(std::io::stderr(), "{} messages acknowledged in {cycles} cycles, all there once", found.len()).unwrap();
});

/// Sends messages whose content is their nonce until the connection breaks. Gives what was acknowledged,
/// and the nonce that was under way at the end.
async fn send_until_cut(
    url: String,
    token: String,
    room: Uuid,
    cycle: usize,
    sender: usize,
    count: Arc<AtomicUsize>,
) -> (HashMap<String, (Uuid, u64)>, String) {
    let mut socket = Socket::connect(&url).await.unwrap();
    socket.auth(&token, None).await.unwrap();
    let mut acks = HashMap::new();
    for n in 0.. {
        let nonce = format!("c{cycle}-s{sender}-n{n}");
        match socket.send(room, message_with_nonce(&nonce, &nonce)).await {
            Ok(sent) => {
                assert!(!sent.dup);
                acks.insert(nonce, (sent.message_id, sent.seq));
                count.fetch_add(1, Ordering::SeqCst);
            }
            Err(_) => return (acks, nonce),
        }
    }
    unreachable!("the server is killed first")
}
