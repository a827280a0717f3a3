//! Rows of this domain's tables, and the values they stand for.

mod conversation;
mod event;
mod member;
mod message;

pub use conversation::{ConversationRow, StreamTopRow};
pub use event::{EventKind, EventRow, NewEventRow, PersonalKind};
pub use member::{MemberRow, ProfileRow, member_role};
pub use message::{MessageRow, NewMessageRow, message_content};
