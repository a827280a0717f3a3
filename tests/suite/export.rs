//! What people take along.

use reqwest::Method;
use rialto_client::wire::alerts::CreateAlertRequest;
use rialto_client::wire::identity::ExportView;

use crate::support::people::direct;
use crate::support::{Scene, on_every_database};

on_every_database!(an_export_holds_all_that_is_ones_own_and_nothing_of_others, async |backend| {
    let scene = Scene::start(backend).await;
    let (ann, bob) = (&scene.ann, &scene.bob);
    let talk = ann.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    for number in 0..230 {
        ann.say(talk, &format!("mine {number}")).await;
    }
    let edited = ann.say(scene.room, "first").await;
    ann.rest.edit(edited.id, "second").await.unwrap();
    let gone = ann.say(scene.room, "oops").await;
    ann.rest.delete(gone.id).await.unwrap();
    let others = bob.say(talk, "not yours").await;
    ann.rest.react(others.id, "👍").await.unwrap();
    ann.rest.block(bob.id()).await.unwrap();
    for coin in ["solana", "bitcoin"] {
        ann.rest.watch(coin).await.unwrap();
    }
    bob.rest.watch("dogecoin").await.unwrap();
    let mut alerts = Vec::new();
    for number in 0..60 {
        let wish = CreateAlertRequest {
            kind: "above".to_owned(),
            asset_id: "bitcoin".to_owned(),
            threshold: (1_000_000_000 + number).to_string(),
            ..CreateAlertRequest::default()
        };
        alerts.push(ann.rest.create_alert(&wish).await.unwrap());
        if number == 0 {
            let note = Some("for nobody else".to_owned());
            bob.rest.create_alert(&CreateAlertRequest { note, ..wish }).await.unwrap();
        }
    }
    alerts.reverse();

    let response = ann.rest.request(Method::GET, "users/me/export").send().await.unwrap();
    assert_eq!(response.status(), 200);
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let text = response.text().await.unwrap();
    let export: ExportView = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:.500}"));
    assert_eq!(export.format, "rialto.export.v1");
    assert_eq!(export.user.email.as_deref(), Some("ann@example.org"));
    assert_eq!(export.sessions.len(), 1);
    assert_eq!(export.blocks[0].user.id, bob.id());
    assert_eq!(export.conversations.len(), 3);
    assert!(export.conversations.iter().all(|conversation| conversation.joined_at.is_some()));
    assert_eq!(export.messages.len(), 231);
    let second = export.messages.iter().find(|item| item.message.id == edited.id).unwrap();
    assert_eq!(second.message.content.as_deref(), Some("second"));
    assert_eq!(second.revisions.iter().map(|revision| revision.content.as_str()).collect::<Vec<_>>(), ["first"]);
    assert_eq!(export.reactions.len(), 1);
    assert_eq!(export.reactions[0].message_id, others.id);
    assert_eq!(export.watchlist, ["solana", "bitcoin"]);
    assert_eq!(export.alerts, alerts);
    assert!(!text.contains("dogecoin") && !text.contains("for nobody else"));
    assert!(!text.contains("not yours") && !text.contains("correct horse"));
});
