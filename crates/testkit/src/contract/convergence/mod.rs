//! What all ports of messaging promise together: whoever reads once and follows the events knows what is.

mod command;
mod courses;
mod dice;

pub use courses::*;

/// Runs the rules that all ports of messaging keep together on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! convergence_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, convergence:
            old_state_plus_events_equals_fresh_state,
            a_personal_log_tells_where_its_user_is,
        }
    };
}
