//! The ports of identity, messaging and portfolio in the memory of one process. The boards and the limiter are what a single node
//! runs with; the bus and the store are for tests and as the reference of the contract: what they keep is gone when the
//! process ends.
//!
//! | where | what |
//! |---|---|
//! | [`MemoryStore`] | all store ports of identity, messaging and portfolio over one state |
//! | [`MemoryRealtimeBus`] | a bounded broadcast; who lags is told |
//! | [`MemoryPresenceBoard`] | connected devices, and when users were last seen |
//! | [`MemoryTicketBoard`] | tickets, each until it is used |
//! | [`MemoryAttemptBoard`] | wrong passwords, until they are forgotten |
//! | [`MemoryRateLimiter`] | how much is left of whose allowance |
//! | `state` | everything the store knows, behind one lock |
//! | `identity/` | `tables`: what is kept; `store` and one file for each other port over it |
//! | `messaging/tables`, `messages`, `threads`, `log`, `personal` | what is kept, and how it is shown |
//! | `messaging/store`, `message_changes`, `read_pointers`, `moderation`, `search` | one port each |
//! | `messaging/delivery_book` | how far which way has told whom |
//! | `messaging/append`, `edits`, `marks`, `conversations`, `members`, `roles`, … | the acts behind them, by concern |
//! | `numbers` | numbers in the place of ids |
//! | `portfolio/` | `tables`: what is kept of prices; one file for each port over it |
//! | `portfolio/alert_tables`, `alert_store` | alerts, and what became of them |
//!
//! To follow a new method of a store port: 1. keep what it needs in `tables`; 2. write the act in the file of
//! its concern, checking everything before changing anything, and call it from the port's; 3. the contract suite
//! in `tests/contracts.rs` runs its rules.

mod identity;
mod messaging;
mod numbers;
mod page;
mod portfolio;
mod rate_limiter;
mod state;

pub use identity::attempts::MemoryAttemptBoard;
pub use identity::tickets::MemoryTicketBoard;
pub use messaging::bus::MemoryRealtimeBus;
pub use messaging::presence::MemoryPresenceBoard;
pub use rate_limiter::MemoryRateLimiter;
pub use state::MemoryStore;
