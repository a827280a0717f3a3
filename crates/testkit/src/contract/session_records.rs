//! What every [`SessionRecords`](rialto_identity::SessionRecords) promises.

use rialto_identity::SessionRecord;

use crate::{Scene, Stores, builders};

/// Runs the rules of [`SessionRecords`](rialto_identity::SessionRecords) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! session_records_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, session_records:
            all_sessions_of_a_user_are_listed,
        }
    };
}

/// One's own, ended or not, each once over the pages.
pub async fn all_sessions_of_a_user_are_listed(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let mut sessions = vec![ann.session.clone()];
    for _ in 0..4 {
        let session = builders::session(&scene.ids, ann.user.id, scene.later());
        let token = builders::refresh_token(&scene.ids, scene.now());
        scene.identity.insert_session(session.clone(), token).await.unwrap();
        sessions.push(session);
    }
    let ended_at = scene.later();
    scene.identity.revoke_session(sessions[2].id, ended_at).await.unwrap();
    sessions.sort_by_key(|session| session.id);
    let wanted: Vec<_> = sessions
        .iter()
        .map(|session| SessionRecord {
            id: session.id,
            device: session.device.clone(),
            created_at: session.created_at,
            ended_at: None,
        })
        .collect();
    let mut found = Vec::new();
    loop {
        let after = found.last().map(|record: &SessionRecord| record.id);
        let page = scene.people.sessions.list_session_records(ann.user.id, after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let ended: Vec<_> = found.iter().filter_map(|record| record.ended_at).collect();
    assert_eq!(ended, [ended_at]);
    found.iter_mut().for_each(|record| record.ended_at = None);
    assert_eq!(found, wanted);
    assert_eq!(scene.people.sessions.list_session_records(bob.user.id, None, 9).await.unwrap().len(), 1);
}
