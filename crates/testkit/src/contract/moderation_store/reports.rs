//! Messages that somebody finds wrong.

use std::sync::Arc;

use rialto_kernel::{Cursor, MessageId, ReportId};
use rialto_messaging::{Actor, AuditAction, MemberRole, Message, Profile, Report, ReportClosed, ReportOutcome};
use uuid::Uuid;

use super::super::concurrency::at_once;
use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn try_report(scene: &Scene, message: MessageId, by: &Profile) -> Option<Report> {
    let reason = builders::reason("wrong");
    scene.moderation.insert_report(scene.ids.next(), message, by.id, reason, scene.later()).await.unwrap()
}

async fn report(scene: &Scene, message: &Message, by: &Profile) -> Report {
    try_report(scene, message.id, by).await.unwrap()
}

async fn listed(scene: &Scene, reader: Actor, open: bool, per_page: u64) -> Vec<Report> {
    all_pages(|after| scene.moderation.list_reports(reader, open, after, builders::limit(per_page))).await
}

fn server_admin(user: &Profile) -> Actor {
    Actor { is_admin: true, ..builders::actor(user.id) }
}

/// Every field; neither edit nor deletion takes from it.
pub async fn a_report_keeps_what_the_message_said(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &bob, "one").await;
    scene.edit(&said, "two").await;
    let report_id: ReportId = scene.ids.next();
    let at = scene.clock.advance(chrono::TimeDelta::microseconds(7));
    let reason = builders::reason("“wrong”\n💥");
    let insert = scene.moderation.insert_report(report_id, said.id, ann.id, reason.clone(), at);
    let wanted = Report {
        id: report_id,
        conversation_id: id,
        message_id: said.id,
        sender: bob.clone(),
        content: Some(builders::content("two")),
        reporter: ann.clone(),
        reason,
        created_at: at,
        closed: None,
    };
    assert_eq!(insert.await.unwrap(), Some(wanted.clone()));
    scene.edit(&said, "three").await;
    assert_eq!(listed(&scene, builders::actor(ann.id), true, 5).await, std::slice::from_ref(&wanted));
    scene.delete(&said, &bob).await;
    assert_eq!(listed(&scene, builders::actor(ann.id), true, 5).await, [wanted]);
    assert_eq!(report(&scene, &said, &bob).await.content, None, "a tombstone has nothing left to keep");
    assert_eq!(scene.log(id).await.len(), 6, "nothing of it is in the log");
}

/// While the first is open; somebody else has their own, and after it is closed there may be another.
pub async fn an_open_report_is_not_made_twice(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let (said, other) = (scene.say(id, &ann, "hi").await, scene.say(id, &ann, "hi").await);
    let first = report(&scene, &said, &bob).await;
    assert_eq!(report(&scene, &said, &bob).await, first);
    assert_ne!(report(&scene, &said, &ann).await.id, first.id);
    assert_ne!(report(&scene, &other, &bob).await.id, first.id);
    let by = builders::actor(ann.id);
    scene.moderation.close_report(first.id, by, ReportOutcome::Dismissed, scene.later()).await.unwrap();
    assert_ne!(report(&scene, &said, &bob).await.id, first.id);
    assert_eq!(listed(&scene, by, true, 9).await.len(), 3);
}

/// One is stored, the others get it.
pub async fn of_many_equal_reports_at_once_one_is_made(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    let reports = at_once((0..8).map(|_| {
        let (scene, said, bob) = (scene.clone(), said.clone(), bob.clone());
        async move { report(&scene, &said, &bob).await }
    }))
    .await;
    assert_eq!(listed(&scene, builders::actor(ann.id), true, 9).await.len(), 1);
    assert!(reports.iter().all(|report| *report == reports[0]), "{reports:?}");
}

/// Who never was in, who left, and about a message that is not.
pub async fn who_is_not_in_reports_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Member)]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.leave(id, &bob).await;
    assert_eq!(try_report(&scene, said.id, &eve).await, None);
    assert_eq!(try_report(&scene, said.id, &bob).await, None);
    assert_eq!(try_report(&scene, scene.ids.next(), &ann).await, None);
    assert_eq!(listed(&scene, builders::actor(ann.id), true, 5).await, []);
}

