use std::collections::HashMap;

use rialto_adapter_postgres::{ConversationRow, Elsewhere};
use rialto_kernel::{ConversationId, Remark};
use rialto_messaging::{ConversationThere, HistoryImporter, MemberThere};

use super::super::user::failed;
use super::people::{People, key};
use super::report::{Report, Thing};
use crate::start_error::StartError;

/// Which conversation of the other server is which one here.
#[derive(Default)]
pub struct Places(HashMap<String, ConversationId>);

impl Places {
    pub fn find(&self, id: &str) -> Option<ConversationId> {
        self.0.get(&key(id)).copied()
    }
}

/// Brings the conversations over with their members; those that are here then.
pub async fn bring(
    there: &mut Elsewhere,
    history: &HistoryImporter,
    people: &People,
    report: &mut Report,
) -> Result<Places, StartError> {
    let mut places = Places::default();
    loop {
        let (batch, strays) = there.next_conversations().await.map_err(failed)?;
        for stray in strays {
            report.refuse(Thing::Conversation, &stray, Remark::new("members", "have no such conversation there"))?;
        }
        if batch.is_empty() {
            return Ok(places);
        }
        for row in batch {
            let id = row.id.clone();
            let (conversation, mut remarks) = known_members(row, people);
            let here = history.import_conversation(conversation).await.map_err(failed)?;
            if let Some(here) = here.id {
                places.0.insert(key(&id), here);
            }
            remarks.extend(here.remarks);
            report.tell(Thing::Conversation, &id, here.arrival, &remarks)?;
        }
        report.show_progress();
    }
}

/// The conversation with those of its members who are here, and a remark about each of the others.
fn known_members(row: ConversationRow, people: &People) -> (ConversationThere, Vec<Remark>) {
    let (mut members, mut remarks) = (Vec::with_capacity(row.members.len()), Vec::new());
    for member in row.members {
        match people.find(&member.user) {
            Some(user_id) => members.push(MemberThere { user_id, role: member.role, joined_at: member.joined_at }),
            None => remarks.push(Remark::new("members", format!("the user {:?} was not brought over", member.user))),
        }
    }
    let ConversationRow { id, kind, name, topic, created_at, .. } = row;
    (ConversationThere { id, kind, name, topic, created_at, members }, remarks)
}
