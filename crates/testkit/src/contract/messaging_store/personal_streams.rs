//! What concerns one user alone is in a log of their own.

use rialto_kernel::ConversationId;
use rialto_messaging::{Added, Created, Epoch, Event, EventBody, MemberRole, Profile, StreamId, StreamTop};

use super::super::concurrency::at_once;
use crate::{Scene, Stores};

fn personal(user: &Profile, seq: u64, at: rialto_kernel::Instant, body: EventBody) -> Event {
    Event { stream: StreamId::Personal(user.id), seq, at, body }
}

/// Each in their own stream, after the events of the conversation, in order of user id.
pub async fn first_members_enter_in_their_own_streams(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let members = [(&cid, MemberRole::Owner), (&ann, MemberRole::Member), (&bob, MemberRole::Reader)];
    let kind = rialto_messaging::NewConversationKind::Group(crate::builders::conversation_name("friends"));
    let new = scene.new_conversation(kind, &members);
    let (id, at) = (new.id, new.at);
    let (_, events) = scene.create(new).await;
    let wanted = [&ann, &bob, &cid].map(|user| personal(user, 1, at, EventBody::ConversationEntered(id)));
    assert_eq!(events[3..], wanted);
    for (user, event) in [&ann, &bob, &cid].into_iter().zip(wanted) {
        assert_eq!(scene.personal_log(user).await, [event]);
    }
}

/// Both users of a direct conversation, once.
pub async fn both_users_enter_a_direct_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (conversation, events) = scene.create(scene.new_direct(&bob, &ann)).await;
    assert_eq!(events.len(), 4);
    let again = scene.messaging.create_conversation(scene.new_direct(&ann, &bob)).await.unwrap();
    assert!(matches!(again, Created::Existing(_)));
    for user in [&ann, &bob] {
        let entered = EventBody::ConversationEntered(conversation.id);
        assert_eq!(scene.personal_log(user).await, [personal(user, 1, conversation.created_at, entered)]);
    }
}

/// Whoever comes and whoever goes; those who stay are not told there.
pub async fn coming_and_going_is_told_to_who_comes_and_goes(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let came = scene.admit(id, bob.id, MemberRole::Member).await;
    let entered = personal(&bob, 1, scene.now(), EventBody::ConversationEntered(id));
    assert_eq!(came[1..], *std::slice::from_ref(&entered));
    let again = scene.messaging.add_member(scene.new_member(id, bob.id, MemberRole::Admin)).await.unwrap();
    assert!(matches!(again, Added::Already(_)));
    let went = scene.messaging.leave_conversation(id, bob.id, scene.later()).await.unwrap();
    let left = personal(&bob, 2, scene.now(), EventBody::ConversationLeft(id));
    assert_eq!(went[1..], *std::slice::from_ref(&left));
    assert_eq!(scene.messaging.leave_conversation(id, bob.id, scene.later()).await.unwrap(), []);
    assert_eq!(scene.personal_log(&bob).await, [entered, left]);
    assert_eq!(scene.personal_log(&ann).await.len(), 1);
}

/// From any position, in pages of any length.
pub async fn a_personal_log_is_read_from_any_position(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    for _ in 0..3 {
        let id = scene.group(&[&ann]).await;
        scene.leave(id, &ann).await;
    }
    let log = scene.personal_log(&ann).await;
    assert_eq!(log.len(), 6);
    for after in 0..=6 {
        for limit in [0, 1, 4, 6, 7] {
            let stream = StreamId::Personal(ann.id);
            let page = scene.messaging.list_events(stream, after as u64, limit).await.unwrap();
            assert_eq!(page, log[after..log.len().min(after + limit as usize)], "{limit} after {after}");
        }
    }
    for beyond in [7, i64::MAX as u64 + 1, u64::MAX] {
        assert_eq!(scene.messaging.list_events(StreamId::Personal(ann.id), beyond, 5).await.unwrap(), []);
    }
}

/// Its epoch is made of the user's id and stays; it is empty until something concerns the user.
pub async fn a_personal_stream_has_a_top(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let top = |user: &Profile, last_seq| StreamTop {
        stream: StreamId::Personal(user.id),
        epoch: Epoch(user.id.uuid()),
        last_seq,
    };
    let streams = [StreamId::Personal(ann.id), StreamId::Personal(bob.id)];
    let tops = async || {
        let mut tops = scene.messaging.stream_tops(&streams).await.unwrap();
        tops.sort_by_key(|top| top.stream);
        tops
    };
    assert_eq!(tops().await, [top(&ann, 0), top(&bob, 0)]);
    assert_eq!(scene.personal_log(&ann).await, []);
    let id = scene.group(&[&ann]).await;
    scene.leave(id, &ann).await;
    assert_eq!(tops().await, [top(&ann, 2), top(&bob, 0)]);
}

/// With what was read of it; the personal stream has no read state.
pub async fn every_stream_a_user_follows_is_named_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (one, other) = (scene.group(&[&ann, &bob]).await, scene.group(&[&ann, &bob]).await);
    scene.leave(other, &bob).await;
    scene.say(one, &ann, "hi").await;
    let mut followed = scene.messaging.followed_streams(bob.id).await.unwrap();
    followed.sort_by_key(|followed| followed.top.stream);
    let seen: Vec<_> =
        followed.iter().map(|f| (f.top.stream, f.top.last_seq, f.read.map(|read| read.unread))).collect();
    assert_eq!(seen, [(one.into(), 3, Some(1)), (StreamId::Personal(bob.id), 3, None)]);
    let nobody = crate::builders::profile(&scene.new_user("nobody"));
    let followed = scene.messaging.followed_streams(nobody.id).await.unwrap();
    assert_eq!(followed.iter().map(|f| f.top.stream).collect::<Vec<_>>(), [StreamId::Personal(nobody.id)]);
}

/// Many conversations bring the same users in at once: every stream is without holes, nobody waits for ever.
pub async fn streams_have_no_holes_while_many_enter_at_once(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(4).await;
    let created = at_once((0..12).map(|number| {
        let mut members: Vec<_> = people.iter().collect();
        members.rotate_left(number % 4);
        let roles = [MemberRole::Owner, MemberRole::Member, MemberRole::Member, MemberRole::Member];
        let members: Vec<_> = members.into_iter().zip(roles).collect();
        let kind = rialto_messaging::NewConversationKind::Group(crate::builders::conversation_name("friends"));
        let (store, new) = (scene.messaging.clone(), scene.new_conversation(kind, &members));
        async move { store.create_conversation(new).await.unwrap() }
    }))
    .await;
    let mut ids: Vec<ConversationId> = created
        .into_iter()
        .map(|created| match created {
            Created::New(conversation, _) | Created::Existing(conversation) => conversation.id,
        })
        .collect();
    ids.sort();
    for user in &people {
        let log = scene.personal_log(user).await;
        assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
        let mut entered: Vec<_> = log
            .iter()
            .map(|event| match event.body {
                EventBody::ConversationEntered(id) => id,
                _ => panic!("{event:?}"),
            })
            .collect();
        entered.sort();
        assert_eq!(entered, ids);
    }
}
