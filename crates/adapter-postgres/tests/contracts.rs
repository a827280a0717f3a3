//! The contract suites of the store ports, each rule in a database of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use rialto_adapter_postgres::{
    PgAlertStore, PgDatabase, PgDeliveryBook, PgIdentityStore, PgMessagingStore, PgNumberBook, PgOptions,
    PgPortfolioStore,
};
use rialto_testkit::contract::alert_store::Alerts;
use rialto_testkit::contract::delivery_book::Deliveries;
use rialto_testkit::contract::number_book::Book;
use rialto_testkit::postgres::TestDatabase;
use rialto_testkit::{PriceStores, Stores};

async fn stores() -> Stores {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 8, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let identity = Arc::new(PgIdentityStore::new(database.clone()));
    Stores::new(identity, Arc::new(PgMessagingStore::new(database)), fresh)
}

async fn price_stores() -> PriceStores {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 8, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let identity = Arc::new(PgIdentityStore::new(database.clone()));
    PriceStores::new(identity, Arc::new(PgPortfolioStore::new(database)), fresh)
}

async fn number_book() -> Book {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 8, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    Book::new(PgNumberBook::new(database), fresh)
}

async fn alerts() -> Alerts {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 8, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let identity = Arc::new(PgIdentityStore::new(database.clone()));
    let alerts = Arc::new(PgAlertStore::new(database.clone()));
    Alerts { alerts, stores: Stores::new(identity, Arc::new(PgMessagingStore::new(database)), fresh) }
}

async fn deliveries() -> Deliveries {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 8, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let identity = Arc::new(PgIdentityStore::new(database.clone()));
    let book = Arc::new(PgDeliveryBook::new(database.clone()));
    Deliveries { book, stores: Stores::new(identity, Arc::new(PgMessagingStore::new(database)), fresh) }
}

mod identity_store {
    rialto_testkit::identity_store_contract!(postgres, crate::stores);
}

mod known_addresses {
    rialto_testkit::known_addresses_contract!(postgres, crate::stores);
}

mod session_store {
    rialto_testkit::session_store_contract!(postgres, crate::stores);
}

mod password_store {
    rialto_testkit::password_store_contract!(postgres, crate::stores);
}

mod account_admin {
    rialto_testkit::account_admin_contract!(postgres, crate::stores);
}

mod api_token_store {
    rialto_testkit::api_token_store_contract!(postgres, crate::stores);
}

mod invitation_store {
    rialto_testkit::invitation_store_contract!(postgres, crate::stores);
}

mod security_log {
    rialto_testkit::security_log_contract!(postgres, crate::stores);
}

mod session_watch {
    rialto_testkit::session_watch_contract!(postgres, crate::stores);
}

mod setup_store {
    rialto_testkit::setup_store_contract!(postgres, crate::stores);
}

mod totp_store {
    rialto_testkit::totp_store_contract!(postgres, crate::stores);
}

mod messaging_figures {
    rialto_testkit::messaging_figures_contract!(postgres, crate::stores);
}

mod messaging_store {
    rialto_testkit::messaging_store_contract!(postgres, crate::stores);
}

mod message_changes {
    rialto_testkit::message_changes_contract!(postgres, crate::stores);
}

mod read_pointers {
    rialto_testkit::read_pointers_contract!(postgres, crate::stores);
}

mod moderation_store {
    rialto_testkit::moderation_store_contract!(postgres, crate::stores);
}

mod message_search {
    rialto_testkit::message_search_contract!(postgres, crate::stores);
}

mod convergence {
    rialto_testkit::convergence_contract!(postgres, crate::stores);
}

mod profile_store {
    rialto_testkit::profile_store_contract!(postgres, crate::stores);
}

mod block_store {
    rialto_testkit::block_store_contract!(postgres, crate::stores);
}

mod account_deletions {
    rialto_testkit::account_deletions_contract!(postgres, crate::stores);
}

mod session_records {
    rialto_testkit::session_records_contract!(postgres, crate::stores);
}

mod discretion {
    rialto_testkit::discretion_contract!(postgres, crate::stores);
}

mod user_traces {
    rialto_testkit::user_traces_contract!(postgres, crate::stores);
}

mod price_point_store {
    rialto_testkit::price_point_store_contract!(postgres, crate::price_stores);
}

mod watchlist_store {
    rialto_testkit::watchlist_store_contract!(postgres, crate::price_stores);
}

mod provider_budgets {
    rialto_testkit::provider_budgets_contract!(postgres, crate::price_stores);
}

mod alert_store {
    rialto_testkit::alert_store_contract!(postgres, crate::alerts);
}

mod notice_board {
    rialto_testkit::notice_board_contract!(postgres, crate::stores);
}

mod delivery_book {
    rialto_testkit::delivery_book_contract!(postgres, crate::deliveries);
}

mod number_book {
    rialto_testkit::number_book_contract!(postgres, crate::number_book);
}

mod account_import {
    rialto_testkit::account_import_contract!(postgres, crate::stores);
}

mod history_import {
    rialto_testkit::history_import_contract!(postgres, crate::stores);
}
