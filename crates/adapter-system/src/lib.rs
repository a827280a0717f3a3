//! The process's own clock, timer and source of fresh identifiers: everything a domain is told from
//! outside so that tests can say what it is.
//!
//! | module | holds |
//! |---|---|
//! | [`clock`] | [`SystemClock`]: the one place that reads the time |
//! | [`timer`] | [`SystemTimer`]: waits on the runtime's timer |
//! | [`errands`] | [`TokioErrands`]: does what nobody waits for, so much at a time |
//! | [`ids`] | [`UuidV7Source`]: the one place that makes identifiers |
//!
//! To add another port of this kind: 1. put the trait into the kernel, or into the domain that alone needs it; 2. give it a file here; 3. list
//! it above; 4. hand it to the services where the server wires them.

pub mod clock;
pub mod errands;
pub mod ids;
pub mod timer;

pub use clock::SystemClock;
pub use errands::TokioErrands;
pub use ids::UuidV7Source;
pub use timer::SystemTimer;
