//! What every [`NoticeBoard`](rialto_messaging::NoticeBoard) promises.

use rialto_messaging::{Done, Event, EventBody, Notice, PostNoticeRefusal, Profile, StreamId};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`NoticeBoard`](rialto_messaging::NoticeBoard) on an adapter. The constructor is the absolute path of
/// an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! notice_board_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, notice_board:
            a_notice_is_logged_for_its_user_as_it_was_given,
            a_notice_is_logged_once,
            notices_and_other_personal_events_share_their_numbers,
            of_many_who_tell_the_same_at_once_one_logs_it,
            streams_have_no_holes_while_many_tell_at_once,
            only_users_are_told,
        }
    };
}

fn notice(scene: &Scene, name: &str) -> Notice {
    let fields = [("price", "0.00000031"), ("note", "“half”;\n世界, \"\\ \t"), ("empty", ""), ("price", "again")];
    let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    Notice { id: scene.ids.next(), name: name.to_owned(), fields }
}

async fn tell(scene: &Scene, user: &Profile, notice: &Notice) -> Done<bool> {
    scene.notices.post_notice(user.id, notice.clone(), scene.later()).await.unwrap()
}

/// Nobody else's log has it.
pub async fn a_notice_is_logged_for_its_user_as_it_was_given(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let full = notice(&scene, "alert.fired");
    let empty = Notice { id: scene.ids.next(), name: "x".into(), fields: Vec::new() };
    for (seq, notice) in (1..).zip([full, empty]) {
        let told = tell(&scene, &ann, &notice).await;
        let stream = StreamId::Personal(ann.id);
        let event = Event { stream, seq, at: scene.now(), body: EventBody::Notified(notice) };
        assert_eq!(told, Done { value: true, events: vec![event.clone()] });
        assert_eq!(scene.personal_log(&ann).await.last(), Some(&event));
    }
    assert_eq!(scene.personal_log(&bob).await, []);
}

/// Whoever tells it again is given the event from then; another user may be told the same.
pub async fn a_notice_is_logged_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (first, other) = (notice(&scene, "a"), notice(&scene, "a"));
    let told = tell(&scene, &ann, &first).await;
    assert!(tell(&scene, &ann, &other).await.value);
    let different = Notice { name: "b".into(), fields: Vec::new(), ..first.clone() };
    for again in [&first, &different] {
        assert_eq!(tell(&scene, &ann, again).await, Done { value: false, events: told.events.clone() });
    }
    assert_eq!(scene.personal_log(&ann).await.len(), 2);
    assert!(tell(&scene, &bob, &first).await.value);
}

/// In the order in which they happened.
pub async fn notices_and_other_personal_events_share_their_numbers(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let notice = notice(&scene, "a");
    tell(&scene, &ann, &notice).await;
    scene.leave(id, &ann).await;
    let log = scene.personal_log(&ann).await;
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3]);
    let bodies: Vec<_> = log.into_iter().map(|event| event.body).collect();
    let (entered, left) = (EventBody::ConversationEntered(id), EventBody::ConversationLeft(id));
    assert_eq!(bodies, [entered, EventBody::Notified(notice), left]);
    let changes = scene.messaging.list_changes(ann.id, None, builders::limit(10)).await;
    assert!(changes.is_ok(), "a notice is no change of a conversation");
}

/// And all are given the same event.
pub async fn of_many_who_tell_the_same_at_once_one_logs_it(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    for _ in 0..5 {
        let notice = notice(&scene, "a");
        let told = at_once((0..6).map(|_| {
            let (board, notice, at) = (scene.notices.clone(), notice.clone(), scene.later());
            async move { board.post_notice(ann.id, notice, at).await.unwrap() }
        }))
        .await;
        assert_eq!(told.iter().filter(|told| told.value).count(), 1);
        assert!(told.iter().all(|one| one.events == told[0].events && one.events.len() == 1));
    }
    assert_eq!(scene.personal_log(&ann).await.len(), 5);
}

/// However many, to whomever.
pub async fn streams_have_no_holes_while_many_tell_at_once(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(3).await;
    at_once((0..24).map(|number| {
        let (board, notice, at) = (scene.notices.clone(), notice(&scene, "a"), scene.later());
        let user_id = people[number % 3].id;
        async move { board.post_notice(user_id, notice, at).await.unwrap() }
    }))
    .await;
    for user in &people {
        let log = scene.personal_log(user).await;
        assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    }
}

/// Not those who have gone.
pub async fn only_users_are_told(stores: Stores) {
    let scene = Scene::new(stores);
    let (nobody, gone) = (builders::profile(&scene.new_user("nobody")), scene.user("gone").await);
    let deletion = builders::deletion(&scene.ids, gone.id, scene.later());
    scene.people.deletions.delete_account(deletion).await.unwrap();
    for user in [nobody, gone] {
        let refusal = scene.notices.post_notice(user.id, notice(&scene, "a"), scene.later()).await.unwrap_err();
        assert!(matches!(refusal, PostNoticeRefusal::UnknownUser), "{refusal:?}");
    }
}
