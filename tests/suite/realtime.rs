//! `rialto.v1` over a real socket.

use std::time::Duration;

use rialto_client::wire::frame::{AuthData, ClientFrame, OkData, PresenceData, ServerFrame, SignalBody};
use rialto_client::wire::messaging::EventBodyView;
use rialto_client::{ClientError, Socket};
use serde_json::json;

use crate::support::people::{message, message_with_nonce, next_event, next_message, stream};
use crate::support::{Backend, Person, Server, lobby, on_every_database};

on_every_database!(hello_auth_ready, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (socket, ready) = ann.connect().await;
    assert_eq!(socket.hello().protocol, 1);
    assert_eq!(ready.user.id, ann.id());
    let position = &ready.streams[&stream(lobby())];
    assert!(position.ok && position.seq >= 1, "{position:?}");
});

on_every_database!(two_people_talk_and_every_device_hears, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut ann_phone, _) = ann.connect().await;
    let (mut ann_laptop, _) = ann.connect().await;
    let (mut bob_phone, _) = bob.connect().await;

    let sent = ann_phone.send(lobby(), message("hi Bob")).await.unwrap();
    for socket in [&mut ann_phone, &mut ann_laptop, &mut bob_phone] {
        let heard = next_message(socket, lobby()).await;
        assert_eq!((heard.id, heard.seq, heard.content.as_str()), (sent.message_id, sent.seq, "hi Bob"));
        assert_eq!(heard.sender.username, "ann");
        assert_eq!(heard.nonce, None);
    }
    // What is said over HTTP is heard on sockets, and what is said on sockets is read over HTTP.
    let said = bob.say(lobby(), "hi Ann").await;
    assert_eq!(next_message(&mut ann_laptop, lobby()).await.id, said.id);
    let history = bob.rest.messages(lobby(), "limit=2").await.unwrap().items;
    assert_eq!(history.iter().map(|m| m.id).collect::<Vec<_>>(), [said.id, sent.message_id]);
});

on_every_database!(a_retry_on_the_socket_is_the_same_message, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let first = socket.send(lobby(), message_with_nonce("hi", "n1")).await.unwrap();
    let again = socket.send(lobby(), message_with_nonce("hi", "n1")).await.unwrap();
    assert_eq!((first.dup, again.dup, again.message_id), (false, true, first.message_id));
    let over_http = ann.rest.send(lobby(), &message_with_nonce("hi", "n1")).await.unwrap();
    assert_eq!(over_http.id, first.message_id);
    let conflict = socket.send(lobby(), message_with_nonce("ho", "n1")).await.unwrap_err();
    assert_eq!(conflict.code(), Some("nonce_conflict"));
});

on_every_database!(a_new_member_hears_at_once_and_a_removed_one_no_more, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut bob_socket, _) = bob.connect().await;
    let room = ann.start_group("room", &[&bob]).await.id;
    // Bob's socket was connected before the group was; its first event there is his own coming in.
    let first = next_event(&mut bob_socket, room).await;
    assert!(matches!(&first.body, EventBodyView::MemberAdded(member) if member.user.id == bob.id()), "{first:?}");
    ann.say(room, "welcome").await;
    assert_eq!(next_message(&mut bob_socket, room).await.content, "welcome");

    ann.rest.remove_member(room, bob.id()).await.unwrap();
    ann.say(room, "between us").await;
    let last = next_event(&mut bob_socket, room).await;
    assert!(matches!(&last.body, EventBodyView::MemberRemoved { user } if user.id == bob.id()), "{last:?}");
    ann.say(lobby(), "to all").await;
    loop {
        match bob_socket.next_within(Duration::from_secs(10)).await.unwrap() {
            ServerFrame::Event(event) if event.stream == stream(room) => panic!("still hears: {event:?}"),
            ServerFrame::Event(event) if matches!(event.body, EventBodyView::MessageCreated(_)) => break,
            _ => {}
        }
    }
});

