//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.
//!
//! | port | keeps or does |
//! |---|---|
//! | [`MessagingStore`] | conversations, members, new messages, the logs |
//! | [`MessageChanges`] | what happens to messages that are there |
//! | [`ReadPointers`] | what everybody has read |
//! | [`ModerationStore`] | mutes, bans, reports, the audit log |
//! | [`MessageSearch`] | finds messages |
//! | [`DeliveryBook`] | how far clients that know of no positions were told |
//! | [`Discretion`] | what users do not want others to see |
//! | [`UserTraces`] | what one user leaves behind |
//! | [`NoticeBoard`] | what other parts of the server tell users |
//! | [`MessagingFigures`] | how much there is |
//! | [`HistoryImport`] | takes in what was said on another server |
//! | [`RealtimeBus`] | hints to every node |
//! | [`SocketGate`] | takes sockets out of streams |
//! | [`PresenceBoard`] | who is online |

mod bus;
mod delivery_book;
mod discretion;
mod figures;
mod history_import;
mod message_changes;
mod message_search;
mod moderation_store;
mod notice_board;
mod presence_board;
mod read_pointers;
mod socket_gate;
mod store;
mod user_traces;

pub use bus::{BusItem, BusStream, RealtimeBus};
pub use delivery_book::{Delivered, DeliveryBook};
pub use discretion::{Discretion, Line};
pub use figures::{MessagingCounts, MessagingFigures};
pub use history_import::{BroughtIn, HistoryImport, PastAppended};
pub use message_changes::{MAX_EMOJI, MAX_PINS, MAX_REVISIONS, MessageChanges, MessageRefusal};
pub use message_search::MessageSearch;
pub use moderation_store::ModerationStore;
pub use notice_board::{NoticeBoard, PostNoticeRefusal};
pub use presence_board::PresenceBoard;
pub use read_pointers::{MarkReadRefusal, ReadPointers};
pub use socket_gate::SocketGate;
pub use store::{
    AddMemberRefusal, Added, AppendRefusal, Appended, ChangeRefusal, Changes, CreateConversationRefusal, Created, Done,
    HistoryPart, HistorySlice, LeaveRefusal, MessagingStore,
};
pub use user_traces::UserTraces;

#[cfg(any(test, feature = "mocks"))]
pub use self::{
    bus::MockRealtimeBus, delivery_book::MockDeliveryBook, discretion::MockDiscretion, figures::MockMessagingFigures,
    history_import::MockHistoryImport, message_changes::MockMessageChanges, message_search::MockMessageSearch,
    moderation_store::MockModerationStore, notice_board::MockNoticeBoard, presence_board::MockPresenceBoard,
    read_pointers::MockReadPointers, socket_gate::MockSocketGate, store::MockMessagingStore,
    user_traces::MockUserTraces,
};
