//! The contract suites of all store ports, over a file in a temporary directory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use rialto_adapter_sqlite::{
    SqliteAlertStore, SqliteDatabase, SqliteDeliveryBook, SqliteIdentityStore, SqliteMessagingStore, SqliteNumberBook,
    SqliteOptions, SqlitePortfolioStore,
};
use rialto_testkit::contract::alert_store::Alerts;
use rialto_testkit::contract::delivery_book::Deliveries;
use rialto_testkit::contract::number_book::Book;
use rialto_testkit::{PriceStores, Stores};

async fn stores() -> Stores {
    let directory = tempfile::tempdir().unwrap();
    let database = SqliteDatabase::open(&directory.path().join("rialto.db"), SqliteOptions::default()).unwrap();
    let identity = Arc::new(SqliteIdentityStore::new(database.clone()));
    Stores::new(identity, Arc::new(SqliteMessagingStore::new(database)), directory)
}

async fn price_stores() -> PriceStores {
    let directory = tempfile::tempdir().unwrap();
    let database = SqliteDatabase::open(&directory.path().join("rialto.db"), SqliteOptions::default()).unwrap();
    let identity = Arc::new(SqliteIdentityStore::new(database.clone()));
    PriceStores::new(identity, Arc::new(SqlitePortfolioStore::new(database)), directory)
}

async fn number_book() -> Book {
    let directory = tempfile::tempdir().unwrap();
    let database = SqliteDatabase::open(&directory.path().join("rialto.db"), SqliteOptions::default()).unwrap();
    Book::new(SqliteNumberBook::new(database), directory)
}

async fn alerts() -> Alerts {
    let directory = tempfile::tempdir().unwrap();
    let database = SqliteDatabase::open(&directory.path().join("rialto.db"), SqliteOptions::default()).unwrap();
    let identity = Arc::new(SqliteIdentityStore::new(database.clone()));
    let alerts = Arc::new(SqliteAlertStore::new(database.clone()));
    Alerts { alerts, stores: Stores::new(identity, Arc::new(SqliteMessagingStore::new(database)), directory) }
}

async fn deliveries() -> Deliveries {
    let directory = tempfile::tempdir().unwrap();
    let database = SqliteDatabase::open(&directory.path().join("rialto.db"), SqliteOptions::default()).unwrap();
    let identity = Arc::new(SqliteIdentityStore::new(database.clone()));
    let book = Arc::new(SqliteDeliveryBook::new(database.clone()));
    Deliveries { book, stores: Stores::new(identity, Arc::new(SqliteMessagingStore::new(database)), directory) }
}

mod identity_store {
    rialto_testkit::identity_store_contract!(sqlite, crate::stores);
}

mod known_addresses {
    rialto_testkit::known_addresses_contract!(sqlite, crate::stores);
}

mod session_store {
    rialto_testkit::session_store_contract!(sqlite, crate::stores);
}

mod password_store {
    rialto_testkit::password_store_contract!(sqlite, crate::stores);
}

mod account_admin {
    rialto_testkit::account_admin_contract!(sqlite, crate::stores);
}

mod api_token_store {
    rialto_testkit::api_token_store_contract!(sqlite, crate::stores);
}

mod invitation_store {
    rialto_testkit::invitation_store_contract!(sqlite, crate::stores);
}

mod security_log {
    rialto_testkit::security_log_contract!(sqlite, crate::stores);
}

mod session_watch {
    rialto_testkit::session_watch_contract!(sqlite, crate::stores);
}

mod setup_store {
    rialto_testkit::setup_store_contract!(sqlite, crate::stores);
}

mod totp_store {
    rialto_testkit::totp_store_contract!(sqlite, crate::stores);
}

mod messaging_figures {
    rialto_testkit::messaging_figures_contract!(sqlite, crate::stores);
}

mod messaging_store {
    rialto_testkit::messaging_store_contract!(sqlite, crate::stores);
}

mod message_changes {
    rialto_testkit::message_changes_contract!(sqlite, crate::stores);
}

mod read_pointers {
    rialto_testkit::read_pointers_contract!(sqlite, crate::stores);
}

mod moderation_store {
    rialto_testkit::moderation_store_contract!(sqlite, crate::stores);
}

mod message_search {
    rialto_testkit::message_search_contract!(sqlite, crate::stores);
}

mod convergence {
    rialto_testkit::convergence_contract!(sqlite, crate::stores);
}

mod profile_store {
    rialto_testkit::profile_store_contract!(sqlite, crate::stores);
}

mod block_store {
    rialto_testkit::block_store_contract!(sqlite, crate::stores);
}

mod account_deletions {
    rialto_testkit::account_deletions_contract!(sqlite, crate::stores);
}

mod session_records {
    rialto_testkit::session_records_contract!(sqlite, crate::stores);
}

mod discretion {
    rialto_testkit::discretion_contract!(sqlite, crate::stores);
}

mod user_traces {
    rialto_testkit::user_traces_contract!(sqlite, crate::stores);
}

mod price_point_store {
    rialto_testkit::price_point_store_contract!(sqlite, crate::price_stores);
}

mod watchlist_store {
    rialto_testkit::watchlist_store_contract!(sqlite, crate::price_stores);
}

mod provider_budgets {
    rialto_testkit::provider_budgets_contract!(sqlite, crate::price_stores);
}

mod alert_store {
    rialto_testkit::alert_store_contract!(sqlite, crate::alerts);
}

mod notice_board {
    rialto_testkit::notice_board_contract!(sqlite, crate::stores);
}

mod delivery_book {
    rialto_testkit::delivery_book_contract!(sqlite, crate::deliveries);
}

mod number_book {
    rialto_testkit::number_book_contract!(sqlite, crate::number_book);
}

mod account_import {
    rialto_testkit::account_import_contract!(sqlite, crate::stores);
}

mod history_import {
    rialto_testkit::history_import_contract!(sqlite, crate::stores);
}
