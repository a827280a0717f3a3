//! What a search means, the same in every store: a text is turned into terms here, and a store only keeps
//! and matches terms, without knowing what they are.
//!
//! | file | what |
//! |---|---|
//! | `terms.rs` | a text's terms |
//! | `characters.rs` | which characters make words, which stand alone, which are left out |
//! | `clause.rs` | what must be found, and whether it is |
//! | `pieces.rs` | what a search is typed in: words, quotes and filters |
//! | `query.rs` | a search that was understood |

mod characters;
mod clause;
mod pieces;
mod query;
mod terms;

pub use clause::Clause;
pub use query::{SearchQuery, Within};
pub use terms::terms;
