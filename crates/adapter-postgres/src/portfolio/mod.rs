//! What users keep about prices, in PostgreSQL.
//!
//! | file | acts on |
//! |---|---|
//! | `alert_store` | alerts, and the port |
//! | `alert_log` | firings and deliveries |
//! | `alert_rows` | what their tables hold |

mod alert_log;
mod alert_rows;
mod alert_store;

pub use alert_store::PgAlertStore;
pub(crate) use alert_store::delete_alerts_of;
