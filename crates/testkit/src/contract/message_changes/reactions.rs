//! Reactions.

use std::sync::Arc;

use rialto_messaging::{Event, EventBody, MAX_EMOJI, Message, MessageRefusal, Profile, Reaction, ReactionChange};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Emoji, count and whether it is the reader's.
fn shown(message: &Message) -> Vec<(&str, u64, bool)> {
    message.reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.mine)).collect()
}

fn change(said: &Message, user: &Profile, emoji: &str, count: u64) -> ReactionChange {
    ReactionChange { message_id: said.id, user: user.clone(), emoji: builders::emoji(emoji), count }
}

/// The event tells who, what, and how many do so now.
pub async fn a_reaction_is_logged_and_shown(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    let done = scene.react(&said, &bob, "👍").await;
    let body = EventBody::ReactionAdded(change(&said, &bob, "👍", 1));
    let event = Event { stream: id.into(), seq: 4, at: scene.now(), body };
    assert_eq!(done.events, std::slice::from_ref(&event));
    assert_eq!(scene.log(id).await[3], event);
    let reactions = vec![Reaction { emoji: builders::emoji("👍"), count: 1, mine: true }];
    assert_eq!(done.value, Message { reactions, ..said.clone() });
    assert_eq!(scene.message(&said, &bob).await, done.value);
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_ordinal, conversation.last_event_at), (4, 1, scene.now()));
}

/// Reacting twice is reacting once; taking back what is not there is nothing.
pub async fn a_reaction_is_there_or_not(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    assert_eq!(scene.unreact(&said, &ann, "👍").await.events, []);
    scene.react(&said, &ann, "👍").await;
    let again = scene.react(&said, &ann, "👍").await;
    assert_eq!((shown(&again.value), again.events), (vec![("👍", 1, true)], vec![]));
    let gone = scene.unreact(&said, &ann, "👍").await;
    assert_eq!(gone.events[0].body, EventBody::ReactionRemoved(change(&said, &ann, "👍", 0)));
    assert_eq!(gone.value, said);
    assert_eq!(scene.unreact(&said, &ann, "👍").await.events, []);
    assert_eq!(scene.log(id).await.len(), 4);
}

/// By the time of the first reaction that is still there.
pub async fn the_first_emoji_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    for (user, emoji) in [(&ann, "🦀"), (&bob, "👍"), (&bob, "🦀"), (&ann, "👀")] {
        scene.react(&said, user, emoji).await;
    }
    let seen = scene.message(&said, &bob).await;
    assert_eq!(shown(&seen), [("🦀", 2, true), ("👍", 1, true), ("👀", 1, false)]);
    scene.unreact(&said, &ann, "🦀").await;
    let seen = scene.message(&said, &bob).await;
    assert_eq!(shown(&seen), [("👍", 1, true), ("🦀", 1, true), ("👀", 1, false)]);
    scene.unreact(&said, &bob, "👍").await;
    let seen = scene.message(&said, &ann).await;
    assert_eq!(shown(&seen), [("🦀", 1, false), ("👀", 1, true)]);
}

/// By the text of the emoji.
pub async fn emoji_of_equal_times_come_in_order_of_their_text(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let at = scene.later();
    let mut emoji = ["🦀", "👍", "❤️", "🇩🇪", "1️⃣"].map(builders::emoji);
    for emoji in emoji.clone() {
        scene.changes.set_reaction(said.id, builders::actor(ann.id), emoji, true, at).await.unwrap();
    }
    emoji.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    let seen: Vec<_> = scene.message(&said, &ann).await.reactions.into_iter().map(|reaction| reaction.emoji).collect();
    assert_eq!(seen, emoji);
}

