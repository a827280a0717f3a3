use std::io::{ErrorKind, IsTerminal, Write};

use rialto_client::wire::frame::ServerFrame;
use rialto_client::wire::messaging::MessageView;
use rialto_client::{ClientError, End, Item, State};
use serde::Serialize;
use serde_json::json;

use super::text;

/// Nobody reads any more: `rialto chat | head` has got what it wanted.
#[derive(Debug)]
pub struct Gone;

/// Where things are printed: as text for people, or as one JSON object per line for programs.
pub struct Screen {
    json: bool,
    dim: bool,
    erase: bool,
}

impl Screen {
    /// `escapes`: whether escape sequences are welcome at a terminal.
    pub fn new(json: bool, escapes: bool) -> Self {
        let dim = escapes && !json && std::io::stdout().is_terminal();
        Self { json, dim, erase: dim && std::io::stdin().is_terminal() }
    }

    /// Takes back the line that was just typed: it comes again as a message.
    pub fn erase_typed_line(&self) -> Result<(), Gone> {
        if self.erase { print("\u{1b}[1A\u{1b}[2K") } else { Ok(()) }
    }

    /// A message of the conversation.
    pub fn message(&self, message: &MessageView) -> Result<(), Gone> {
        if self.json {
            self.object(&json!({ "type": "message", "data": message }))
        } else {
            line(&text::message(message))
        }
    }

    /// A message that has just been said; programs get it as an item.
    pub fn live(&self, message: &MessageView) -> Result<(), Gone> {
        if self.json { Ok(()) } else { line(&text::message(message)) }
    }

    /// Something beside the conversation; for people only.
    pub fn note(&self, note: &str) -> Result<(), Gone> {
        match (self.json, self.dim) {
            (true, _) => Ok(()),
            (false, true) => line(&format!("\u{1b}[2m— {note}\u{1b}[0m")),
            (false, false) => line(&format!("— {note}")),
        }
    }

    /// An item as a program gets it: everything but the tokens, which are secret.
    pub fn item(&self, item: &Item) -> Result<(), Gone> {
        if !self.json {
            return Ok(());
        }
        let (stream, body);
        match item {
            Item::Event(event) => self.object(&ServerFrame::Event((**event).clone())),
            Item::Signal { stream: of, body: what } => {
                (stream, body) = (of.clone(), what.clone());
                self.object(&ServerFrame::Signal { stream, body })
            }
            Item::State(State::Connecting) => self.object(&json!({ "type": "state", "state": "connecting" })),
            Item::State(State::Online(ready)) => self
                .object(&json!({ "type": "state", "state": "online", "user": ready.user, "streams": ready.streams })),
            Item::State(State::Offline { retry_in, reason }) => {
                let retry_in_ms = u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX);
                let state =
                    json!({ "type": "state", "state": "offline", "retry_in_ms": retry_in_ms, "reason": reason });
                self.object(&state)
            }
            Item::Behind { stream, reason } => {
                self.object(&json!({ "type": "behind", "stream": stream, "reason": reason }))
            }
            Item::Tokens(_) => Ok(()),
            Item::Ended(End::Bye(bye)) => self.object(&json!({ "type": "ended", "bye": bye })),
            Item::Ended(End::Refused(problem)) => self.object(&json!({ "type": "ended", "problem": problem })),
            Item::Ended(End::Closed) => self.object(&json!({ "type": "ended" })),
        }
    }

    /// The answer to a command of the user.
    pub fn answer(&self, name: &str, data: impl Serialize, words: &[String]) -> Result<(), Gone> {
        if self.json {
            return self.object(&json!({ "type": name, "data": data }));
        }
        words.iter().try_for_each(|words| self.note(words))
    }

    /// Something that was typed could not be done.
    pub fn failure(&self, what: &str, error: &ClientError) -> Result<(), Gone> {
        let message = text::error(error);
        self.answer(
            "failed",
            json!({ "what": what, "code": error.code(), "message": message }),
            &[format!("{what}: {message}")],
        )
    }

    fn object(&self, object: &impl Serialize) -> Result<(), Gone> {
        serde_json::to_string(object).map_or(Ok(()), |text| line(&text))
    }
}

fn line(text: &str) -> Result<(), Gone> {
    print(&format!("{text}\n"))
}

fn print(text: &str) -> Result<(), Gone> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Gone),
        // A terminal that takes nothing now is no reason to leave.
        _ => Ok(()),
    }
}
