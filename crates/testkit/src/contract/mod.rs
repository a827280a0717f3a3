//! The contract of each port as a list of rules: one async function per rule, named after the claim.
//!
//! An adapter's tests name each suite once, inside a module of the port's name, so that a failure reads
//! `messaging_store::sqlite::a_retry_returns_the_original`:
//!
//! ```text
//! async fn stores() -> rialto_testkit::Stores { … }
//!
//! mod messaging_store {
//!     rialto_testkit::messaging_store_contract!(sqlite, crate::stores);
//! }
//! ```
//!
//! The second argument is the absolute path of an `async fn()` that makes what the suite's rules take; it is
//! called once per rule, so that no rule sees what another left behind.
//!
//! | port | macro | rules take |
//! |---|---|---|
//! | [`IdentityStore`](rialto_identity::IdentityStore) | `identity_store_contract!` | [`Stores`] |
//! | [`ProfileStore`](rialto_identity::ProfileStore) | `profile_store_contract!` | [`Stores`] |
//! | [`BlockStore`](rialto_identity::BlockStore) | `block_store_contract!` | [`Stores`] |
//! | [`AccountDeletions`](rialto_identity::AccountDeletions) | `account_deletions_contract!` | [`Stores`] |
//! | [`AccountImport`](rialto_identity::AccountImport) | `account_import_contract!` | [`Stores`] |
//! | [`SessionRecords`](rialto_identity::SessionRecords) | `session_records_contract!` | [`Stores`] |
//! | [`Discretion`](rialto_messaging::Discretion) | `discretion_contract!` | [`Stores`] |
//! | [`UserTraces`](rialto_messaging::UserTraces) | `user_traces_contract!` | [`Stores`] |
//! | [`SessionStore`](rialto_identity::SessionStore) | `session_store_contract!` | [`Stores`] |
//! | [`PasswordStore`](rialto_identity::PasswordStore) | `password_store_contract!` | [`Stores`] |
//! | [`AccountAdmin`](rialto_identity::AccountAdmin) | `account_admin_contract!` | [`Stores`] |
//! | [`ApiTokenStore`](rialto_identity::ApiTokenStore) | `api_token_store_contract!` | [`Stores`] |
//! | [`InvitationStore`](rialto_identity::InvitationStore) | `invitation_store_contract!` | [`Stores`] |
//! | [`SecurityLog`](rialto_identity::SecurityLog) | `security_log_contract!` | [`Stores`] |
//! | [`SessionWatch`](rialto_identity::SessionWatch) | `session_watch_contract!` | [`Stores`] |
//! | [`SetupStore`](rialto_identity::SetupStore) | `setup_store_contract!` | [`Stores`] |
//! | [`TotpStore`](rialto_identity::TotpStore) | `totp_store_contract!` | [`Stores`] |
//! | [`MessagingStore`](rialto_messaging::MessagingStore) | `messaging_store_contract!` | [`Stores`] |
//! | [`MessageChanges`](rialto_messaging::MessageChanges) | `message_changes_contract!` | [`Stores`] |
//! | [`ReadPointers`](rialto_messaging::ReadPointers) | `read_pointers_contract!` | [`Stores`] |
//! | [`ModerationStore`](rialto_messaging::ModerationStore) | `moderation_store_contract!` | [`Stores`] |
//! | [`MessageSearch`](rialto_messaging::MessageSearch) | `message_search_contract!` | [`Stores`] |
//! | [`DeliveryBook`](rialto_messaging::DeliveryBook) | `delivery_book_contract!` | [`delivery_book::Deliveries`] |
//! | [`MessagingFigures`](rialto_messaging::MessagingFigures) | `messaging_figures_contract!` | [`Stores`] |
//! | [`NoticeBoard`](rialto_messaging::NoticeBoard) | `notice_board_contract!` | [`Stores`] |
//! | [`HistoryImport`](rialto_messaging::HistoryImport) | `history_import_contract!` | [`Stores`] |
//! | all of messaging together | `convergence_contract!` | [`Stores`] |
//! | [`RealtimeBus`](rialto_messaging::RealtimeBus) | `realtime_bus_contract!` | [`realtime_bus::Bus`] |
//! | [`PresenceBoard`](rialto_messaging::PresenceBoard) | `presence_board_contract!` | `Arc<dyn PresenceBoard>` |
//! | [`PriceProvider`](rialto_portfolio::PriceProvider) | `price_provider_contract!` | [`price_provider::Provider`] |
//! | [`PricePointStore`](rialto_portfolio::PricePointStore) | `price_point_store_contract!` | [`PriceStores`] |
//! | [`WatchlistStore`](rialto_portfolio::WatchlistStore) | `watchlist_store_contract!` | [`PriceStores`] |
//! | [`ProviderBudgets`](rialto_portfolio::ProviderBudgets) | `provider_budgets_contract!` | [`PriceStores`] |
//! | [`AlertStore`](rialto_portfolio::AlertStore) | `alert_store_contract!` | [`alert_store::Alerts`] |
//! | [`PriceFeed`](rialto_portfolio::PriceFeed) | `feed_contract!` | [`feed::Feed`] |
//! | [`QuoteTicker`](rialto_portfolio::QuoteTicker) | `quote_ticker_contract!` | [`quote_ticker::Ticker`] |
//! | [`PasswordHasher`](rialto_identity::PasswordHasher) | `password_hasher_contract!` | `Arc<dyn PasswordHasher>` |
//! | [`AttemptBoard`](rialto_identity::AttemptBoard) | `attempt_board_contract!` | `Arc<dyn AttemptBoard>` |
//! | [`KnownAddresses`](rialto_identity::KnownAddresses) | `known_addresses_contract!` | [`Stores`] |
//! | [`RateLimiter`](rialto_kernel::RateLimiter) | `rate_limiter_contract!` | `Arc<dyn RateLimiter>` |
//! | [`NumberBook`](rialto_kernel::NumberBook) | `number_book_contract!` | [`number_book::Book`] |
//! | [`Mailer`](rialto_identity::Mailer) | `mailer_contract!` | [`mailer::Post`] |
//! | [`TicketBoard`](rialto_identity::TicketBoard) | `ticket_board_contract!` | `Arc<dyn TicketBoard>` |
//! | [`TokenIssuer`](rialto_identity::TokenIssuer) | `token_issuer_contract!` | [`token_issuer::Issuers`] |
//!
//! To add a rule: 1. write it in the suite's module; 2. list it in the suite's macro (a test of this
//! crate finds the one that was forgotten).

