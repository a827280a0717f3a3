//! Keeping order: reports, mutes, bans, slow mode, and what is written down of it.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::messaging::ReportOutcomeWord::{Dismissed, Resolved};
use rialto_client::wire::messaging::{ChangeConversationRequest, EventBodyView, MemberRoleWord, VisibilityWord};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{message, next_event, stream};
use crate::support::problem::{problem, refused};
use crate::support::{Backend, Scene, code, on_every_database};

on_every_database!(a_report_keeps_what_was_said_and_waits_for_a_decision, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, eve, room, .. } = &scene;
    let said = bob.say(*room, "buy now!!").await.id;
    let report = carol.rest.report(said, "spam").await.unwrap();
    assert_eq!((report.message_id, report.sender.id, report.reporter.id), (said, bob.id(), carol.id()));
    assert_eq!((report.content.as_deref(), report.reason.as_str(), report.outcome), (Some("buy now!!"), "spam", None));
    assert_eq!(carol.rest.report(said, "again").await.unwrap(), report, "one open report each");
    bob.rest.edit(said, "good morning").await.unwrap();
    bob.rest.delete(said).await.unwrap();

    assert_eq!(ann.rest.reports(false).await.unwrap().items, std::slice::from_ref(&report));
    for outsider in [bob, carol, eve] {
        assert_eq!(outsider.rest.reports(false).await.unwrap().items, []);
        assert_eq!(code(outsider.rest.close_report(report.id, Resolved).await), "report_not_found");
    }
    let closed = ann.rest.close_report(report.id, Resolved).await.unwrap();
    assert_eq!((closed.outcome, closed.closed_by, closed.content), (Some(Resolved), Some(ann.id()), report.content));
    assert_eq!(ann.rest.close_report(report.id, Dismissed).await.unwrap().outcome, Some(Resolved), "closed once");
    assert_eq!(ann.rest.reports(false).await.unwrap().items, []);
    assert_eq!(ann.rest.reports(true).await.unwrap().items[0].id, report.id);
    let audit = ann.rest.audit(*room).await.unwrap().items;
    assert_eq!((audit[0].action.as_str(), audit[0].detail.as_str()), ("report.closed", "resolved"));
    assert_eq!(code(eve.rest.report(said, "").await), "message_not_found");
});

on_every_database!(a_muted_member_reads_and_is_silent_until_the_end_of_it, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, room, .. } = &scene;
    let own = bob.say(*room, "before").await.id;
    let (mut socket, _) = carol.connect().await;
    let muted = ann.rest.mute(*room, bob.id(), 3_600).await.unwrap();
    assert!(muted.muted_until.is_some());
    let EventBodyView::MemberMuteChanged(heard) = next_event(&mut socket, *room).await.body else { panic!() };
    assert_eq!((heard.user.id, heard.muted_until), (bob.id(), muted.muted_until));
    assert_eq!(code(bob.rest.send(*room, &message("x")).await), "muted");
    assert_eq!(code(bob.rest.edit(own, "x").await), "muted");
    assert_eq!(code(bob.rest.react(own, "👍").await), "muted");
    bob.rest.messages(*room, "").await.unwrap();
    assert_eq!(ann.rest.unmute(*room, bob.id()).await.unwrap().muted_until, None);
    bob.say(*room, "after").await;
    ann.rest.mute(*room, bob.id(), 1).await.unwrap();
    assert_eq!(code(bob.rest.send(*room, &message("x")).await), "muted");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    bob.say(*room, "a second later").await;

    assert_eq!(code(bob.rest.mute(*room, carol.id(), 60).await), "role_too_low");
    assert_eq!(code(ann.rest.mute(*room, scene.eve.id(), 60).await), "member_not_found");
    ann.rest.change_role(*room, bob.id(), MemberRoleWord::Admin).await.unwrap();
    assert_eq!(code(bob.rest.mute(*room, ann.id(), 60).await), "role_too_low");
});

on_every_database!(a_banned_user_is_out_at_once_and_stays_out, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, eve, .. } = &scene;
    let news = ann.start_channel("news", VisibilityWord::Public).await.id;
    bob.rest.join(news).await.unwrap();
    let (mut socket, _) = bob.connect().await;
    ann.rest.ban(news, bob.id(), "spam").await.unwrap();
    let last = next_event(&mut socket, news).await.body;
    assert!(matches!(&last, EventBodyView::MemberRemoved { user } if user.id == bob.id()), "{last:?}");
    assert_eq!(code(bob.rest.send(news, &message("x")).await), "not_a_member");
    assert_eq!(code(bob.rest.join(news).await), "banned");
    assert_eq!(code(ann.rest.add_member(news, bob.id()).await), "banned");
    assert!(!bob.connect().await.1.streams.contains_key(&stream(news)));
    // One may be kept out before one has ever come.
    ann.rest.ban(news, eve.id(), "").await.unwrap();
    ann.rest.ban(news, eve.id(), "said again").await.unwrap();
    assert_eq!(code(eve.rest.join(news).await), "banned");
    let bans = ann.rest.bans(news).await.unwrap().items;
    let mut listed: Vec<_> = bans.iter().map(|ban| (ban.user.username.as_str(), ban.reason.as_str())).collect();
    listed.sort_unstable();
    assert_eq!(listed, [("bob", "spam"), ("eve", "")]);
    assert_eq!(code(carol.rest.bans(news).await), "not_a_member");
    carol.rest.join(news).await.unwrap();
    assert_eq!(code(carol.rest.bans(news).await), "role_too_low");
    assert_eq!(code(carol.rest.ban(news, ann.id(), "").await), "role_too_low");
    assert_eq!(code(ann.rest.ban(news, Uuid::nil(), "").await), "member_not_found");

    ann.rest.lift_ban(news, bob.id()).await.unwrap();
    ann.rest.lift_ban(news, bob.id()).await.unwrap();
    bob.rest.join(news).await.unwrap();
});

