//! How things read. What others wrote is shown without control characters: a terminal would obey them.

use std::time::Duration;

use chrono::Local;
use rialto_client::wire::messaging::{EventBodyView, MessageView};
use rialto_client::wire::problem::Problem;
use rialto_client::wire::time::Timestamp;
use rialto_client::{ClientError, State};

/// `12:03 Ann: hi`; further lines are indented.
pub fn message(message: &MessageView) -> String {
    format!("{} {}: {}", clock(message.created_at), harmless(&message.sender.display_name), content(message))
}

/// What a message says now; further lines are indented.
fn content(message: &MessageView) -> String {
    let Some(content) = &message.content else { return "(deleted)".to_owned() };
    content.lines().map(harmless).collect::<Vec<_>>().join("\n      ")
}

/// An event that is no message, if there is anything to say of it.
pub fn happening(at: Timestamp, body: &EventBodyView) -> Option<String> {
    let (who, what) = match body {
        EventBodyView::MemberAdded(member) => (&member.user, "came in".to_owned()),
        EventBodyView::MemberRemoved { user } => (user, "went out".to_owned()),
        EventBodyView::MessageEdited(message) => (&message.sender, format!("now says: {}", content(message))),
        EventBodyView::MessageDeleted(message) => (&message.sender, "said something that was deleted".to_owned()),
        EventBodyView::ReactionAdded(change) => (&change.user, format!("reacts with {}", harmless(&change.emoji))),
        _ => return None,
    };
    Some(format!("{} {} {what}", clock(at), harmless(&who.display_name)))
}

/// How the connection is.
pub fn state(state: &State) -> String {
    match state {
        State::Connecting => "connecting".to_owned(),
        State::Online(ready) => format!("online as {}", harmless(&ready.user.display_name)),
        State::Offline { retry_in, reason } => format!("offline ({reason}); trying again in {}", in_words(*retry_in)),
    }
}

/// Why something was refused.
pub fn error(error: &ClientError) -> String {
    match error {
        ClientError::Problem(refusal) => problem(refusal),
        error => error.to_string(),
    }
}

/// A refusal over HTTP in one line, with the fields that it is about.
pub fn problem(problem: &Problem) -> String {
    let fields: Vec<_> = problem.errors.iter().map(|wrong| format!("{} {}", wrong.field, wrong.message)).collect();
    let detail = if fields.is_empty() { problem.detail.clone() } else { fields.join("; ") };
    format!("{} ({})", harmless(&detail), harmless(&problem.code))
}

/// Nothing has that name.
pub fn no_such_room(wanted: &str) -> String {
    format!("there is no group or channel called {wanted:?} that you may see")
}

/// The text without what a terminal would obey, such as escape sequences, or marks that turn it around.
pub fn harmless(text: &str) -> String {
    let obeyed = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if obeyed(c) { '\u{fffd}' } else { c }).collect()
}

fn clock(at: Timestamp) -> String {
    at.0.with_timezone(&Local).format("%H:%M").to_string()
}

fn in_words(wait: Duration) -> String {
    if wait < Duration::from_secs(1) { "a moment".to_owned() } else { format!("{} s", wait.as_secs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_cannot_command_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{7}\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}c");
        assert_eq!(harmless("Łódź 🚣"), "Łódź 🚣");
    }

    #[test]
    fn a_wait_is_told_in_words() {
        let waits = [200, 1_000, 29_900].map(|ms| in_words(Duration::from_millis(ms)));
        assert_eq!(waits, ["a moment", "1 s", "29 s"]);
    }
}