on_every_database!(resume_replays_what_was_missed_in_order_then_goes_live, async |backend| {
    let mut server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut socket, ready) = bob.connect().await;
    let position = ready.streams[&stream(lobby())].clone();
    ann.say(lobby(), "seen").await;
    let seen = next_event(&mut socket, lobby()).await;
    drop(socket);
    for n in 0..150 {
        ann.say(lobby(), &format!("missed {n}")).await;
    }
    server.crash_and_restart().await;

    let ann = ann.rest_on(&server);
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let resume = [(stream(lobby()), (position.epoch, seen.seq))].into();
    let ready = socket.auth(bob.token(), Some(resume)).await.unwrap();
    let resumed = &ready.streams[&stream(lobby())];
    assert_eq!((resumed.ok, resumed.from), (true, Some(seen.seq)));
    ann.send(lobby(), &message("live")).await.unwrap();
    let mut expected = seen.seq;
    for n in 0..150 {
        let event = next_event(&mut socket, lobby()).await;
        expected += 1;
        assert_eq!(event.seq, expected);
        assert!(event.replay);
        assert!(matches!(event.body, EventBodyView::MessageCreated(m) if m.content == format!("missed {n}")));
    }
    loop {
        match socket.next_within(Duration::from_secs(10)).await.unwrap() {
            ServerFrame::Synced { stream: synced, seq } if synced == stream(lobby()) => {
                assert!(seq >= expected);
            }
            ServerFrame::Event(event) => {
                assert!(matches!(event.body, EventBodyView::MessageCreated(m) if m.content == "live"));
                assert_eq!(event.seq, expected + 1);
                break;
            }
            _ => {}
        }
    }
});

on_every_database!(a_position_of_another_history_is_refused, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (_, ready) = ann.connect().await;
    let epoch = ready.streams[&stream(lobby())].epoch;
    for position in [(ann.id(), 1), (epoch, 1_000_000)] {
        let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
        let ready = socket.auth(ann.token(), Some([(stream(lobby()), position)].into())).await.unwrap();
        let refused = &ready.streams[&stream(lobby())];
        assert_eq!((refused.ok, refused.reason.as_deref()), (false, Some("epoch_changed")));
    }
});

#[tokio::test]
async fn a_guest_comes_in_through_the_socket_alone() {
    let server = Server::start(Backend::Sqlite).await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let ready = socket.auth_as_guest("Ann").await.unwrap();
    assert_eq!(ready.user.role, "guest");
    socket.send(lobby(), message("hello")).await.unwrap();
    let tokens = ready.tokens.expect("tokens to come back with");
    assert_eq!(server.rest().with_token(&tokens.access_token).me().await.unwrap().id, ready.user.id);
}

#[tokio::test]
async fn typing_is_told_to_the_others() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut ann_socket, _) = ann.connect().await;
    let (mut bob_socket, _) = bob.connect().await;
    ann_socket.write(&ClientFrame::Typing { id: None, stream: stream(lobby()) }).await.unwrap();
    loop {
        let frame = bob_socket.next_within(Duration::from_secs(10)).await.expect("a signal");
        if let ServerFrame::Signal { stream: place, body: SignalBody::Typing { user_id, ttl_ms } } = frame {
            assert_eq!((place, user_id), (stream(lobby()), ann.id()));
            assert!(ttl_ms > 0);
            break;
        }
    }
}

#[tokio::test]
async fn presence_follows_the_last_device() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut ann_socket, _) = ann.connect().await;
    ann_socket.subscribe(&["x:presence"]).await.unwrap();
    let (phone, _) = bob.connect().await;
    let (laptop, _) = bob.connect().await;
    assert!(ann.rest.user(bob.id()).await.unwrap().online);
    phone.close().await.unwrap();
    laptop.close().await.unwrap();
    let mut told = Vec::new();
    while told.len() < 2 {
        let frame = ann_socket.next_within(Duration::from_secs(10)).await.expect("a signal");
        if let ServerFrame::Signal { body: SignalBody::Presence(presence), .. } = frame
            && presence.user_id == bob.id()
        {
            told.push(presence.online);
        }
    }
    assert_eq!(told, [true, false]);
    let id = ann_socket.fresh_id();
    let ask = ClientFrame::Presence { id: Some(id), data: PresenceData { user_ids: vec![ann.id(), bob.id()] } };
    ann_socket.write(&ask).await.unwrap();
    let answer = ann_socket.answer_to(id).await.unwrap();
    let ServerFrame::Ok { data: Some(OkData::Presence { users }), .. } = answer else { panic!("{answer:?}") };
    assert_eq!(users.iter().map(|presence| presence.online).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn logging_out_closes_the_sockets_of_the_session() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let other = server.rest().log_in("ann", "correct horse").await.unwrap();
    let mut other_socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    other_socket.auth(&other.tokens.access_token, None).await.unwrap();
    ann.rest.log_out().await.unwrap();
    assert_eq!(bye(&mut socket).await, 4403);
    assert!(other_socket.send(lobby(), message("still here")).await.is_ok());
}

