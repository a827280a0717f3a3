//! Whatever else a command does: the same as the API, and told to everyone.

use rialto_client::Socket;
use rialto_client::wire::frame::{ClientFrame, EditData, HistoryData, MessageRefData, OkData, ReactData, ServerFrame};
use rialto_client::wire::messaging::{EventBodyView, MarkReadRequest, VisibilityWord};
use uuid::Uuid;

use crate::support::people::{next_event, next_personal, stream, text};
use crate::support::{Scene, on_every_database};

/// Gives a command with an id, and waits for what comes of it.
async fn ask(socket: &mut Socket, frame: impl FnOnce(Option<u64>) -> ClientFrame) -> Result<Option<OkData>, String> {
    let id = socket.fresh_id();
    socket.write(&frame(Some(id))).await.unwrap();
    match socket.answer_to(id).await {
        Ok(ServerFrame::Ok { data, .. }) => Ok(data),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.code().unwrap_or_else(|| panic!("{error:?}")).to_owned()),
    }
}

on_every_database!(a_message_is_changed_on_a_socket_as_by_the_api, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut ann, _) = scene.ann.connect().await;
    let (mut carol, _) = scene.carol.connect().await;
    let message_id = scene.ann.say(scene.room, "helo").await.id;
    let (one, like) = (MessageRefData { message_id }, ReactData { message_id, emoji: "👍".into() });
    let edit = EditData { message_id, content: "hello".into() };
    next_event(&mut carol, scene.room).await;
    let commands = [
        ("message.edited", ClientFrame::Edit { id: None, data: edit }),
        ("reaction.added", ClientFrame::React { id: None, data: like.clone() }),
        ("reaction.removed", ClientFrame::Unreact { id: None, data: like }),
        ("pin.added", ClientFrame::Pin { id: None, data: one }),
        ("pin.removed", ClientFrame::Unpin { id: None, data: one }),
        ("message.deleted", ClientFrame::Delete { id: None, data: one }),
    ];
    for (event, command) in commands {
        let Ok(Some(OkData::Message { message })) = ask(&mut ann, |id| with_id(command, id)).await else {
            panic!("{event}")
        };
        assert_eq!(message, scene.ann.rest.message(message_id).await.unwrap(), "{event}");
        let heard = serde_json::to_value(next_event(&mut carol, scene.room).await).unwrap();
        assert_eq!(heard["event"], event);
    }
});

on_every_database!(refusals_on_a_socket_are_those_of_the_api, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut bob, _) = scene.bob.connect().await;
    let (mut eve, _) = scene.eve.connect().await;
    let message_id = scene.ann.say(scene.room, "mine").await.id;
    let (one, like) = (MessageRefData { message_id }, |emoji: &str| ReactData { message_id, emoji: emoji.into() });
    let edit = |content: &str| EditData { message_id, content: content.into() };
    let place = stream(scene.room);
    let code = async |socket: &mut Socket, frame: ClientFrame| ask(socket, |id| with_id(frame, id)).await.unwrap_err();
    for (frame, expected) in [
        (ClientFrame::Edit { id: None, data: edit("yours") }, "not_allowed"),
        (ClientFrame::Edit { id: None, data: edit("") }, "invalid_body"),
        (ClientFrame::Delete { id: None, data: one }, "not_allowed"),
        (ClientFrame::Pin { id: None, data: one }, "not_allowed"),
        (ClientFrame::React { id: None, data: like("no emoji") }, "invalid_body"),
        (ClientFrame::Delete { id: None, data: MessageRefData { message_id: Uuid::nil() } }, "message_not_found"),
        (ClientFrame::Join { id: None, stream: stream(Uuid::nil()) }, "conversation_not_found"),
    ] {
        assert_eq!(code(&mut bob, frame.clone()).await, expected, "{frame:?}");
    }
    let read = MarkReadRequest { ordinal: 1, thread_root: None };
    for (frame, expected) in [
        (ClientFrame::Edit { id: None, data: edit("x") }, "message_not_found"),
        (ClientFrame::React { id: None, data: like("👍") }, "message_not_found"),
        (ClientFrame::Pin { id: None, data: one }, "message_not_found"),
        (ClientFrame::Delete { id: None, data: one }, "message_not_found"),
        (ClientFrame::Read { id: None, stream: place.clone(), data: read }, "conversation_not_found"),
        (
            ClientFrame::History { id: None, stream: place.clone(), data: HistoryData::default() },
            "conversation_not_found",
        ),
        (ClientFrame::Join { id: None, stream: place.clone() }, "conversation_not_found"),
        (ClientFrame::Leave { id: None, stream: place.clone() }, "conversation_not_found"),
    ] {
        assert_eq!(code(&mut eve, frame.clone()).await, expected, "{frame:?}");
    }
});

