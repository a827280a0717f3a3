//! Conversations, members, messages, events, what was read, who keeps order, presence.

mod conversations;
mod events;
mod members;
mod messages;
mod moderation;
mod presence;
mod reads;

pub use conversations::{
    ChangeConversationRequest, ChangesView, ConversationKindWord, ConversationStateView, ConversationView,
    CreateConversationRequest, VisibilityWord,
};
pub use events::{EventBodyView, EventView, NoticeView, PinChangeView, ReactionChangeView, ReadChangeView};
pub use members::{AddMemberRequest, ChangeMemberRequest, MemberRoleWord, MemberView, ProfileView};
pub use messages::{
    EditMessageRequest, MentionView, MessageKindWord, MessageView, ReactionView, RevisionView, SendMessageRequest,
    ThreadSummaryView, ThreadView,
};
pub use moderation::{
    AuditEntryView, BanView, CloseReportRequest, MuteRequest, ReasonRequest, ReportOutcomeWord, ReportView,
};
pub use presence::PresenceView;
pub use reads::{MarkReadRequest, ReadStateView, ReceiptView};
