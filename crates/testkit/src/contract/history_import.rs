//! What every [`HistoryImport`](rialto_messaging::HistoryImport) promises.

use chrono::TimeDelta;
use rialto_kernel::{ConversationId, Instant, MessageId};
use rialto_messaging::{
    AddMemberRefusal, BroughtIn, Event, EventBody, MemberRole, Nonce, PastAppended, PastMessage, Profile, ReadState,
};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`HistoryImport`](rialto_messaging::HistoryImport) on an adapter. The constructor is the absolute path
/// of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! history_import_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, history_import:
            messages_are_appended_in_order_with_their_own_time,
            what_is_known_is_left_alone,
            everybody_has_read_what_is_old,
            what_is_old_makes_no_conversation_older,
            a_sender_need_not_be_a_member_but_a_user,
            nothing_is_appended_to_what_is_not_there,
            old_and_new_messages_share_their_numbers,
            past_messages_are_found,
            somebody_is_brought_in_once,
            who_has_left_stays_out,
            only_users_who_may_are_brought_in,
        }
    };
}

fn past(scene: &Scene, sender: &Profile, text: &str, at: Instant) -> PastMessage {
    let nonce = Nonce::from_id(scene.ids.next());
    PastMessage { id: scene.ids.next(), sender: sender.id, nonce, content: builders::content(text), at }
}

async fn append(scene: &Scene, id: ConversationId, messages: &[PastMessage]) -> Vec<PastAppended> {
    scene.history_imports.append_past(id, messages.to_vec()).await.unwrap()
}

fn years_ago(scene: &Scene) -> Instant {
    scene.now() - TimeDelta::days(1_000)
}

/// The log has them with that time too, whatever it is.
pub async fn messages_are_appended_in_order_with_their_own_time(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let at = years_ago(&scene);
    let said = [
        past(&scene, &ann, "one @bob", at),
        past(&scene, &bob, "two", at + TimeDelta::microseconds(1)),
        past(&scene, &ann, "three", at),
    ];
    assert_eq!(append(&scene, id, &said).await, [PastAppended::New; 3]);
    let history = scene.history(id, &bob).await;
    let seen: Vec<_> = history
        .iter()
        .map(|message| (message.id, message.sender.id, message.content.clone().unwrap(), message.created_at))
        .collect();
    assert_eq!(seen, said.clone().map(|past| (past.id, past.sender, past.content, past.at)));
    assert_eq!(
        history.iter().map(|message| (message.seq, message.ordinal)).collect::<Vec<_>>(),
        [(3, 1), (4, 2), (5, 3)]
    );
    assert!(history.iter().all(|message| message.mentions.is_empty()));
    let created: Vec<_> = scene.log(id).await.into_iter().skip(2).collect();
    let stream = id.into();
    let events: Vec<_> = scene
        .history(id, &ann)
        .await
        .into_iter()
        .map(|message| Event {
            stream,
            seq: message.seq,
            at: message.created_at,
            body: EventBody::MessageCreated(message),
        })
        .collect();
    assert_eq!(created, events);
}

/// In that conversation or another, and twice in one act.
pub async fn what_is_known_is_left_alone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, other) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let (one, two) = (past(&scene, &ann, "one", scene.now()), past(&scene, &ann, "two", scene.now()));
    append(&scene, id, std::slice::from_ref(&one)).await;
    let again =
        PastMessage { nonce: Nonce::from_id(scene.ids.next()), content: builders::content("other"), ..one.clone() };
    let outcomes = append(&scene, id, &[again.clone(), two.clone(), two.clone()]).await;
    assert_eq!(outcomes, [PastAppended::Known, PastAppended::New, PastAppended::Known]);
    assert_eq!(append(&scene, other, &[again]).await, [PastAppended::Known]);
    assert_eq!(scene.history(id, &ann).await.len(), 2);
    assert_eq!(scene.log(other).await.len(), 1);
    let asked: Vec<MessageId> = vec![two.id, scene.ids.next(), one.id];
    let mut known = scene.history_imports.known_messages(asked).await.unwrap();
    known.sort();
    let mut both = vec![one.id, two.id];
    both.sort();
    assert_eq!(known, both);
}

/// Whoever had something unread too: it would be lost among the old.
pub async fn everybody_has_read_what_is_old(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.say(id, &ann, "new @bob").await;
    append(&scene, id, &[past(&scene, &ann, "a", scene.now()), past(&scene, &bob, "b", scene.now())]).await;
    for reader in [&ann, &bob] {
        let read = ReadState { ordinal: 3, unread: 0, mentions: 0 };
        assert_eq!(scene.read_state(id, reader).await, Some(read));
    }
    scene.say(id, &ann, "newer").await;
    assert_eq!(scene.read_state(id, &bob).await.unwrap().unread, 1);
    append(&scene, id, &[]).await;
    assert_eq!(scene.read_state(id, &bob).await.unwrap().unread, 1, "nothing came");
}