on_every_database!(slow_mode_makes_members_wait_and_says_how_long, async |backend| {
    let scene = Scene::start(backend).await;
    let slow = ChangeConversationRequest { slowmode_s: Some(3_600), ..Default::default() };
    scene.ann.rest.change_conversation(scene.room, &slow).await.unwrap();
    scene.bob.say(scene.room, "first").await;
    let path = format!("conversations/{}/messages", scene.room);
    let refusal =
        scene.bob.rest.request(Method::POST, &path).json(&json!({ "content": "second" })).send().await.unwrap();
    assert_eq!(refusal.status(), 429);
    let wait: u64 = refusal.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    assert_eq!(code(scene.bob.rest.send(scene.room, &message("second")).await), "slow_mode");
    scene.carol.say(scene.room, "my first").await;
    for n in 0..2 {
        scene.ann.say(scene.room, &format!("{n}: who keeps order does not wait")).await;
    }
});

on_every_database!(every_decision_over_others_is_written_down, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, eve, room, .. } = &scene;
    let said = bob.say(*room, "x").await.id;
    ann.rest.mute(*room, bob.id(), 60).await.unwrap();
    ann.rest.unmute(*room, bob.id()).await.unwrap();
    ann.rest.unmute(*room, bob.id()).await.unwrap();
    ann.rest.delete(said).await.unwrap();
    ann.rest.remove_member(*room, carol.id()).await.unwrap();
    ann.rest.ban(*room, bob.id(), "enough").await.unwrap();
    ann.rest.lift_ban(*room, bob.id()).await.unwrap();
    let audit = ann.rest.audit(*room).await.unwrap().items;
    let mut actions: Vec<_> = audit.iter().map(|entry| (entry.action.as_str(), entry.user_id)).collect();
    actions.reverse();
    actions.retain(|(action, _)| *action != "message.deleted");
    let expected = [
        ("member.muted", bob),
        ("member.unmuted", bob),
        ("member.removed", carol),
        ("user.banned", bob),
        ("user.unbanned", bob),
    ];
    assert_eq!(actions, expected.map(|(action, whom)| (action, Some(whom.id()))));
    assert!(audit.iter().all(|entry| entry.actor.id == ann.id()));
    assert_eq!(audit.iter().find(|entry| entry.action == "user.banned").unwrap().detail, "enough");
    assert_eq!(code(eve.rest.audit(*room).await), "conversation_not_found");
});

#[tokio::test]
async fn bad_decisions_are_refused_by_field() {
    let scene = Scene::start(Backend::Sqlite).await;
    let said = scene.bob.say(scene.room, "x").await.id;
    let report = scene.carol.rest.report(said, "").await.unwrap().id;
    let (room, bob) = (scene.room, scene.bob.id());
    let ask = |method: Method, path: String, body: Value| scene.ann.rest.request(method, &path).json(&body);
    for (method, path, body, field, code) in [
        (Method::PUT, format!("conversations/{room}/mutes/{bob}"), json!({ "seconds": 0 }), "seconds", "out_of_range"),
        (
            Method::PUT,
            format!("conversations/{room}/mutes/{bob}"),
            json!({ "seconds": 31_536_001 }),
            "seconds",
            "out_of_range",
        ),
        (Method::PUT, format!("conversations/{room}/mutes/{bob}"), json!({ "seconds": "1h" }), "seconds", "wrong_type"),
        (Method::PUT, format!("conversations/{room}/mutes/{bob}"), json!({}), "seconds", "missing_field"),
        (
            Method::PUT,
            format!("conversations/{room}/bans/{bob}"),
            json!({ "reason": "r".repeat(501) }),
            "reason",
            "too_long",
        ),
        (
            Method::PUT,
            format!("conversations/{room}/bans/{bob}"),
            json!({ "reason": "a\u{0}b" }),
            "reason",
            "invalid_character",
        ),
        (Method::PUT, format!("conversations/{room}/bans/{bob}"), json!({ "days": 3 }), "days", "unknown_field"),
        (Method::POST, format!("messages/{said}/report"), json!({ "reason": 7 }), "reason", "wrong_type"),
        (Method::PATCH, format!("moderation/reports/{report}"), json!({ "outcome": "maybe" }), "outcome", "wrong_type"),
        (Method::PATCH, format!("moderation/reports/{report}"), json!({}), "outcome", "missing_field"),
    ] {
        let refusal = problem(ask(method, path.clone(), body.clone())).await;
        assert_eq!(refusal, refused(422, "invalid_body", &[(field, code)]), "{path} {body}");
    }
    for (method, path, code) in [
        (Method::PATCH, "moderation/reports/nonsense".to_owned(), "report_not_found"),
        (Method::PATCH, format!("moderation/reports/{}", Uuid::nil()), "report_not_found"),
        (Method::PUT, format!("conversations/{room}/bans/nonsense"), "member_not_found"),
        (Method::POST, "messages/nonsense/report".to_owned(), "message_not_found"),
    ] {
        let body = if path.starts_with("moderation") { json!({ "outcome": "resolved" }) } else { json!({}) };
        assert_eq!(problem(ask(method, path.clone(), body)).await, refused(404, code, &[]), "{path}");
    }
    let query = scene.ann.rest.request(Method::GET, "moderation/reports?closed=perhaps");
    assert_eq!(problem(query).await, refused(400, "invalid_query", &[("closed", "wrong_type")]));
}
