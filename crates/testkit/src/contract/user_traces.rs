//! What every [`UserTraces`](rialto_messaging::UserTraces) promises.

use std::collections::BTreeSet;

use rialto_kernel::{ConversationId, MessageId};
use rialto_messaging::{
    Emoji, Event, EventBody, MemberRole, Message, NewConversationKind, OwnReaction, Profile, StreamId, Visibility,
};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`UserTraces`](rialto_messaging::UserTraces) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! user_traces_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, user_traces:
            all_messages_of_a_user_are_listed_once,
            all_reactions_of_a_user_are_listed_once,
            a_member_is_withdrawn_once,
            nobody_is_withdrawn_from_a_direct_conversation,
            the_place_of_an_owner_goes_to_who_comes_next,
            a_conversation_that_nobody_can_own_is_archived,
            whoever_owns_nothing_just_goes,
            of_many_withdrawn_at_once_none_leaves_others_without_owner,
        }
    };
}

async fn own_messages(scene: &Scene, user: &Profile) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    loop {
        let after = found.last().map(|message| message.nonce.clone());
        let page = scene.people.traces.list_own_messages(user.id, after, 2).await.unwrap();
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

/// Wherever they are, whether or not one still is there; not what was taken back, and nobody else's.
pub async fn all_messages_of_a_user_are_listed_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (group, left) = (scene.group(&[&ann, &bob]).await, scene.group(&[&bob, &ann]).await);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let mut wanted = BTreeSet::new();
    for id in [group, left, direct] {
        for number in 0..3 {
            wanted.insert(scene.say(id, &ann, &format!("hi {number}")).await.id);
            scene.say(id, &bob, "ho").await;
        }
    }
    let gone = scene.say(group, &ann, "oops").await;
    scene.changes.delete_message(gone.id, builders::actor(ann.id), scene.later()).await.unwrap();
    scene.leave(left, &ann).await;
    let found = own_messages(&scene, &ann).await;
    assert_eq!(found.len(), 9);
    assert_eq!(found.iter().map(|message| message.id).collect::<BTreeSet<MessageId>>(), wanted);
    for message in found {
        assert_eq!(scene.changes.find_message(message.id, ann.id).await.unwrap(), Some(message));
    }
}

/// One's own only, in order of message and emoji.
pub async fn all_reactions_of_a_user_are_listed_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let group = scene.group(&[&ann, &bob]).await;
    let mut wanted = Vec::new();
    for _ in 0..2 {
        let message = scene.say(group, &bob, "hi").await;
        for emoji in ["👍", "❤️", "🎉"].map(builders::emoji) {
            let at = scene.later();
            scene.changes.set_reaction(message.id, builders::actor(ann.id), emoji.clone(), true, at).await.unwrap();
            scene.changes.set_reaction(message.id, builders::actor(bob.id), emoji.clone(), true, at).await.unwrap();
            wanted.push(OwnReaction { message_id: message.id, emoji, at });
        }
    }
    let mut found: Vec<OwnReaction> = Vec::new();
    loop {
        let after = found.last().map(|reaction| (reaction.message_id, reaction.emoji.clone()));
        let page = scene.people.traces.list_own_reactions(ann.id, after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let key = |reaction: &OwnReaction| (reaction.message_id, Emoji::as_str(&reaction.emoji).to_owned());
    found.sort_by_key(key);
    wanted.sort_by_key(key);
    assert_eq!(found, wanted);
}

async fn withdraw(scene: &Scene, id: ConversationId, user: &Profile) -> Vec<Event> {
    scene.people.traces.withdraw_member(id, user.id, scene.later()).await.unwrap()
}

/// As if they had left; doing it again does nothing, and they may come in again.
pub async fn a_member_is_withdrawn_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let group = scene.group(&[&ann, &bob]).await;
    let events = withdraw(&scene, group, &bob).await;
    assert_eq!(events[0].body, EventBody::MemberRemoved(bob.clone()));
    assert_eq!((events[1].stream, &events[1].body), (StreamId::Personal(bob.id), &EventBody::ConversationLeft(group)));
    assert_eq!(scene.log(group).await.last(), Some(&events[0]));
    assert_eq!(withdraw(&scene, group, &bob).await, []);
    assert_eq!(withdraw(&scene, scene.ids.next(), &bob).await, []);
}