/// Lists keep their order.
pub async fn what_is_old_makes_no_conversation_older(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let last = scene.say(id, &ann, "new").await.created_at;
    append(&scene, id, &[past(&scene, &ann, "old", years_ago(&scene))]).await;
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_event_at, conversation.last_ordinal), (last, 2));
    let later = last + TimeDelta::days(1);
    append(&scene, id, &[past(&scene, &ann, "later", later)]).await;
    assert_eq!(scene.messaging.find_conversation(id).await.unwrap().unwrap().last_event_at, later);
}

/// Whoever has deleted their account says nothing more.
pub async fn a_sender_need_not_be_a_member_but_a_user(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, gone) = (scene.user("ann").await, scene.user("bob").await, scene.user("gone").await);
    let id = scene.group(&[&ann]).await;
    let deletion = builders::deletion(&scene.ids, gone.id, scene.later());
    scene.people.deletions.delete_account(deletion).await.unwrap();
    let nobody = builders::profile(&scene.new_user("nobody"));
    let said = [&bob, &gone, &nobody, &ann].map(|sender| past(&scene, sender, "hi", scene.now()));
    let outcomes = append(&scene, id, &said).await;
    use PastAppended::{New, UnknownSender};
    assert_eq!(outcomes, [New, UnknownSender, UnknownSender, New]);
    assert_eq!(scene.history(id, &ann).await.iter().map(|message| message.ordinal).collect::<Vec<_>>(), [1, 2]);
}

/// Whatever it is.
pub async fn nothing_is_appended_to_what_is_not_there(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let outcomes = append(&scene, scene.ids.next(), &[past(&scene, &ann, "hi", scene.now())]).await;
    assert_eq!(outcomes, [PastAppended::UnknownConversation]);
}

/// Without holes, while others talk.
pub async fn old_and_new_messages_share_their_numbers(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    at_once((0..12).map(|number| {
        let (imports, messaging) = (scene.history_imports.clone(), scene.messaging.clone());
        let old = [past(&scene, &ann, "old", scene.now()), past(&scene, &ann, "older", scene.now())].to_vec();
        let new = scene.new_message(id, &ann, "new");
        async move {
            if number % 2 == 0 {
                imports.append_past(id, old).await.map(|_| ()).unwrap();
            } else {
                messaging.append_message(new).await.map(|_| ()).unwrap();
            }
        }
    }))
    .await;
    let history = scene.history(id, &ann).await;
    assert_eq!(history.iter().map(|message| message.ordinal).collect::<Vec<_>>(), (1..=18).collect::<Vec<_>>());
    assert_eq!(history.iter().map(|message| message.seq).collect::<Vec<_>>(), (2..=19).collect::<Vec<_>>());
}

/// By what they say.
pub async fn past_messages_are_found(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let message = past(&scene, &ann, "a needle in the haystack", years_ago(&scene));
    append(&scene, id, std::slice::from_ref(&message)).await;
    let query = rialto_messaging::SearchQuery::parse("needle").unwrap();
    let found = scene.search.search_messages(ann.id, query, None, builders::limit(10)).await.unwrap();
    assert_eq!(found.items.iter().map(|found| found.id).collect::<Vec<_>>(), [message.id]);
}

/// With the time and the role that they have, as whoever is added.
pub async fn somebody_is_brought_in_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let new = scene.new_member(id, bob.id, MemberRole::Reader);
    assert_eq!(scene.history_imports.bring_in(new).await.unwrap(), BroughtIn::New);
    let member = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.joined_at), (MemberRole::Reader, new.at));
    let (log, personal) = (scene.log(id).await, scene.personal_log(&bob).await);
    assert_eq!(log.last().map(|event| event.body.clone()), Some(EventBody::MemberAdded(member.clone())));
    assert_eq!(personal.last().map(|event| event.body.clone()), Some(EventBody::ConversationEntered(id)));
    let again = scene.new_member(id, bob.id, MemberRole::Admin);
    assert_eq!(scene.history_imports.bring_in(again).await.unwrap(), BroughtIn::Known);
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), Some(member));
    assert_eq!(scene.log(id).await, log);
}

/// By themselves or not.
pub async fn who_has_left_stays_out(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.leave(id, &bob).await;
    let again = scene.new_member(id, bob.id, MemberRole::Member);
    assert_eq!(scene.history_imports.bring_in(again).await.unwrap(), BroughtIn::Known);
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), None);
}

/// The refusals of whoever adds a member.
pub async fn only_users_who_may_are_brought_in(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let nobody = scene.new_member(id, scene.ids.next(), MemberRole::Member);
    let refusal = scene.history_imports.bring_in(nobody).await.unwrap_err();
    assert!(matches!(refusal, AddMemberRefusal::UnknownUser), "{refusal}");
    let nowhere = scene.new_member(scene.ids.next(), bob.id, MemberRole::Member);
    let refusal = scene.history_imports.bring_in(nowhere).await.unwrap_err();
    assert!(matches!(refusal, AddMemberRefusal::UnknownConversation), "{refusal}");
}
