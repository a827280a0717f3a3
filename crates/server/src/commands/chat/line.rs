/// What `/help` says.
pub const HELP: [&str; 6] = [
    "/who                who is here",
    "/history [number]   the last messages, 20 unless told, 100 at most",
    "/join CONVERSATION  go to the lobby, an id, or the name of a group or channel",
    "/leave              go out of this conversation, and back to the lobby",
    "/quit               end",
    "Anything else is said; to say a line that begins with /, double it.",
];

/// How many messages `/history` shows unless told.
pub const HISTORY: u16 = 20;
const MOST_HISTORY: u16 = 100;

/// What a typed line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Nothing,
    Say(String),
    Help,
    Who,
    History(u16),
    Join(String),
    Leave,
    Quit,
    /// It is no command, and why.
    Wrong(String),
}

impl Line {
    /// What is made of a line that no server would take.
    pub fn too_long() -> Self {
        Self::Wrong("this line is too long".to_owned())
    }

    /// Reads a line without its end.
    pub fn parse(line: &str) -> Self {
        let line = line.trim_end();
        if line.trim_start().is_empty() {
            return Self::Nothing;
        }
        let Some(command) = line.strip_prefix('/') else { return Self::Say(line.to_owned()) };
        if command.starts_with('/') {
            return Self::Say(command.to_owned());
        }
        let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        match (name, argument.trim()) {
            ("help", "") => Self::Help,
            ("who", "") => Self::Who,
            ("history", "") => Self::History(HISTORY),
            ("history", number) => match number.parse() {
                Ok(number @ 1..=MOST_HISTORY) => Self::History(number),
                _ => Self::Wrong(format!("/history takes a number from 1 to {MOST_HISTORY}")),
            },
            ("join", "") => Self::Wrong("/join takes the name or the id of a conversation".to_owned()),
            ("join", wanted) => Self::Join(wanted.to_owned()),
            ("leave", "") => Self::Leave,
            ("quit", "") => Self::Quit,
            ("help" | "who" | "leave" | "quit", _) => Self::Wrong(format!("/{name} takes nothing more")),
            _ => Self::Wrong(format!("there is no /{name}; /help tells what there is")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_said_unless_it_is_a_command() {
        assert_eq!(Line::parse("  what news?  "), Line::Say("  what news?".to_owned()));
        assert_eq!(Line::parse("//shrug"), Line::Say("/shrug".to_owned()));
        assert_eq!(Line::parse("   "), Line::Nothing);
        assert_eq!(Line::parse("/quit"), Line::Quit);
        assert_eq!(Line::parse("/history"), Line::History(20));
        assert_eq!(Line::parse("/history 100"), Line::History(100));
        assert_eq!(Line::parse("/join  old friends "), Line::Join("old friends".to_owned()));
    }

    #[test]
    fn a_wrong_command_is_answered_and_never_said_aloud() {
        for wrong in ["/", "/qiut", "/history 0", "/history many", "/join", "/quit now"] {
            assert!(matches!(Line::parse(wrong), Line::Wrong(_)), "{wrong}");
        }
    }
}
