//! Every route, asked by everyone: who is let through, and that nobody else sees a word.

mod forgeries;
mod scopes;
mod stage;
mod table;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Backend, Server};
use stage::{CANARY, Stage};
use table::{Fresh, Row, rows};

/// Who asks, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Anonymous,
    Guest,
    Stranger,
    Reader,
    Member,
    Admin,
    Owner,
    /// Runs the server, and is in no conversation.
    ServerAdmin,
}

impl Role {
    pub const ALL: [Self; 8] = [
        Self::Anonymous,
        Self::Guest,
        Self::Stranger,
        Self::Reader,
        Self::Member,
        Self::Admin,
        Self::Owner,
        Self::ServerAdmin,
    ];

    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Anonymous | Self::Guest | Self::Stranger)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_may_what_the_table_says_and_strangers_never_see_a_word() {
    let server = Server::start(Backend::Sqlite).await;
    let mut stage = Stage::set_up(&server).await;
    let mut wrong = Vec::new();
    for row in rows() {
        if row.fresh == Fresh::PerRow {
            stage.change_scene().await;
        }
        for (role, expected) in Role::ALL.into_iter().zip(row.expected) {
            if row.fresh == Fresh::PerCell {
                stage.change_scene().await;
            }
            let (status, body) = stage.ask(&row, role).await;
            if status != expected {
                wrong.push(format!(
                    "{} {} as {role:?}: {status} instead of {expected}: {body:.200}",
                    row.method, row.path
                ));
            }
            let may_see = status < 400 && !role.is_outside();
            assert!(may_see || !body.contains(CANARY), "{} {} as {role:?}: {body}", row.method, row.path);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_route_is_missing_from_the_table() {
    let server = Server::start(Backend::Sqlite).await;
    let document: Value = reqwest::get(server.url("/api/v1/openapi.json")).await.unwrap().json().await.unwrap();
    let mut routes = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.insert((path.clone(), Method::from_bytes(method.to_uppercase().as_bytes()).unwrap().to_string()));
        }
    }
    let in_table: BTreeSet<_> = rows().iter().map(|row: &Row| (row.path.to_owned(), row.method.to_string())).collect();
    let missing: Vec<_> = routes.difference(&in_table).collect();
    assert!(missing.is_empty(), "say in the table who may do it: {missing:?}");
    let unknown: Vec<_> = in_table.difference(&routes).collect();
    assert!(unknown.is_empty(), "there is no such route: {unknown:?}");
}