/// The command with its id.
fn with_id(frame: ClientFrame, id: Option<u64>) -> ClientFrame {
    let mut value = serde_json::to_value(frame).unwrap();
    value["id"] = id.into();
    serde_json::from_value(value).unwrap()
}

on_every_database!(reading_joining_and_leaving_go_by_socket_too, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut bob, _) = scene.bob.connect().await;
    let said = scene.ann.say(scene.room, "news").await;
    let data = MarkReadRequest { ordinal: said.ordinal, thread_root: None };
    let place = stream(scene.room);
    let answer = ask(&mut bob, |id| ClientFrame::Read { id, stream: place, data }).await;
    let Ok(Some(OkData::Read(state))) = answer else { panic!("{answer:?}") };
    assert_eq!((state.ordinal, state.unread), (said.ordinal, 0));
    assert!(matches!(next_personal(&mut bob).await.body, EventBodyView::ReadChanged(_)));

    let news = scene.ann.start_channel("news", VisibilityWord::Public).await.id;
    let answer = ask(&mut bob, |id| ClientFrame::Join { id, stream: stream(news) }).await;
    let Ok(Some(OkData::Joined { member })) = answer else { panic!("{answer:?}") };
    assert_eq!((member.user.id, member.role.as_str()), (scene.bob.id(), "member"));
    // Events of the conversation go before what they mean to oneself.
    assert!(matches!(next_event(&mut bob, news).await.body, EventBodyView::MemberAdded(_)));
    let entered = next_personal(&mut bob).await.body;
    assert_eq!(entered, EventBodyView::ConversationEntered { conversation_id: news });
    ask(&mut bob, |id| ClientFrame::Leave { id, stream: stream(news) }).await.unwrap();
    assert_eq!(next_personal(&mut bob).await.body, EventBodyView::ConversationLeft { conversation_id: news });
});

on_every_database!(history_is_paged_on_a_socket_as_by_the_api, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut bob, _) = scene.bob.connect().await;
    let root = scene.ann.say(scene.room, "0").await.id;
    for n in 1..=7 {
        scene.ann.say(scene.room, &n.to_string()).await;
        scene.ann.reply(scene.room, root, &format!("reply {n}")).await;
    }
    let mut page = async |data: HistoryData| {
        let answer = ask(&mut bob, |id| ClientFrame::History { id, stream: stream(scene.room), data }).await;
        let Ok(Some(OkData::History { items, next_cursor })) = answer else { panic!("{answer:?}") };
        (items.iter().map(text).map(str::to_owned).collect::<Vec<_>>(), next_cursor)
    };
    let (first, cursor) = page(HistoryData { limit: Some(5), ..HistoryData::default() }).await;
    assert_eq!(first, ["7", "6", "5", "4", "3"]);
    let (rest, cursor) = page(HistoryData { cursor, limit: Some(5), ..HistoryData::default() }).await;
    assert_eq!((rest, cursor), (["2", "1", "0"].map(str::to_owned).to_vec(), None));
    let (thread, _) = page(HistoryData { thread_root: Some(root), limit: Some(2), ..HistoryData::default() }).await;
    assert_eq!(thread, ["reply 7", "reply 6"]);
});