#[tokio::test]
async fn a_token_that_expires_closes_the_socket_so_that_it_comes_back() {
    // A token of a minute is waited out only in part: the server counts from the token's own claims.
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__AUTH__ACCESS_MINUTES", "0")]).await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    match socket.auth_as_guest("Ann").await {
        Ok(_) => assert_eq!(bye(&mut socket).await, 4004),
        Err(ClientError::Bye(data)) => assert_eq!(data.code, 4004),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn bad_frames_are_told_so_and_the_third_ends_the_socket() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    for bad in ["{", r#"{"type":"shout","id":1}"#] {
        socket.write_text(bad.to_owned()).await.unwrap();
        assert_eq!(next_error(&mut socket).await, "bad_frame", "{bad}");
    }
    assert!(socket.send(lobby(), message("still here")).await.is_ok());
    socket.write_text("[]".to_owned()).await.unwrap();
    assert_eq!(bye(&mut socket).await, 4422);
    assert!(server.rest().health().await.is_ok());
}

#[tokio::test]
async fn commands_are_refused_with_the_codes_of_the_api() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let room = bob.start_group("room", &[]).await.id;
    let (mut socket, _) = ann.connect().await;
    let code = |outcome: Result<_, ClientError>| outcome.unwrap_err().code().map(str::to_owned);
    assert_eq!(code(socket.send(room, message("hi")).await).as_deref(), Some("conversation_not_found"));
    assert_eq!(code(socket.send(lobby(), message("")).await).as_deref(), Some("invalid_body"));
    assert_eq!(code(socket.send(lobby(), message(&"x".repeat(8_001))).await).as_deref(), Some("invalid_body"));
    let unknown = json!({"type":"send","id":70,"stream":stream(lobby()),"data":{"content":"x","sender":"bob"}});
    socket.write_text(unknown.to_string()).await.unwrap();
    assert_eq!(next_error(&mut socket).await, "bad_frame");
}

#[tokio::test]
async fn nobody_talks_before_saying_who_they_are() {
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__REALTIME__AUTH_TIMEOUT_MS", "700")]).await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    assert_eq!(socket.send(lobby(), message("hi")).await.unwrap_err().code(), Some("not_authenticated"));
    assert_eq!(bye(&mut socket).await, 4401);

    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let data = AuthData { token: Some("nonsense".to_owned()), ..AuthData::default() };
    socket.write(&ClientFrame::Auth { id: Some(1), data }).await.unwrap();
    assert_eq!(bye(&mut socket).await, 4401);
}

#[tokio::test]
async fn a_frame_that_is_too_large_closes_the_socket_and_nothing_else() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let _ = socket.write_text("x".repeat(200_000)).await;
    while let Ok(frame) = socket.next_within(Duration::from_secs(10)).await {
        assert!(!matches!(frame, ServerFrame::Ok { .. }));
    }
    assert!(ann.connect().await.0.send(lobby(), message("hi")).await.is_ok());
}

/// The code of the next error; other frames are passed over.
async fn next_error(socket: &mut Socket) -> String {
    loop {
        if let ServerFrame::Error { error, .. } = socket.next_within(Duration::from_secs(10)).await.unwrap() {
            return error.code;
        }
    }
}

/// The code of the goodbye; other frames are passed over.
async fn bye(socket: &mut Socket) -> u16 {
    loop {
        match socket.next_within(Duration::from_secs(10)).await {
            Ok(ServerFrame::Bye { data }) => return data.code,
            Ok(_) => {}
            Err(error) => panic!("no goodbye: {error:?}"),
        }
    }
}
