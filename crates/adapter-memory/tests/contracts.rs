//! The contract suites of the testkit on the adapters of this crate.

use std::sync::Arc;

use rialto_adapter_memory::{
    MemoryAttemptBoard, MemoryPresenceBoard, MemoryRateLimiter, MemoryRealtimeBus, MemoryStore, MemoryTicketBoard,
};
use rialto_identity::{AttemptBoard, TicketBoard};
use rialto_kernel::RateLimiter;
use rialto_messaging::PresenceBoard;
use rialto_testkit::contract::alert_store::Alerts;
use rialto_testkit::contract::delivery_book::Deliveries;
use rialto_testkit::contract::number_book::Book;
use rialto_testkit::contract::realtime_bus::Bus;
use rialto_testkit::{PriceStores, Stores};

async fn stores() -> Stores {
    let store = Arc::new(MemoryStore::new());
    Stores::new(store.clone(), store, ())
}

async fn price_stores() -> PriceStores {
    let store = Arc::new(MemoryStore::new());
    PriceStores::new(store.clone(), store, ())
}

async fn number_book() -> Book {
    Book::new(MemoryStore::new(), ())
}

async fn alerts() -> Alerts {
    let store = Arc::new(MemoryStore::new());
    Alerts { alerts: store.clone(), stores: Stores::new(store.clone(), store, ()) }
}

async fn deliveries() -> Deliveries {
    let store = Arc::new(MemoryStore::new());
    Deliveries { book: store.clone(), stores: Stores::new(store.clone(), store, ()) }
}

async fn bus() -> Bus {
    Bus { bus: Arc::new(MemoryRealtimeBus::new(16)), overflow: 100 }
}

async fn board() -> Arc<dyn PresenceBoard> {
    Arc::new(MemoryPresenceBoard::new())
}

async fn tickets() -> Arc<dyn TicketBoard> {
    Arc::new(MemoryTicketBoard::new())
}

async fn attempts() -> Arc<dyn AttemptBoard> {
    Arc::new(MemoryAttemptBoard::new(1_000))
}

async fn limiter() -> Arc<dyn RateLimiter> {
    Arc::new(MemoryRateLimiter::new(1_000))
}

mod attempt_board {
    rialto_testkit::attempt_board_contract!(memory, crate::attempts);
}

mod known_addresses {
    rialto_testkit::known_addresses_contract!(memory, crate::stores);
}

mod rate_limiter {
    rialto_testkit::rate_limiter_contract!(memory, crate::limiter);
}

mod identity_store {
    rialto_testkit::identity_store_contract!(memory, crate::stores);
}

mod session_store {
    rialto_testkit::session_store_contract!(memory, crate::stores);
}

mod password_store {
    rialto_testkit::password_store_contract!(memory, crate::stores);
}

mod account_admin {
    rialto_testkit::account_admin_contract!(memory, crate::stores);
}

mod api_token_store {
    rialto_testkit::api_token_store_contract!(memory, crate::stores);
}

mod invitation_store {
    rialto_testkit::invitation_store_contract!(memory, crate::stores);
}

mod security_log {
    rialto_testkit::security_log_contract!(memory, crate::stores);
}

mod session_watch {
    rialto_testkit::session_watch_contract!(memory, crate::stores);
}

mod setup_store {
    rialto_testkit::setup_store_contract!(memory, crate::stores);
}

mod totp_store {
    rialto_testkit::totp_store_contract!(memory, crate::stores);
}

mod messaging_figures {
    rialto_testkit::messaging_figures_contract!(memory, crate::stores);
}

mod messaging_store {
    rialto_testkit::messaging_store_contract!(memory, crate::stores);
}

mod realtime_bus {
    rialto_testkit::realtime_bus_contract!(memory, crate::bus);
}

mod presence_board {
    rialto_testkit::presence_board_contract!(memory, crate::board);
}

mod ticket_board {
    rialto_testkit::ticket_board_contract!(memory, crate::tickets);
}

mod message_changes {
    rialto_testkit::message_changes_contract!(memory, crate::stores);
}

mod read_pointers {
    rialto_testkit::read_pointers_contract!(memory, crate::stores);
}

mod moderation_store {
    rialto_testkit::moderation_store_contract!(memory, crate::stores);
}

mod message_search {
    rialto_testkit::message_search_contract!(memory, crate::stores);
}

mod convergence {
    rialto_testkit::convergence_contract!(memory, crate::stores);
}

mod profile_store {
    rialto_testkit::profile_store_contract!(memory, crate::stores);
}

mod block_store {
    rialto_testkit::block_store_contract!(memory, crate::stores);
}

mod account_deletions {
    rialto_testkit::account_deletions_contract!(memory, crate::stores);
}

mod session_records {
    rialto_testkit::session_records_contract!(memory, crate::stores);
}

mod discretion {
    rialto_testkit::discretion_contract!(memory, crate::stores);
}

mod user_traces {
    rialto_testkit::user_traces_contract!(memory, crate::stores);
}

mod price_point_store {
    rialto_testkit::price_point_store_contract!(memory, crate::price_stores);
}

mod watchlist_store {
    rialto_testkit::watchlist_store_contract!(memory, crate::price_stores);
}

mod provider_budgets {
    rialto_testkit::provider_budgets_contract!(memory, crate::price_stores);
}

mod alert_store {
    rialto_testkit::alert_store_contract!(memory, crate::alerts);
}

mod notice_board {
    rialto_testkit::notice_board_contract!(memory, crate::stores);
}

mod delivery_book {
    rialto_testkit::delivery_book_contract!(memory, crate::deliveries);
}

mod number_book {
    rialto_testkit::number_book_contract!(memory, crate::number_book);
}

mod account_import {
    rialto_testkit::account_import_contract!(memory, crate::stores);
}

mod history_import {
    rialto_testkit::history_import_contract!(memory, crate::stores);
}
