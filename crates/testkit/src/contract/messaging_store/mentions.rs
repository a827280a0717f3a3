//! Whom a message mentions.

use rialto_messaging::{MemberRole, Mention, NewMessage, Profile, WantedMentions};

use crate::{Scene, Stores, builders};

fn user(user: &Profile) -> Mention {
    Mention::User { id: user.id, username: user.username.clone() }
}

/// Each once, in any letter case, in the answer, to others and in the log.
pub async fn a_message_mentions_members_in_the_order_of_its_text(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("Bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let said = scene.call(id, &ann, "@CID, @bob and @cid: hi").await;
    assert_eq!(said.mentions, [user(&cid), user(&bob)]);
    assert_eq!(scene.message(&said, &bob).await.mentions, said.mentions);
    assert_eq!(scene.history(id, &cid).await, std::slice::from_ref(&said));
    assert_eq!(scene.log(id).await[3].body, rialto_messaging::EventBody::MessageCreated(said));
}

/// Nor who is not in, nor whom nobody knows.
pub async fn nobody_mentions_themselves(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.call(id, &ann, "@ann @eve @nobody @bob").await;
    assert_eq!(said.mentions, [user(&bob)]);
    scene.add(id, &eve, MemberRole::Reader).await;
    assert_eq!(scene.message(&said, &ann).await.mentions, [user(&bob)], "who comes later was not mentioned");
    assert_eq!(scene.call(id, &ann, "@eve").await.mentions, [user(&eve)]);
}

/// Owners and admins do, and both users of a direct conversation; for others it is plain text.
pub async fn only_who_may_mentions_everyone(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let group = scene.group(&[&ann, &bob]).await;
    scene.add(group, &cid, MemberRole::Admin).await;
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let everyone = [Mention::All, Mention::Here];
    for (id, sender, wanted) in
        [(group, &ann, &everyone[..]), (group, &cid, &everyone), (group, &bob, &[]), (direct, &bob, &everyone)]
    {
        let mentions = WantedMentions { usernames: Vec::new(), all: true, here: Some(Vec::new()) };
        let said = scene.append(NewMessage { mentions, ..scene.new_message(id, sender, "@here @all") }).await;
        assert_eq!(said.mentions, wanted);
    }
}

/// Users first, then all, then those who are there; who is there is not named.
pub async fn groups_come_after_the_users(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let mentions = WantedMentions { usernames: vec!["cid".to_owned()], all: true, here: Some(vec![bob.id, ann.id]) };
    let said = scene.append(NewMessage { mentions, ..scene.new_message(id, &ann, "@here @all @cid") }).await;
    assert_eq!(said.mentions, [user(&cid), Mention::All, Mention::Here]);
    assert_eq!(scene.message(&said, &bob).await.mentions, said.mentions);
}

/// Those of the new text take the place of those of the old.
pub async fn an_edit_replaces_the_mentions(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let said = scene.call(id, &ann, "@bob @all").await;
    let edited = scene.edit(&said, "@cid @bob @here").await.value;
    assert_eq!(edited.mentions, [user(&cid), user(&bob), Mention::Here]);
    assert_eq!(scene.edit(&said, "nobody").await.value.mentions, []);
    scene.messaging.change_role(id, ann.id, bob.id, MemberRole::Admin, scene.later()).await.unwrap();
    let bobs = scene.call(id, &bob, "@all").await;
    scene.messaging.change_role(id, ann.id, bob.id, MemberRole::Member, scene.later()).await.unwrap();
    assert_eq!(scene.message(&bobs, &ann).await.mentions, [Mention::All], "what was allowed then stays");
    assert_eq!(scene.edit(&bobs, "@all again").await.value.mentions, []);
}

/// They stay mentioned where they were.
pub async fn who_left_stays_mentioned(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.call(id, &ann, "hi @bob").await;
    scene.leave(id, &bob).await;
    assert_eq!(scene.message(&said, &ann).await.mentions, [user(&bob)]);
    assert_eq!(scene.call(id, &ann, "bye @bob").await.mentions, []);
}

/// A name in letters that fold to the same is the same name.
pub async fn names_are_compared_in_folded_form(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, jorg) = (scene.user("ann").await, scene.user("Jörg").await);
    let id = scene.group(&[&ann, &jorg]).await;
    let mentions = builders::mentioning(&["JÖRG"]);
    let said = scene.append(NewMessage { mentions, ..scene.new_message(id, &ann, "hi") }).await;
    assert_eq!(said.mentions, [user(&jorg)]);
}
