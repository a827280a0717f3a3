//! Emoji under messages.

use reqwest::Method;
use rialto_client::wire::messaging::{EventBodyView, MessageView};
use uuid::Uuid;

use crate::support::people::next_event;
use crate::support::problem::{problem, refused};
use crate::support::scene::seen;
use crate::support::{Backend, Scene, code, on_every_database};

fn shown(message: &MessageView) -> Vec<(&str, u64, Option<bool>)> {
    message.reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.mine)).collect()
}

on_every_database!(reactions_are_counted_by_emoji_and_everyone_hears, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "lunch?").await;
    let (mut socket, _) = scene.carol.connect().await;
    scene.ann.rest.react(said.id, "🎉").await.unwrap();
    scene.ann.rest.react(said.id, "👍").await.unwrap();
    let after = scene.bob.rest.react(said.id, "👍").await.unwrap();
    assert_eq!(shown(&after), [("🎉", 1, Some(false)), ("👍", 2, Some(true))], "in the order of their coming");
    for (who, emoji, count) in [(&scene.ann, "🎉", 1), (&scene.ann, "👍", 1), (&scene.bob, "👍", 2)] {
        let EventBodyView::ReactionAdded(heard) = next_event(&mut socket, scene.room).await.body else { panic!() };
        assert_eq!((heard.message_id, heard.user.id), (said.id, who.id()));
        assert_eq!((heard.emoji.as_str(), heard.count), (emoji, count));
    }
    let after = scene.ann.rest.unreact(said.id, "👍").await.unwrap();
    assert_eq!(shown(&after), [("🎉", 1, Some(true)), ("👍", 1, Some(false))]);
    let EventBodyView::ReactionRemoved(heard) = next_event(&mut socket, scene.room).await.body else { panic!() };
    assert_eq!((heard.emoji.as_str(), heard.count), ("👍", 1));
    assert_eq!(scene.ann.rest.messages(scene.room, "").await.unwrap().items[0].reactions.len(), 2);
});

on_every_database!(reacting_twice_is_reacting_once, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "hi").await;
    for _ in 0..2 {
        assert_eq!(shown(&scene.ann.rest.react(said.id, "👍").await.unwrap()), [("👍", 1, Some(true))]);
    }
    for _ in 0..2 {
        assert_eq!(shown(&scene.ann.rest.unreact(said.id, "👍").await.unwrap()), []);
    }
    assert_eq!(scene.events_after(said.seq).await, ["reaction.added", "reaction.removed"]);
});

on_every_database!(an_emoji_is_the_same_from_whatever_keyboard, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "hi").await;
    scene.ann.rest.react(said.id, "❤").await.unwrap();
    let after = scene.bob.rest.react(said.id, "❤\u{fe0f}").await.unwrap();
    assert_eq!(shown(&after), [("❤\u{fe0f}", 2, Some(true))]);
    // But a tone is a choice, and a keycap or a family is one emoji.
    for emoji in ["👍", "👍🏽", "#️⃣", "👨‍👩‍👧‍👦", "🇮🇹"] {
        scene.bob.rest.react(said.id, emoji).await.unwrap();
    }
    assert_eq!(seen(&scene.ann.rest, said.id).await.reactions.len(), 6);
});

on_every_database!(a_message_has_at_most_fifty_different_emoji, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "hi").await;
    let animals: Vec<String> = ('🐀'..='🐿').take(51).map(String::from).collect();
    for emoji in &animals[..50] {
        scene.ann.rest.react(said.id, emoji).await.unwrap();
    }
    assert_eq!(code(scene.ann.rest.react(said.id, &animals[50]).await), "too_many");
    scene.bob.rest.react(said.id, &animals[0]).await.unwrap();
    scene.ann.rest.unreact(said.id, &animals[1]).await.unwrap();
    scene.ann.rest.react(said.id, &animals[50]).await.unwrap();
});

on_every_database!(only_members_react_and_not_to_what_is_deleted, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "hi").await.id;
    assert_eq!(code(scene.eve.rest.react(said, "👍").await), "message_not_found");
    assert_eq!(code(scene.eve.rest.unreact(said, "👍").await), "message_not_found");
    assert_eq!(code(scene.ann.rest.react(Uuid::nil(), "👍").await), "message_not_found");
    scene.bob.rest.delete(said).await.unwrap();
    assert_eq!(code(scene.ann.rest.react(said, "👍").await), "message_deleted");
});

#[tokio::test]
async fn what_is_not_one_emoji_is_refused() {
    let scene = Scene::start(Backend::Sqlite).await;
    let said = scene.bob.say(scene.room, "hi").await.id;
    let react = |emoji: &str| scene.ann.rest.request(Method::PUT, &format!("messages/{said}/reactions/{emoji}"));
    for (emoji, code) in [
        ("a", "invalid_format"),
        (":+1:", "invalid_format"),
        ("👍👍", "invalid_format"),
        ("%00", "invalid_format"),
        ("5", "invalid_format"),
        (&"👍".repeat(17), "too_long"),
    ] {
        assert_eq!(problem(react(emoji)).await, refused(422, "invalid_body", &[("emoji", code)]), "{emoji}");
    }
    assert!(matches!(problem(react("%FF%FE")).await.0, 400..=422), "bytes that are no text");
    assert_eq!(problem(react("")).await.0, 404);
    assert_eq!(seen(&scene.ann.rest, said).await.reactions, []);
}
