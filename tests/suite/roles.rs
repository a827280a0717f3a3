//! Who may what in a conversation, and how that changes hands.

use reqwest::Method;
use rialto_client::wire::messaging::MemberRoleWord::{Admin, Member, Owner, Reader};
use rialto_client::wire::messaging::{ChangeConversationRequest, EventBodyView};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{direct, message, next_event};
use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Scene, code, lobby, on_every_database};

async fn role(person: &Person, room: Uuid) -> Option<String> {
    person.rest.conversation(room).await.unwrap().role
}

on_every_database!(roles_are_given_below_ones_own_and_everyone_hears, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, eve, room, .. } = &scene;
    let (mut socket, _) = carol.connect().await;
    assert_eq!(ann.rest.change_role(*room, bob.id(), Admin).await.unwrap().role, "admin");
    let EventBodyView::MemberRoleChanged(heard) = next_event(&mut socket, *room).await.body else { panic!() };
    assert_eq!((heard.user.id, heard.role.as_str()), (bob.id(), "admin"));
    bob.rest.change_role(*room, carol.id(), Reader).await.unwrap();
    assert_eq!(role(carol, *room).await.as_deref(), Some("reader"));

    for (by, of, to) in [(bob, carol, Admin), (bob, ann, Member), (bob, bob, Member), (carol, carol, Member)] {
        assert_eq!(code(by.rest.change_role(*room, of.id(), to).await), "role_too_low", "{to:?}");
    }
    assert_eq!(code(ann.rest.change_role(*room, eve.id(), Member).await), "member_not_found");
    assert_eq!(code(eve.rest.change_role(*room, bob.id(), Member).await), "conversation_not_found");
    let audit = ann.rest.audit(*room).await.unwrap().items;
    let written: Vec<_> = audit.iter().map(|entry| (entry.action.as_str(), entry.detail.as_str())).collect();
    assert_eq!(written, [("member.role_changed", "reader"), ("member.role_changed", "admin")]);
});

on_every_database!(a_reader_reads_and_does_nothing_else, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    let own = bob.say(*room, "mine").await.id;
    ann.rest.change_role(*room, bob.id(), Reader).await.unwrap();
    assert_eq!(code(bob.rest.send(*room, &message("x")).await), "read_only");
    assert_eq!(code(bob.rest.edit(own, "x").await), "read_only");
    assert_eq!(code(bob.rest.react(own, "👍").await), "read_only");
    assert_eq!(bob.rest.messages(*room, "").await.unwrap().items.len(), 1);
    bob.read(*room, 1).await;
    bob.rest.report(own, "").await.unwrap();
    // To take one's own words back is not to write.
    bob.rest.delete(own).await.unwrap();
    ann.rest.change_role(*room, bob.id(), Member).await.unwrap();
    bob.say(*room, "again").await;
});

on_every_database!(ownership_is_handed_over_whole, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, room, .. } = &scene;
    let at = scene.last_seq().await;
    assert_eq!(code(bob.rest.change_role(*room, bob.id(), Owner).await), "role_too_low");
    assert_eq!(ann.rest.change_role(*room, bob.id(), Owner).await.unwrap().role, "owner");
    assert_eq!(role(ann, *room).await.as_deref(), Some("admin"));
    assert_eq!(scene.events_after(at).await, ["member.role_changed"; 2]);
    let log = carol.rest.events(*room, at, 10).await.unwrap().items;
    let EventBodyView::MemberRoleChanged(first) = &log[0].body else { panic!() };
    assert_eq!(first.user.id, ann.id(), "at no moment are there two owners");
    assert_eq!(code(ann.rest.change_role(*room, carol.id(), Owner).await), "role_too_low");
    // Who handed it over may go; who got it may not.
    assert_eq!(code(bob.rest.leave(*room).await), "owner_must_stay");
    ann.rest.leave(*room).await.unwrap();
});

on_every_database!(there_is_one_owner_whoever_hands_over_at_once, async |backend| {
    let scene = Scene::start(backend).await;
    let hand_over = |to: Uuid| {
        let (rest, room) = (scene.ann.rest.clone(), scene.room);
        tokio::spawn(async move { rest.change_role(room, to, Owner).await.is_ok() })
    };
    let both = [hand_over(scene.bob.id()), hand_over(scene.carol.id())];
    let mut done = 0;
    for one in both {
        done += usize::from(one.await.unwrap());
    }
    assert_eq!(done, 1);
    let members = scene.ann.rest.members(scene.room).await.unwrap().items;
    assert_eq!(members.iter().filter(|member| member.role == "owner").count(), 1);
});

on_every_database!(admins_run_a_group_and_its_owner_decides_over_it, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, eve, room, .. } = &scene;
    ann.rest.change_role(*room, bob.id(), Admin).await.unwrap();
    bob.rest.add_member(*room, eve.id()).await.unwrap();
    let named = ChangeConversationRequest { name: Some("den".into()), ..Default::default() };
    let archived = ChangeConversationRequest { archived: Some(true), ..Default::default() };
    assert_eq!(code(carol.rest.change_conversation(*room, &named).await), "role_too_low");
    bob.rest.change_conversation(*room, &named).await.unwrap();
    assert_eq!(code(bob.rest.change_conversation(*room, &archived).await), "role_too_low");
    assert_eq!(code(bob.rest.delete_conversation(*room).await), "role_too_low");
    assert_eq!(code(bob.rest.remove_member(*room, ann.id()).await), "role_too_low");
    bob.rest.remove_member(*room, carol.id()).await.unwrap();
});

on_every_database!(nobody_rules_between_two_or_in_the_lobby, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, .. } = &scene;
    let pair = ann.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    for (place, to, refusal) in [
        (pair, Reader, "role_too_low"),
        (pair, Owner, "role_too_low"),
        (lobby(), Reader, "role_too_low"),
        (lobby(), Owner, "conversation_permanent"),
    ] {
        assert_eq!(code(ann.rest.change_role(place, bob.id(), to).await), refusal, "{to:?}");
    }
    assert_eq!(code(ann.rest.mute(pair, bob.id(), 60).await), "role_too_low");
    assert_eq!(code(ann.rest.ban(lobby(), bob.id(), "").await), "role_too_low");
});

#[tokio::test]
async fn bad_roles_are_refused() {
    let scene = Scene::start(Backend::Sqlite).await;
    let change = |user: &str, body: Value| {
        let path = format!("conversations/{}/members/{user}", scene.room);
        scene.ann.rest.request(Method::PATCH, &path).json(&body)
    };
    let bob = scene.bob.id().to_string();
    for (body, field, code) in [
        (json!({ "role": "king" }), "role", "wrong_type"),
        (json!({ "role": 7 }), "role", "wrong_type"),
        (json!({}), "role", "missing_field"),
        (json!({ "role": "admin", "until": 1 }), "until", "unknown_field"),
    ] {
        assert_eq!(problem(change(&bob, body.clone())).await, refused(422, "invalid_body", &[(field, code)]), "{body}");
    }
    let good = json!({ "role": "admin" });
    assert_eq!(problem(change("nonsense", good.clone())).await, refused(404, "member_not_found", &[]));
    assert_eq!(problem(change(&Uuid::nil().to_string(), good)).await, refused(404, "member_not_found", &[]));
}
