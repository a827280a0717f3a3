//! The client connection that lasts: it comes back by itself, and neither loses nor repeats anything.

use std::collections::HashSet;
use std::time::Duration;

use rialto_client::wire::frame::SignalBody;
use rialto_client::wire::identity::TokensView;
use rialto_client::wire::messaging::{EventBodyView, MessageView};
use rialto_client::{Connection, End, Item, Settings, State};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::people::{message, stream};
use crate::support::{Backend, PLENTY, Person, Server, lobby, on_every_database};

const PATIENCE: Duration = Duration::from_secs(30);

fn open(person: &Person) -> Connection {
    open_with(person, person.signed_in.tokens.clone())
}

fn open_with(person: &Person, tokens: TokensView) -> Connection {
    // The server of a test is back soon.
    let settings = Settings { longest_wait: Duration::from_millis(500), ..Settings::default() };
    Connection::open(&person.rest, tokens, settings)
}

async fn next(connection: &mut Connection) -> Item {
    tokio::time::timeout(PATIENCE, connection.next()).await.expect("an item in time").expect("not over")
}

async fn online(connection: &mut Connection) {
    while !matches!(next(connection).await, Item::State(State::Online(_))) {}
}

/// The next message of a conversation. The connection may break and come back, but never be behind.
async fn next_message(connection: &mut Connection, conversation: Uuid) -> MessageView {
    loop {
        match next(connection).await {
            Item::Event(event) if event.stream == stream(conversation) => {
                if let EventBodyView::MessageCreated(message) = event.body {
                    return message;
                }
            }
            behind @ (Item::Behind { .. } | Item::Ended(_)) => panic!("{behind:?}"),
            _ => {}
        }
    }
}

const MESSAGES: usize = 400;
/// The server is killed each time so many of them have been acknowledged.
const KILLED_EVERY: usize = 100;

on_every_database!(messages_sent_over_crashes_arrive_once_and_in_order_without_help, async |backend| {
    let mut server = Server::start_with(backend, &PLENTY).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let room = ann.start_group("room", &[&bob]).await.id;
    let (mut sender, mut reader) = (open(&ann), open(&bob));
    online(&mut reader).await;

    let handle = sender.handle();
    // Whoever sends must also take items, or the server is not read.
    let drained = tokio::spawn(async move { while sender.next().await.is_some() {} });
    let read = tokio::spawn(async move {
        let mut read = Vec::new();
        while read.len() < MESSAGES {
            read.push(next_message(&mut reader, room).await);
        }
        read
    });

    let (mut under_way, mut acknowledged, mut kills) = (JoinSet::new(), Vec::new(), 0);
    for n in 0..MESSAGES {
        let answer = handle.put(room, message(&n.to_string())).await.unwrap();
        under_way.spawn(async move { (n, answer.sent().await.unwrap()) });
        while under_way.len() >= 20 || (n == MESSAGES - 1 && !under_way.is_empty()) {
            acknowledged.push(under_way.join_next().await.unwrap().unwrap());
        }
        if n % KILLED_EVERY == KILLED_EVERY / 2 {
            server.crash_and_restart_in_place().await;
            kills += 1;
        }
    }
    assert_eq!((acknowledged.len(), kills), (MESSAGES, 4));

    let read = read.await.unwrap();
    let contents: Vec<_> =
        read.iter().map(|message| message.content.as_ref().unwrap().parse::<usize>().unwrap()).collect();
    assert_eq!(contents, (0..MESSAGES).collect::<Vec<_>>(), "each once, in the order in which they were sent");
    for (n, sent) in acknowledged {
        assert_eq!((read[n].id, read[n].seq), (sent.message_id, sent.seq));
    }
    handle.close();
    drained.await.unwrap();
});

#[tokio::test]
async fn a_connection_waits_for_a_server_that_is_away_and_tells_so() {
    let mut server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let mut connection = open(&ann);
    online(&mut connection).await;
    server.kill().await;
    while !matches!(next(&mut connection).await, Item::State(State::Offline { .. })) {}
    let handle = connection.handle();
    let sent = tokio::spawn(async move { handle.send(lobby(), message("while you were away")).await });
    server.crash_and_restart_in_place().await;
    let heard = next_message(&mut connection, lobby()).await;
    assert_eq!(heard.content.as_deref(), Some("while you were away"));
    assert_eq!(sent.await.unwrap().unwrap().message_id, heard.id);
}

