//! The loop between server and terminal.

use std::collections::HashMap;
use std::time::Duration;

use rialto_client::wire::frame::{EventFrame, SentData, SignalBody};
use rialto_client::wire::identity::SignedInView;
use rialto_client::wire::messaging::{EventBodyView, MessageView, ProfileView};
use rialto_client::{ClientError, Connection, End, Handle, Item, Rest, Settings, State};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use uuid::Uuid;

use super::line::{HISTORY, Line};
use super::room::Room;
use super::screen::{Gone, Screen};
use super::{input, text};
use crate::start_error::StartError;

/// Messages that wait for their acknowledgement; then typing waits.
const MOST_UNACKNOWLEDGED: usize = 32;
/// How long to wait at the end for what was acknowledged to be shown, and after `/quit` for acknowledgements.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// Names that are remembered to say who is writing.
const MOST_NAMES: usize = 10_000;

/// A person in a conversation.
pub struct Talk {
    connection: Connection,
    pub(super) handle: Handle,
    pub(super) screen: Screen,
    pub(super) room: Room,
    me: Uuid,
    /// The last event of the room that was shown.
    shown: u64,
    /// The last event of the room that was said here.
    said: u64,
    greeted: bool,
    sending: JoinSet<(String, Result<SentData, ClientError>)>,
    names: HashMap<Uuid, String>,
    /// Who was last shown as writing, and until when.
    writing: Option<(Uuid, Instant)>,
}

/// Why the talk is over.
pub(super) enum Over {
    /// The user wants it so.
    Quit,
    /// Nobody reads the output.
    Gone,
    /// The connection ended for good.
    Ended(End),
}

/// The user wants to go.
struct Leaving {
    /// The latest time to.
    at: Instant,
    /// Whether that time begins only when everything that was said is acknowledged.
    patient: bool,
}

impl Leaving {
    fn soon(patient: bool) -> Self {
        Self { at: Instant::now() + LAST_WORDS, patient }
    }
}

impl From<Gone> for Over {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

impl Talk {
    /// Connects.
    pub fn start(rest: &Rest, signed_in: SignedInView, room: Room, screen: Screen) -> Self {
        let connection = Connection::open(rest, signed_in.tokens, Settings::default());
        Self {
            handle: connection.handle(),
            connection,
            screen,
            room,
            me: signed_in.user.id,
            shown: 0,
            said: 0,
            greeted: false,
            sending: JoinSet::new(),
            names: HashMap::new(),
            writing: None,
        }
    }

    /// Talks to the end.
    pub async fn run(mut self) -> Result<(), StartError> {
        match self.talk().await {
            Over::Ended(end @ (End::Bye(_) | End::Refused(_))) => Err(StartError::Failed(end.to_string())),
            Over::Ended(End::Closed) | Over::Quit | Over::Gone => {
                let _in_time = timeout(GOODBYE, self.say_goodbye()).await;
                Ok(())
            }
        }
    }

    async fn talk(&mut self) -> Over {
        let mut lines = input::lines();
        let mut leaving: Option<Leaving> = None;
        loop {
            let typing = leaving.is_none() && self.sending.len() < MOST_UNACKNOWLEDGED;
            let all_acknowledged = self.sending.is_empty();
            if leaving.is_some() && all_acknowledged && self.shown >= self.said {
                return Over::Quit;
            }
            let leave_at = leaving.as_ref().filter(|leaving| all_acknowledged || !leaving.patient);
            let leave_at = leave_at.map(|leaving| leaving.at);
            let step = tokio::select! {
                item = self.connection.next() => match item {
                    Some(item) => self.item(item).await,
                    None => Err(Over::Quit),
                },
                line = lines.recv(), if typing => match line {
                    Some(line) => match line.map_or_else(|_| Line::too_long(), |line| Line::parse(&line)) {
                        Line::Quit => {
                            leaving = Some(Leaving::soon(false));
                            Ok(())
                        }
                        line => self.typed(line).await,
                    },
                    None => {
                        leaving = Some(Leaving::soon(true));
                        Ok(())
                    }
                },
                Some(outcome) = self.sending.join_next() => {
                    if let Some(Leaving { patient: true, at }) = &mut leaving {
                        *at = Instant::now() + LAST_WORDS;
                    }
                    self.sent(outcome)
                }
                () = until(leave_at) => Err(self.left_behind()),
            };
            if let Err(over) = step {
                return over;
            }
        }
    }

