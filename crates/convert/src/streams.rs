//! The names of streams on the wire: `c:<conversation id>`, and `u` for the reader's own personal stream.

use rialto_kernel::ConversationId;
use rialto_messaging::StreamId;

/// The reader's personal stream.
pub const PERSONAL: &str = "u";

/// The name of a stream, to whoever follows it.
#[must_use]
pub fn stream_name(stream: StreamId) -> String {
    match stream {
        StreamId::Conversation(id) => format!("c:{id}"),
        StreamId::Personal(_) => PERSONAL.to_owned(),
    }
}

/// Reads `c:<conversation id>`.
#[must_use]
pub fn parse_conversation_stream(name: &str) -> Option<ConversationId> {
    name.strip_prefix("c:")?.parse().ok()
}