/// As many as there are now, and never whose reader's they are.
pub async fn a_replay_shows_the_count_of_now(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.react(&said, &ann, "👍").await;
    scene.react(&said, &bob, "👍").await;
    scene.react(&said, &bob, "👀").await;
    scene.unreact(&said, &bob, "👀").await;
    let log = scene.log(id).await;
    let EventBody::MessageCreated(message) = &log[2].body else { panic!("{log:?}") };
    assert_eq!(shown(message), [("👍", 2, false)]);
    let bodies: Vec<_> = log.into_iter().skip(3).map(|event| event.body).collect();
    let wanted = [
        EventBody::ReactionAdded(change(&said, &ann, "👍", 2)),
        EventBody::ReactionAdded(change(&said, &bob, "👍", 2)),
        EventBody::ReactionAdded(change(&said, &bob, "👀", 0)),
        EventBody::ReactionRemoved(change(&said, &bob, "👀", 0)),
    ];
    assert_eq!(bodies, wanted);
}

/// `TooMany` for one more; those that are there can still be joined and taken back.
pub async fn a_message_has_fifty_different_emoji(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    let emoji: Vec<String> = ('\u{1f400}'..).take(MAX_EMOJI + 1).map(String::from).collect();
    let (last, others) = emoji.split_last().unwrap();
    for emoji in others {
        scene.react(&said, &ann, emoji).await;
    }
    let add = async |user: &Profile| {
        let (by, emoji) = (builders::actor(user.id), builders::emoji(last));
        scene.changes.set_reaction(said.id, by, emoji, true, scene.later()).await
    };
    for user in [&ann, &bob] {
        let refusal = add(user).await.unwrap_err();
        assert!(matches!(refusal, MessageRefusal::TooMany), "{refusal:?}");
    }
    assert_eq!(scene.react(&said, &bob, &others[0]).await.value.reactions[0].count, 2);
    scene.unreact(&said, &ann, &others[1]).await;
    assert_eq!(add(&bob).await.unwrap().value.reactions.len(), MAX_EMOJI);
}

/// `Deleted`.
pub async fn nobody_reacts_to_a_deleted_message(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.delete(&said, &ann).await;
    let (by, emoji) = (builders::actor(ann.id), builders::emoji("👍"));
    let refusal = scene.changes.set_reaction(said.id, by, emoji, true, scene.later()).await.unwrap_err();
    assert!(matches!(refusal, MessageRefusal::Deleted), "{refusal:?}");
}

/// What a member who left reacted stays.
pub async fn reactions_of_those_who_left_stay(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.react(&said, &bob, "👍").await;
    scene.leave(id, &bob).await;
    assert_eq!(shown(&scene.message(&said, &ann).await), [("👍", 1, false)]);
}

/// Fifty members, one emoji: each is logged, each count is told once, and the last is fifty.
pub async fn of_many_reactions_at_once_none_is_lost(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let people = scene.users(50).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    let said = scene.say(id, &people[0], "hi").await;
    let outcomes = at_once(people.into_iter().map(|user| {
        let (scene, said) = (scene.clone(), said.clone());
        async move { scene.react(&said, &user, "👍").await }
    }))
    .await;
    let mut counts: Vec<u64> = outcomes
        .iter()
        .map(|done| match &done.events[..] {
            [Event { body: EventBody::ReactionAdded(change), .. }] => change.count,
            events => panic!("{events:?}"),
        })
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());
    assert_eq!(shown(&scene.message(&said, &said.sender).await), [("👍", 50, true)]);
    let numbers: Vec<u64> = scene.log(id).await.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=101).collect::<Vec<_>>());
}

/// The same reaction of the same user, many times at once, is logged once.
pub async fn of_many_equal_reactions_at_once_one_is_logged(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let outcomes = at_once((0..16).map(|_| {
        let (scene, said, ann) = (scene.clone(), said.clone(), ann.clone());
        async move { scene.react(&said, &ann, "👍").await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|done| !done.events.is_empty()).count(), 1, "{outcomes:?}");
    assert_eq!(shown(&scene.message(&said, &ann).await), [("👍", 1, true)]);
}