    /// Leaves, and says so if that is before every message was acknowledged.
    fn left_behind(&self) -> Over {
        match self.sending.len() {
            0 => Over::Quit,
            count => match self.screen.failure(&format!("{count} not acknowledged"), &ClientError::TimedOut) {
                Ok(()) => Over::Quit,
                Err(Gone) => Over::Gone,
            },
        }
    }

    async fn item(&mut self, item: Item) -> Result<(), Over> {
        self.screen.item(&item)?;
        match item {
            Item::State(state) => {
                self.screen.note(&text::state(&state))?;
                if matches!(state, State::Online(_)) && !self.greeted {
                    self.greeted = true;
                    self.enter().await?;
                }
            }
            Item::Event(event) if event.stream == self.room.stream() => self.event(&event)?,
            Item::Signal { stream, body: SignalBody::Typing { user_id, ttl_ms } } if stream == self.room.stream() => {
                self.writing(user_id, Duration::from_millis(ttl_ms))?;
            }
            Item::Behind { stream, reason } if stream == self.room.stream() => {
                self.screen.note(&format!("some of what happened was missed ({reason})"))?;
                self.read_what_was_missed().await?;
            }
            Item::Ended(end) => return Err(Over::Ended(end)),
            Item::Event(_) | Item::Signal { .. } | Item::Behind { .. } | Item::Tokens(_) => {}
        }
        Ok(())
    }

    fn event(&mut self, event: &EventFrame) -> Result<(), Gone> {
        // What was read as history may come again as it was on its way.
        if event.seq <= self.shown {
            return Ok(());
        }
        self.shown = event.seq;
        if let EventBodyView::MessageCreated(message) = &event.body {
            self.writing = None;
            self.remember(&message.sender);
            return self.screen.live(message);
        }
        if let EventBodyView::MemberAdded(member) = &event.body {
            self.remember(&member.user);
        }
        text::happening(event.at, &event.body).map_or(Ok(()), |happening| self.screen.note(&happening))
    }

    fn writing(&mut self, user: Uuid, ttl: Duration) -> Result<(), Gone> {
        let now = Instant::now();
        let told = self.writing.is_some_and(|(writer, until)| writer == user && now < until);
        self.writing = Some((user, now + ttl.min(Duration::from_secs(60))));
        match self.names.get(&user) {
            Some(name) if user != self.me && !told => self.screen.note(&format!("{} is writing", text::harmless(name))),
            _ => Ok(()),
        }
    }

    /// Shows where one is, and what was said last.
    pub(super) async fn enter(&mut self) -> Result<(), Over> {
        self.screen.note(&format!("{}; /help tells what you can type", text::harmless(&self.room.title)))?;
        (self.shown, self.said, self.writing) = (0, 0, None);
        self.history(HISTORY).await
    }

    /// Takes in a page of messages, oldest first.
    pub(super) fn read(&mut self, messages: &[MessageView]) -> Result<(), Gone> {
        for message in messages {
            self.shown = self.shown.max(message.seq);
            self.remember(&message.sender);
            self.screen.message(message)?;
        }
        Ok(())
    }

    pub(super) const fn shown(&self) -> u64 {
        self.shown
    }

    /// Says something; its acknowledgement is awaited beside everything else.
    pub(super) async fn say(&mut self, content: String) -> Result<(), Gone> {
        self.screen.erase_typed_line()?;
        let message = rialto_client::wire::messaging::SendMessageRequest { content, ..Default::default() };
        match self.handle.put(self.room.id, message).await {
            Ok(answer) => {
                let stream = self.room.stream();
                self.sending.spawn(async move { (stream, answer.sent().await) });
                Ok(())
            }
            Err(error) => self.screen.failure("not sent", &error),
        }
    }

    fn sent(&mut self, outcome: Result<(String, Result<SentData, ClientError>), JoinError>) -> Result<(), Over> {
        match outcome {
            Ok((stream, Ok(sent))) => {
                if stream == self.room.stream() {
                    self.said = self.said.max(sent.seq);
                }
                self.screen.answer("sent", sent, &[])?;
            }
            Ok((_, Err(error))) => self.screen.failure("not sent", &error)?,
            Err(_cancelled) => {}
        }
        Ok(())
    }

    fn remember(&mut self, who: &ProfileView) {
        if self.names.len() >= MOST_NAMES {
            self.names.clear();
        }
        self.names.insert(who.id, who.display_name.clone());
    }

    /// Closes the socket, and ends the session: nobody keeps its tokens.
    async fn say_goodbye(&mut self) {
        let rest = self.handle.rest().await;
        self.handle.close();
        while self.connection.next().await.is_some() {}
        if let Ok(rest) = rest {
            let _ends_by_itself_later = rest.log_out().await;
        }
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
