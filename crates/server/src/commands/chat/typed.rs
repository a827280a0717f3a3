//! What each typed line does.

use std::time::Duration;

use rialto_client::wire::messaging::MemberView;
use rialto_client::{ClientError, Handle, LOBBY};
use serde_json::json;
use tokio::time::timeout;
use uuid::Uuid;

use super::line::{HELP, Line};
use super::room::{self, Room};
use super::talk::{Over, Talk};
use super::text;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many pages of members `/who` reads.
const PAGES: usize = 10;

impl Talk {
    pub(super) async fn typed(&mut self, line: Line) -> Result<(), Over> {
        match line {
            // Leaving is the loop's affair.
            Line::Nothing | Line::Quit => {}
            Line::Say(content) => self.say(content).await?,
            Line::Help => self.screen.answer("help", HELP, &HELP.map(str::to_owned))?,
            Line::Wrong(why) => self.screen.answer("wrong", &why, std::slice::from_ref(&why))?,
            Line::Who => self.who().await?,
            Line::History(count) => self.history(count).await?,
            Line::Join(wanted) => self.join(&wanted).await?,
            Line::Leave => self.leave().await?,
        }
        Ok(())
    }

    async fn who(&mut self) -> Result<(), Over> {
        let (online, away) = match within(who_is_in(&self.handle, self.room.id)).await {
            Ok(found) => found,
            Err(error) => return Ok(self.screen.failure("cannot tell who is here", &error)?),
        };
        let names = |members: &[MemberView]| {
            let names: Vec<_> = members.iter().map(|member| text::harmless(&member.user.display_name)).collect();
            if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
        };
        let words = [format!("here: {}", names(&online)), format!("away: {}", names(&away))];
        Ok(self.screen.answer("who", json!({ "online": online, "away": away }), &words)?)
    }

    pub(super) async fn history(&mut self, count: u16) -> Result<(), Over> {
        let page = async { self.handle.rest().await?.messages(self.room.id, &format!("limit={count}")).await };
        match within(page).await {
            Ok(mut page) => {
                page.items.reverse();
                Ok(self.read(&page.items)?)
            }
            Err(error) => Ok(self.screen.failure("cannot read the history", &error)?),
        }
    }

    pub(super) async fn read_what_was_missed(&mut self) -> Result<(), Over> {
        let query = format!("after={}&limit=100", self.shown());
        let page = async { self.handle.rest().await?.messages(self.room.id, &query).await };
        match within(page).await {
            Ok(page) => {
                self.read(&page.items)?;
                if page.next_cursor.is_some() {
                    self.screen.note("more was said; /history shows the newest")?;
                }
                Ok(())
            }
            Err(error) => Ok(self.screen.failure("cannot read what was missed", &error)?),
        }
    }

    async fn join(&mut self, wanted: &str) -> Result<(), Over> {
        match within(async { room::find(&self.handle.rest().await?, wanted).await }).await {
            Ok(Some(room)) => self.go_to(room).await,
            Ok(None) => {
                let why = text::no_such_room(wanted);
                Ok(self.screen.answer("wrong", &why, std::slice::from_ref(&why))?)
            }
            Err(error) => Ok(self.screen.failure("cannot come in", &error)?),
        }
    }

    async fn leave(&mut self) -> Result<(), Over> {
        let left = within(async { self.handle.rest().await?.leave(self.room.id).await }).await;
        match left {
            Ok(()) => self.go_to(Room { id: LOBBY, title: "Lobby".to_owned() }).await,
            Err(error) => Ok(self.screen.failure("cannot go out", &error)?),
        }
    }

    async fn go_to(&mut self, room: Room) -> Result<(), Over> {
        self.room = room;
        self.enter().await
    }
}

/// Who is in a conversation: those who are there, and those who are not.
async fn who_is_in(handle: &Handle, conversation: Uuid) -> Result<(Vec<MemberView>, Vec<MemberView>), ClientError> {
    let rest = handle.rest().await?;
    let (mut online, mut away, mut cursor) = (Vec::new(), Vec::new(), None);
    for _ in 0..PAGES {
        let page = rest.members_from(conversation, cursor.as_deref()).await?;
        if page.items.is_empty() {
            break;
        }
        let presence = handle.presence(page.items.iter().map(|member| member.user.id).collect()).await?;
        for (member, presence) in page.items.into_iter().zip(presence) {
            if presence.online { online.push(member) } else { away.push(member) }
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok((online, away))
}

async fn within<T>(asked: impl Future<Output = Result<T, ClientError>>) -> Result<T, ClientError> {
    timeout(PATIENCE, asked).await.unwrap_or(Err(ClientError::TimedOut))
}
