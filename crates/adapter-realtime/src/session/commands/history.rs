//! What was said, and how far it was read.

use rialto_convert::codes;
use rialto_convert::messages::history_view;
use rialto_convert::reads::read_state_view;
use rialto_kernel::{Cursor, InvalidValue, MessageId, PageLimit, UserId};
use rialto_messaging::HistoryPart;
use rialto_messaging::service::HistoryPosition;
use rialto_wire::frame::{ErrorData, HistoryData, OkData};
use rialto_wire::list::List;
use rialto_wire::messaging::MarkReadRequest;

use crate::errors;
use crate::frames::Frame;
use crate::session::Session;

/// A page to read.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    part: HistoryPart,
    position: HistoryPosition,
    limit: PageLimit,
}

impl Session {
    pub(super) async fn read(&self, id: Option<u64>, stream: &str, data: MarkReadRequest, reader: UserId) {
        let Some(conversation) = self.conversation(id, stream) else { return };
        let Some(ordinal) = stored(data.ordinal) else {
            return self.refuse(id, errors::invalid_field("ordinal", &too_large()));
        };
        let thread_root = data.thread_root.map(MessageId::from);
        match self.deps.messaging.mark_read(conversation, thread_root, reader, ordinal).await {
            Ok(read) => self.outbox.push(Frame::ok(id, Some(OkData::Read(read_state_view(read))))),
            Err(error) => self.refuse(id, errors::of(codes::of_mark_read(&error), &error)),
        }
    }

    pub(super) async fn history(&self, id: Option<u64>, stream: &str, data: HistoryData, reader: UserId) {
        let Some(conversation) = self.conversation(id, stream) else { return };
        let Wanted { part, position, limit } = match wanted(&data) {
            Ok(wanted) => wanted,
            Err(error) => return self.refuse(id, error),
        };
        match self.deps.messaging.read_history(conversation, part, reader, position, limit).await {
            Ok(history) => {
                let List { items, next_cursor } = history_view(history, reader);
                // A page of long messages may be larger than the queue: it waits until it can go by itself.
                let page = Frame::ok(id, Some(OkData::History { items, next_cursor }));
                // If the socket closes meanwhile, nobody waits for the answer.
                let _ = self.outbox.push_paced(page).await;
            }
            Err(error) => self.refuse(id, errors::of(codes::of_history(&error), &error)),
        }
    }
}

fn wanted(data: &HistoryData) -> Result<Wanted, ErrorData> {
    let mut given = Vec::new();
    type Make = fn(u64) -> HistoryPosition;
    let numbers: [(&str, Option<u64>, Make); 3] = [
        ("before", data.before, HistoryPosition::Before),
        ("after", data.after, HistoryPosition::After),
        ("around", data.around, HistoryPosition::Around),
    ];
    for (field, seq, make) in numbers {
        let Some(seq) = seq else { continue };
        given.push(make(stored(seq).ok_or_else(|| errors::invalid_field(field, &too_large()))?));
    }
    if let Some(text) = &data.cursor {
        let cursor =
            Cursor::parse(text).ok_or_else(|| errors::refusal("invalid_cursor", "the cursor is not valid here"))?;
        given.push(HistoryPosition::Cursor(cursor));
    }
    if given.len() > 1 {
        let message = "give at most one of before, after, around and cursor";
        return Err(errors::refusal("conflicting_parameters", message));
    }
    let limit = match data.limit {
        None => PageLimit::default(),
        Some(limit) => PageLimit::parse(limit).ok_or_else(|| {
            let why = InvalidValue::new("out_of_range", format!("must be from 1 to {}", PageLimit::MAX));
            errors::invalid_field("limit", &why)
        })?,
    };
    let part = data.thread_root.map_or(HistoryPart::Main, |root| HistoryPart::Thread(root.into()));
    Ok(Wanted { part, position: given.pop().unwrap_or(HistoryPosition::Latest), limit })
}

/// A number that stores can hold: theirs are signed.
fn stored(number: u64) -> Option<u64> {
    i64::try_from(number).is_ok().then_some(number)
}

fn too_large() -> InvalidValue {
    InvalidValue::new("out_of_range", format!("must be at most {}", i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_named_in_one_way_or_refused() {
        let latest = wanted(&HistoryData::default()).unwrap();
        assert_eq!(
            latest,
            Wanted { part: HistoryPart::Main, position: HistoryPosition::Latest, limit: PageLimit::default() }
        );
        let before = HistoryData { before: Some(7), limit: Some(100), ..Default::default() };
        assert_eq!(wanted(&before).unwrap().position, HistoryPosition::Before(7));
        for (data, code) in [
            (HistoryData { before: Some(1), after: Some(1), ..Default::default() }, "conflicting_parameters"),
            (HistoryData { around: Some(1), cursor: Some("x".into()), ..Default::default() }, "conflicting_parameters"),
            (HistoryData { cursor: Some("x".repeat(500)), ..Default::default() }, "invalid_cursor"),
            (HistoryData { limit: Some(101), ..Default::default() }, "invalid_body"),
            (HistoryData { after: Some(u64::MAX), ..Default::default() }, "invalid_body"),
        ] {
            assert_eq!(wanted(&data).unwrap_err().code, code, "{data:?}");
        }
    }
}
