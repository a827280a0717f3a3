//! What was read.

use rialto_messaging::{ReadState, Receipt};
use rialto_wire::messaging::{ReadStateView, ReceiptView};

/// Pointer and counts.
#[must_use]
pub const fn read_state_view(read: ReadState) -> ReadStateView {
    ReadStateView { ordinal: read.ordinal, unread: read.unread, mentions: read.mentions }
}

/// How far a member has read.
#[must_use]
pub const fn receipt_view(receipt: Receipt) -> ReceiptView {
    ReceiptView { user_id: receipt.user_id.uuid(), ordinal: receipt.ordinal }
}