/// The other keeps it, and sees who it was with.
pub async fn nobody_is_withdrawn_from_a_direct_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    assert_eq!(withdraw(&scene, direct, &ann).await, []);
    assert!(scene.messaging.find_member(direct, ann.id).await.unwrap().is_some());
}

/// The greatest role comes first, then who came first; guests and who has gone themselves never.
pub async fn the_place_of_an_owner_goes_to_who_comes_next(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let guest = builders::profile(&scene.guest("guest-1").await.user);
    let (gone, bob, cid, dan) =
        (scene.user("gone").await, scene.user("bob").await, scene.user("cid").await, scene.user("dan").await);
    let kind = NewConversationKind::Group(builders::conversation_name("friends"));
    let members = [
        (&ann, MemberRole::Owner),
        (&guest, MemberRole::Admin),
        (&gone, MemberRole::Admin),
        (&bob, MemberRole::Member),
        (&cid, MemberRole::Reader),
    ];
    let group = scene.create(scene.new_conversation(kind, &members)).await.0.id;
    scene.people.deletions.delete_account(builders::deletion(&scene.ids, gone.id, scene.later())).await.unwrap();
    scene.add(group, &dan, MemberRole::Member).await;
    for (owner, heir) in [(&ann, &bob), (&bob, &dan), (&dan, &cid)] {
        let events = withdraw(&scene, group, owner).await;
        let EventBody::MemberRoleChanged(member) = &events[0].body else { panic!("{events:?}") };
        assert_eq!((member.user.id, member.role), (heir.id, MemberRole::Owner));
        assert_eq!(events[1].body, EventBody::MemberRemoved(owner.clone()));
        let stored = scene.messaging.find_member(group, heir.id).await.unwrap().unwrap();
        assert_eq!(stored.role, MemberRole::Owner);
    }
    let log = scene.log(group).await;
    assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq), "{log:?}");
}

/// Guests may stay in it and read.
pub async fn a_conversation_that_nobody_can_own_is_archived(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let guest = builders::profile(&scene.guest("guest-1").await.user);
    let group = scene.group(&[&ann, &guest]).await;
    let events = withdraw(&scene, group, &ann).await;
    let EventBody::ConversationChanged(changed) = &events[0].body else { panic!("{events:?}") };
    assert!(changed.archived_at.is_some());
    assert_eq!(events[1].body, EventBody::MemberRemoved(ann.clone()));
    let now = scene.messaging.find_conversation(group).await.unwrap().unwrap();
    assert_eq!((now.archived_at, now.last_seq), (changed.archived_at, events[1].seq));
    assert!(scene.messaging.find_member(group, guest.id).await.unwrap().is_some());
}

/// A channel without owner, as the lobby is, goes on.
pub async fn whoever_owns_nothing_just_goes(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let lobby = scene.create(scene.new_channel("lobby", Visibility::Public)).await.0.id;
    scene.add(lobby, &ann, MemberRole::Member).await;
    let events = withdraw(&scene, lobby, &ann).await;
    assert_eq!(events[0].body, EventBody::MemberRemoved(ann));
    assert_eq!(scene.messaging.find_conversation(lobby).await.unwrap().unwrap().archived_at, None);
}

/// There is an owner, or it is archived, however many go at once.
pub async fn of_many_withdrawn_at_once_none_leaves_others_without_owner(stores: Stores) {
    let scene = Scene::new(stores);
    let users = scene.users(6).await;
    let group = scene.group(&users.iter().collect::<Vec<_>>()).await;
    let at = scene.later();
    at_once(users[..5].iter().map(|user| {
        let (traces, id) = (scene.people.traces.clone(), user.id);
        async move { traces.withdraw_member(group, id, at).await.unwrap() }
    }))
    .await;
    let last = scene.messaging.find_member(group, users[5].id).await.unwrap().unwrap();
    assert_eq!(last.role, MemberRole::Owner);
    let log = scene.log(group).await;
    assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq), "{log:?}");
}
