//! What all providers that are reached over HTTP share: calls with every bound they need, answers, problems in the
//! provider's words, and numbers read from their own digits.

mod answer;
mod client;
pub(crate) mod numbers;
mod problem;
mod setup_error;

pub(crate) use self::answer::Answer;
pub(crate) use self::client::{Client, ClientSettings, Key};
pub(crate) use self::problem::{Problem, one_line};
pub use self::setup_error::ProviderSetupError;