#[tokio::test]
async fn a_draining_server_is_left_and_found_again_with_its_topics() {
    let mut server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let mut connection = open(&ann);
    connection.handle().subscribe(vec!["x:presence".to_owned()]).await.unwrap();
    server.stop().await;
    while !matches!(next(&mut connection).await, Item::State(State::Offline { .. })) {}
    server.crash_and_restart_in_place().await;
    online(&mut connection).await;
    // The topic is subscribed to again before the next command is carried out.
    connection.handle().presence(vec![bob.id()]).await.unwrap();
    let _bob_is_there = bob.connect().await;
    loop {
        if let Item::Signal { body: SignalBody::Presence(presence), .. } = next(&mut connection).await
            && presence.user_id == bob.id()
        {
            assert!(presence.online);
            break;
        }
    }
}

#[tokio::test]
async fn tokens_are_renewed_in_time_and_when_they_are_refused() {
    let server = Server::start(Backend::Sqlite).await;
    let spoil_access = |tokens: TokensView| TokensView { access_token: "no longer good".to_owned(), ..tokens };
    let nearly_expired = |tokens: TokensView| TokensView { expires_in: 1, ..tokens };
    for (name, spoil) in [("ann", &spoil_access as &dyn Fn(TokensView) -> TokensView), ("bob", &nearly_expired)] {
        let person = Person::register(&server, name).await;
        let given = person.signed_in.tokens.clone();
        let mut connection = open_with(&person, spoil(given.clone()));
        let (mut renewed, mut is_online) = (None, false);
        while renewed.is_none() || !is_online {
            match next(&mut connection).await {
                Item::Tokens(tokens) => renewed = Some(tokens),
                Item::State(State::Online(_)) => is_online = true,
                Item::State(State::Connecting) => {}
                other => panic!("{name}: {other:?}"),
            }
        }
        let renewed = renewed.unwrap();
        assert_ne!(renewed.refresh_token, given.refresh_token);
        let me = connection.handle().rest().await.unwrap().me().await.unwrap();
        assert_eq!(me.id, person.id());
        assert!(connection.handle().send(lobby(), message("hi")).await.is_ok());
    }
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_tried_again() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let mut connection = open(&ann);
    online(&mut connection).await;
    ann.rest.log_out_everywhere().await.unwrap();
    let end = loop {
        if let Item::Ended(end) = next(&mut connection).await {
            break end;
        }
    };
    assert!(matches!(end, End::Bye(bye) if bye.code == 4403 && !bye.resume));
    assert!(connection.next().await.is_none());
    assert!(connection.handle().send(lobby(), message("hello?")).await.is_err());

    let mut again = open(&ann);
    while !matches!(next(&mut again).await, Item::Ended(End::Refused(_) | End::Bye(_))) {}
}

#[tokio::test]
async fn a_stream_that_cannot_be_whole_is_told_as_behind_and_goes_on() {
    let mut server = Server::start_with(Backend::Sqlite, &[("RIALTO__REALTIME__REPLAY_LIMIT", "5")]).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let mut connection = open(&bob);
    online(&mut connection).await;
    server.kill().await;
    while !matches!(next(&mut connection).await, Item::State(State::Offline { .. })) {}
    // Another address first, where this client does not look.
    server.crash_and_restart().await;
    for n in 0..10 {
        ann.rest_on(&server).send(lobby(), &message(&n.to_string())).await.unwrap();
    }
    server.crash_and_restart_at(&ann.rest).await;
    let behind = loop {
        match next(&mut connection).await {
            Item::Behind { stream, reason } => break (stream, reason),
            Item::Event(event) => panic!("{event:?}"),
            _ => {}
        }
    };
    assert_eq!(behind, (stream(lobby()), "too_far".to_owned()));
    ann.say(lobby(), "live").await;
    assert_eq!(next_message(&mut connection, lobby()).await.content.as_deref(), Some("live"));
}

#[tokio::test]
async fn a_caller_who_takes_nothing_for_a_while_misses_nothing() {
    let server = Server::start_with(Backend::Sqlite, &PLENTY).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let settings = Settings { items: 1, longest_wait: Duration::from_millis(500), ..Settings::default() };
    let mut connection = Connection::open(&bob.rest, bob.signed_in.tokens.clone(), settings);
    online(&mut connection).await;
    let mut sender = open(&ann);
    online(&mut sender).await;
    let handle = sender.handle();
    let drained = tokio::spawn(async move { while sender.next().await.is_some() {} });
    let long = "x".repeat(4_000);
    let mut nonces = HashSet::new();
    for n in 0..300 {
        let said = handle.send(lobby(), message(&format!("{n} {long}"))).await.unwrap();
        assert!(nonces.insert(said.message_id));
    }
    for n in 0..300 {
        let heard = next_message(&mut connection, lobby()).await;
        assert!(heard.content.unwrap().starts_with(&format!("{n} ")), "{n} is next");
    }
    handle.close();
    drained.await.unwrap();
}
