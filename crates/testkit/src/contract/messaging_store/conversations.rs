//! Creating conversations: what is stored, and what is refused whole.

use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{
    Conversation, ConversationKind, ConversationSettings, CreateConversationRefusal, Created, Event, EventBody,
    HistoryPart, HistorySlice, Member, MemberRole, NewConversation, NewConversationKind, Profile, Topic, Visibility,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Every field, for each kind.
pub async fn a_conversation_comes_back_as_it_was_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let name = || builders::conversation_name("Cafés ~ “Ünïcode” 100% _ 🦀");
    for (kind, word, visibility) in [
        (NewConversationKind::Direct, ConversationKind::Direct, Visibility::Private),
        (NewConversationKind::Group(name()), ConversationKind::Group, Visibility::Private),
        (NewConversationKind::Channel(name(), Visibility::Private), ConversationKind::Channel, Visibility::Private),
        (
            NewConversationKind::Channel(builders::conversation_name("news"), Visibility::Public),
            ConversationKind::Channel,
            Visibility::Public,
        ),
    ] {
        let settings = ConversationSettings { slowmode_s: 30, guests_may_write: true, receipts: true };
        let new = NewConversation {
            settings,
            topic: Topic::parse("What's new?\n“'\\%_ 世界").unwrap(),
            ..scene.new_conversation(kind, &[(&ann, MemberRole::Member), (&bob, MemberRole::Member)])
        };
        let (conversation, _) = scene.create(new.clone()).await;
        let wanted = Conversation {
            id: new.id,
            kind: word,
            name: new.kind.name().cloned(),
            topic: new.topic,
            visibility,
            created_at: new.at,
            last_seq: 2,
            last_ordinal: 0,
            last_event_at: new.at,
            epoch: new.epoch,
            archived_at: None,
            settings: new.settings,
        };
        assert_eq!(conversation, wanted);
        assert_eq!(scene.messaging.find_conversation(new.id).await.unwrap(), Some(wanted));
    }
}

/// One `member.added` each, numbered from 1, at the time of the act.
pub async fn first_members_are_logged_in_order(stores: Stores) {
    let scene = Scene::new(stores);
    let people = [scene.user("cid").await, scene.user("ann").await, scene.user("bob").await];
    let roles = [MemberRole::Owner, MemberRole::Reader, MemberRole::Admin];
    let members: Vec<_> = people.iter().zip(roles).collect();
    let kind = NewConversationKind::Group(builders::conversation_name("friends"));
    let new = scene.new_conversation(kind, &members);
    let (_, events) = scene.create(new.clone()).await;
    let member = |user: &Profile, role| Member { user: user.clone(), role, joined_at: new.at, muted_until: None };
    let wanted: Vec<_> = (1..)
        .zip(members)
        .map(|(seq, (user, role))| Event {
            stream: new.id.into(),
            seq,
            at: new.at,
            body: EventBody::MemberAdded(member(user, role)),
        })
        .collect();
    assert_eq!(events[..3], wanted);
    assert_eq!(scene.log(new.id).await, wanted);
}

/// Such as the lobby at first start.
pub async fn a_conversation_without_members_has_an_empty_log(stores: Stores) {
    let scene = Scene::new(stores);
    let new = scene.new_channel("lobby", Visibility::Public);
    let (conversation, events) = scene.create(new.clone()).await;
    assert_eq!(events, []);
    assert_eq!((conversation.last_seq, conversation.last_ordinal, conversation.last_event_at), (0, 0, new.at));
    assert_eq!(scene.log(new.id).await, []);
}

/// `NameTaken`, whoever may see the other channel.
pub async fn a_channel_name_is_taken_in_any_letter_case(stores: Stores) {
    let scene = Scene::new(stores);
    for (first, second) in [("Trading", "tRADING"), ("Économie", "éCONOMIE"), ("НОВОСТИ", "новости")] {
        scene.create(scene.new_channel(first, Visibility::Private)).await;
        for visibility in [Visibility::Public, Visibility::Private] {
            let outcome = scene.messaging.create_conversation(scene.new_channel(second, visibility)).await;
            assert!(matches!(outcome, Err(CreateConversationRefusal::NameTaken)), "{second}: {outcome:?}");
        }
    }
}

/// Two nodes that open the lobby give it one id: the later one learns that the name is taken.
pub async fn the_same_channel_again_is_refused_as_taken(stores: Stores) {
    let scene = Scene::new(stores);
    let new = scene.new_channel("lobby", Visibility::Public);
    scene.create(new.clone()).await;
    let outcome = scene.messaging.create_conversation(new).await;
    assert!(matches!(outcome, Err(CreateConversationRefusal::NameTaken)), "{outcome:?}");
}

/// Others get `NameTaken`, never a store error.
pub async fn of_many_channels_of_one_name_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let outcomes = at_once((0..8).map(|_| {
        let (store, new) = (scene.messaging.clone(), scene.new_channel("Trading", Visibility::Public));
        async move { store.create_conversation(new).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(Created::New(..)))).count(), 1);
    let refused = |outcome: &&_| matches!(outcome, Err(CreateConversationRefusal::NameTaken));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}

/// Only channels are unique by name: groups share names with each other and with channels.
pub async fn groups_share_names(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    scene.create(scene.new_channel("friends", Visibility::Public)).await;
    assert_ne!(scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    scene.create(scene.new_channel("club", Visibility::Public)).await;
}

/// `UnknownUser` names who is missing; conversation, members, name and pair are as before.
pub async fn an_unknown_participant_is_refused_and_nothing_is_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let nobody = builders::profile(&scene.new_user("nobody"));
    let name = || builders::conversation_name("friends");
    for kind in [
        NewConversationKind::Direct,
        NewConversationKind::Group(name()),
        NewConversationKind::Channel(name(), Visibility::Public),
    ] {
        let new = scene.new_conversation(kind, &[(&ann, MemberRole::Member), (&nobody, MemberRole::Member)]);
        let outcome = scene.messaging.create_conversation(new.clone()).await;
        let named = matches!(outcome, Err(CreateConversationRefusal::UnknownUser(id)) if id == nobody.id);
        assert!(named, "{outcome:?}");
        assert_eq!(scene.messaging.find_conversation(new.id).await.unwrap(), None);
        assert_eq!(scene.messaging.find_member(new.id, ann.id).await.unwrap(), None);
        assert_eq!(scene.log(new.id).await, []);
    }
    assert_eq!(scene.followed(ann.id).await, []);
    scene.create(scene.new_channel("friends", Visibility::Public)).await;
}

/// Every question about it is answered with nothing.
pub async fn an_unknown_conversation_is_absent(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (store, id): (_, ConversationId) = (&scene.messaging, scene.ids.next());
    assert_eq!(store.find_conversation(id).await.unwrap(), None);
    assert_eq!(store.find_member(id, ann.id).await.unwrap(), None);
    assert_eq!(store.find_summary(id, ann.id).await.unwrap(), None);
    assert_eq!(store.list_members(id, None, builders::limit(5)).await.unwrap().items, []);
    assert_eq!(store.list_messages(id, HistoryPart::Main, HistorySlice::Latest, 5, ann.id).await.unwrap(), []);
    assert_eq!(store.list_events(id.into(), 0, 5).await.unwrap(), []);
    assert_eq!(store.leave_conversation(id, ann.id, scene.now()).await.unwrap(), []);
    let stranger: UserId = scene.ids.next();
    assert_eq!(store.list_summaries(stranger, None, builders::limit(5)).await.unwrap().items, []);
    assert_eq!(scene.followed(stranger).await, []);
}