pub mod account_admin;
pub mod account_deletions;
pub mod account_import;
pub mod alert_store;
pub mod api_token_store;
pub mod attempt_board;
pub mod block_store;
pub mod convergence;
pub mod delivery_book;
pub mod discretion;
pub mod feed;
pub mod history_import;
pub mod identity_store;
pub mod invitation_store;
pub mod known_addresses;
pub mod mailer;
pub mod message_changes;
pub mod message_search;
pub mod messaging_figures;
pub mod messaging_store;
pub mod moderation_store;
pub mod notice_board;
pub mod number_book;
pub mod password_hasher;
pub mod password_store;
pub mod presence_board;
pub mod price_point_store;
pub mod price_provider;
pub mod profile_store;
pub mod provider_budgets;
pub mod quote_ticker;
pub mod rate_limiter;
pub mod read_pointers;
pub mod realtime_bus;
pub mod security_log;
pub mod session_records;
pub mod session_store;
pub mod session_watch;
pub mod setup_store;
pub mod ticket_board;
pub mod token_issuer;
pub mod totp_store;
pub mod user_traces;
pub mod watchlist_store;

mod acts;
mod cases;
mod concurrency;
mod pages;
mod price_stores;
mod scene;
mod stores;

pub use price_stores::PriceStores;
pub use scene::Scene;
pub use stores::{People, Stores};

/// Turns rules into tests. Called by the macros of the suites, not by hand.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ($name:ident, $new:path, $suite:ident: $($rule:ident),+ $(,)?) => {
        mod $name {
            #[allow(unused_imports, reason = "the path of the constructor may be absolute")]
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    $crate::contract::$suite::$rule($new().await).await;
                }
            )+
        }
    };
}
