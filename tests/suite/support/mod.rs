//! What the tests share: a server, people, and what they are told.

pub mod lossy;
pub mod mail;
pub mod people;
pub mod problem;
pub mod scene;
pub mod server;

pub use people::{Person, direct, lobby, run};
pub use problem::code;
pub use scene::Scene;
pub use server::{Backend, PLENTY, Server};

/// Stamps a test out for SQLite and PostgreSQL: `on_every_database!(name, async |backend| { … })` makes
/// `name::sqlite` and `name::postgres`.
macro_rules! on_every_database {
    ($(#[$doc:meta])* $name:ident, $body:expr) => {
        $(#[$doc])*
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let body = $body;
                body($crate::support::Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let body = $body;
                body($crate::support::Backend::Postgres).await;
            }
        }
    };
}

pub(crate) use on_every_database;
