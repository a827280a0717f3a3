use rialto_adapter_postgres::{Elsewhere, MessageRow, Place};
use rialto_kernel::{ConversationId, Instant, Remark, UserId};
use rialto_messaging::{ConversationThere, HistoryImporter, KindThere, LOBBY, MemberRole, MemberThere, MessageThere};

use super::super::user::failed;
use super::conversations::Places;
use super::people::People;
use super::report::{Report, Thing};
use crate::start_error::StartError;

/// Brings the messages over, those of a place in the order in which they were said.
pub async fn bring(
    there: &mut Elsewhere,
    history: &HistoryImporter,
    people: &People,
    places: &Places,
    report: &mut Report,
) -> Result<(), StartError> {
    let mut postman = Postman { history, people, places, last_direct: None };
    loop {
        let batch = there.next_messages().await.map_err(failed)?;
        if batch.is_empty() {
            return Ok(());
        }
        // They come place by place: what is in a row for one is one act.
        let mut runs: Vec<(ConversationId, Vec<MessageThere>)> = Vec::new();
        for row in batch {
            let id = row.id.clone();
            match postman.address(row, report).await? {
                Err(remark) => report.refuse(Thing::Message, &id, remark)?,
                Ok((place, message)) => match runs.last_mut() {
                    Some((last, run)) if *last == place => run.push(message),
                    _ => runs.push((place, vec![message])),
                },
            }
        }
        for (place, run) in runs {
            append(history, place, run, report).await?;
        }
        report.show_progress();
    }
}

async fn append(
    history: &HistoryImporter,
    place: ConversationId,
    run: Vec<MessageThere>,
    report: &mut Report,
) -> Result<(), StartError> {
    let ids: Vec<String> = run.iter().map(|message| message.id.clone()).collect();
    let outcomes = history.import_messages(place, run).await.map_err(failed)?;
    for (id, outcome) in ids.iter().zip(outcomes) {
        match outcome {
            Ok(arrival) => report.tell(Thing::Message, id, arrival, &[])?,
            Err(remark) => report.refuse(Thing::Message, id, remark)?,
        }
    }
    Ok(())
}

/// Finds out who said a message, and where.
struct Postman<'a> {
    history: &'a HistoryImporter,
    people: &'a People,
    places: &'a Places,
    /// The pair whose messages are being read, and where they are; `None` if they cannot be anywhere.
    last_direct: Option<((UserId, UserId), Option<ConversationId>)>,
}

impl Postman<'_> {
    async fn address(
        &mut self,
        row: MessageRow,
        report: &mut Report,
    ) -> Result<Result<(ConversationId, MessageThere), Remark>, StartError> {
        let MessageRow { id, sender, place, content, at } = row;
        if id.is_empty() {
            return Ok(Err(Remark::new("id", "there is none")));
        }
        let Some(at) = at else { return Ok(Err(Remark::new("time", "there is none that can be read"))) };
        let Some(user_id) = self.people.find(&sender) else { return Ok(Err(absent("sender", &sender))) };
        let place = match place {
            Place::Everybody => Ok(LOBBY),
            Place::Conversation(id) => self.places.find(&id).ok_or_else(|| absent("conversation", &id)),
            Place::User(name) => match self.people.find(&name) {
                None => Err(absent("recipient", &name)),
                Some(to) => self
                    .direct(user_id, to, at, report)
                    .await?
                    .ok_or_else(|| Remark::new("recipient", "the two have no conversation here")),
            },
        };
        Ok(place.map(|place| (place, MessageThere { id, sender: user_id, content, at })))
    }

    /// The conversation of two, made when the first of their messages comes.
    async fn direct(
        &mut self,
        one: UserId,
        other: UserId,
        at: Instant,
        report: &mut Report,
    ) -> Result<Option<ConversationId>, StartError> {
        let pair = (one.min(other), one.max(other));
        if let Some((last, place)) = self.last_direct
            && last == pair
        {
            return Ok(place);
        }
        let member = |user_id| MemberThere { user_id, role: MemberRole::Member, joined_at: None };
        let id = format!("{} and {}", pair.0, pair.1);
        let conversation = ConversationThere {
            id: id.clone(),
            kind: KindThere::Direct,
            name: None,
            topic: None,
            created_at: Some(at),
            members: vec![member(pair.0), member(pair.1)],
        };
        let here = self.history.import_conversation(conversation).await.map_err(failed)?;
        report.tell(Thing::Conversation, &id, here.arrival, &here.remarks)?;
        self.last_direct = Some((pair, here.id));
        Ok(here.id)
    }
}

fn absent(field: &'static str, id: &str) -> Remark {
    Remark::new(field, format!("{id:?} was not brought over"))
}