/// Those who moderate the conversation, and admins of the server everywhere, between two users too.
pub async fn reports_are_for_those_who_keep_order(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let root = scene.user("root").await;
    let group = scene.group(&[&ann, &bob]).await;
    scene.add(group, &cid, MemberRole::Admin).await;
    let other = scene.group(&[&bob, &ann]).await;
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let mut reports = Vec::new();
    for id in [group, other, direct] {
        let said = scene.say(id, &bob, "hi").await;
        reports.push(report(&scene, &said, &ann).await);
    }
    let [in_group, in_other, in_direct] = <[Report; 3]>::try_from(reports).unwrap();
    for reader in [&ann, &cid] {
        assert_eq!(listed(&scene, builders::actor(reader.id), true, 5).await, std::slice::from_ref(&in_group));
    }
    assert_eq!(listed(&scene, builders::actor(bob.id), true, 5).await, std::slice::from_ref(&in_other));
    assert_eq!(listed(&scene, builders::actor(root.id), true, 5).await, []);
    let all = [in_direct.clone(), in_other.clone(), in_group.clone()];
    assert_eq!(listed(&scene, server_admin(&root), true, 5).await, all);
    let close = async |report: &Report, by: Actor| {
        scene.moderation.close_report(report.id, by, ReportOutcome::Resolved, scene.later()).await.unwrap()
    };
    for (report, by) in [(&in_other, &ann), (&in_group, &bob), (&in_direct, &ann), (&in_group, &root)] {
        assert_eq!(close(report, builders::actor(by.id)).await, None);
    }
    assert!(close(&in_group, builders::actor(cid.id)).await.is_some());
    assert!(close(&in_direct, server_admin(&root)).await.is_some());
    scene.leave(group, &cid).await;
    assert_eq!(listed(&scene, builders::actor(cid.id), false, 5).await, []);
}

/// By whom, when and which way; then it is among the closed ones, and closing it again changes nothing.
pub async fn a_report_is_closed_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &bob, "hi").await;
    let open = report(&scene, &said, &bob).await;
    let by = builders::actor(ann.id);
    let close = async |outcome| scene.moderation.close_report(open.id, by, outcome, scene.later()).await.unwrap();
    let closed = close(ReportOutcome::Resolved).await.unwrap();
    let how = ReportClosed { outcome: ReportOutcome::Resolved, by: ann.id, at: scene.now() };
    assert_eq!(closed, Report { closed: Some(how), ..open.clone() });
    assert_eq!(close(ReportOutcome::Dismissed).await, Some(closed.clone()));
    assert_eq!(listed(&scene, by, true, 5).await, []);
    assert_eq!(listed(&scene, by, false, 5).await, [closed]);
    let unknown: ReportId = scene.ids.next();
    let outcome = scene.moderation.close_report(unknown, by, ReportOutcome::Resolved, scene.later()).await.unwrap();
    assert_eq!(outcome, None);
    let audit = scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items;
    assert_eq!(audit.len(), 1);
    assert_eq!((audit[0].action, &audit[0].actor, &*audit[0].detail), (AuditAction::ReportClosed, &ann, "resolved"));
    assert_eq!((audit[0].user_id, audit[0].message_id), (Some(bob.id), Some(said.id)));
}

/// Equal times by id downwards, in pages of any length.
pub async fn the_newest_report_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let (early, late) = (scene.later(), scene.later());
    let mut reports = Vec::new();
    for (number, at) in [(1_u128 << 127, early), (1, early), (255, late), ((1 << 127) - 1, late), (u128::MAX, early)] {
        let (said, report_id) = (scene.say(id, &ann, "hi").await, ReportId::from(Uuid::from_u128(number)));
        let reason = builders::reason("");
        scene.moderation.insert_report(report_id, said.id, ann.id, reason, at).await.unwrap();
        reports.push((at, report_id));
    }
    reports.sort();
    reports.reverse();
    let by = builders::actor(ann.id);
    for per_page in 1..=6 {
        let seen: Vec<_> =
            listed(&scene, by, true, per_page).await.into_iter().map(|report| (report.created_at, report.id)).collect();
        assert_eq!(seen, reports, "{per_page} per page");
    }
    let page = scene.moderation.list_reports(by, true, None, builders::limit(5)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (5, None));
    for text in NONSENSE_CURSORS {
        let page = scene.moderation.list_reports(by, true, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![], None), "{text:?}");
    }
}

/// For the admins of the server: there is nobody else left to decide.
pub async fn reports_outlive_their_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, root) = (scene.user("ann").await, scene.user("root").await);
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let kept = report(&scene, &said, &ann).await;
    scene.messaging.delete_conversation(id, builders::actor(ann.id), scene.later()).await.unwrap();
    assert_eq!(listed(&scene, builders::actor(ann.id), true, 5).await, []);
    assert_eq!(listed(&scene, server_admin(&root), true, 5).await, std::slice::from_ref(&kept));
    let (by, outcome) = (server_admin(&root), ReportOutcome::Resolved);
    let closed = scene.moderation.close_report(kept.id, by, outcome, scene.later()).await.unwrap();
    assert!(closed.is_some_and(|report| report.closed.is_some()));
}
