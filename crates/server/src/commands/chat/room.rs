use rialto_client::wire::messaging::ConversationView;
use rialto_client::{ClientError, LOBBY, Rest};
use uuid::Uuid;

/// How many pages of a list are searched for a name.
const PAGES: usize = 50;

/// The conversation one talks in.
#[derive(Clone, Debug)]
pub struct Room {
    pub id: Uuid,
    pub title: String,
}

impl Room {
    /// The stream of its events.
    pub fn stream(&self) -> String {
        format!("c:{}", self.id)
    }
}

/// Finds a conversation by `lobby`, id or name, and comes in if it is a public channel. `None` when no group
/// or channel that one may see has that name.
pub async fn find(rest: &Rest, wanted: &str) -> Result<Option<Room>, ClientError> {
    let found = if wanted.eq_ignore_ascii_case("lobby") {
        rest.conversation(LOBBY).await?
    } else if let Ok(id) = wanted.parse() {
        rest.conversation(id).await?
    } else {
        match by_name(rest, wanted).await? {
            Some(found) => found,
            None => return Ok(None),
        }
    };
    if found.role.is_none() {
        rest.join(found.id).await?;
    }
    let title = found.name.unwrap_or_else(|| "direct conversation".to_owned());
    Ok(Some(Room { id: found.id, title }))
}

/// One's own conversations come before the directory of channels.
async fn by_name(rest: &Rest, wanted: &str) -> Result<Option<ConversationView>, ClientError> {
    let wanted = wanted.trim_start_matches('#').to_lowercase();
    for directory in [false, true] {
        let mut cursor = None;
        for _ in 0..PAGES {
            let from = cursor.as_deref();
            let page = if directory { rest.channels_from(from).await? } else { rest.conversations_from(from).await? };
            let is_it =
                |found: &ConversationView| found.name.as_ref().is_some_and(|name| name.to_lowercase() == wanted);
            if let Some(found) = page.items.into_iter().find(is_it) {
                return Ok(Some(found));
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(None)
}
