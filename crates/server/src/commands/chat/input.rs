//! Lines from standard input. They are read by a thread that nobody waits for, as a read of a terminal
//! cannot be broken off.

use std::io::{BufRead, Read};

use tokio::sync::mpsc;

/// A longer line is no message that a server would take.
const LONGEST: usize = 64 * 1024;
/// Lines that wait; then typing waits.
const AHEAD: usize = 16;

/// Why a line could not be read.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

/// The lines as they come; closed at the end of the input.
pub fn lines() -> mpsc::Receiver<Result<String, TooLong>> {
    let (told, lines) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        while let Some(line) = next_line(&mut input) {
            if told.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// The next line without its end. What cannot be read ends the input.
fn next_line(input: &mut impl BufRead) -> Option<Result<String, TooLong>> {
    let mut line = Vec::new();
    let read = input.take(LONGEST as u64).read_until(b'\n', &mut line).ok()?;
    if read == 0 {
        return None;
    }
    if line.last() != Some(&b'\n') && read == LONGEST {
        input.skip_until(b'\n').ok()?;
        return Some(Err(TooLong));
    }
    Some(Ok(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_without_their_ends_and_one_that_is_too_long_costs_itself() {
        let long = "x".repeat(LONGEST + 5);
        let text = format!("one\r\n\n{long}\nlast");
        let mut input = text.as_bytes();
        let lines: Vec<_> = std::iter::from_fn(|| next_line(&mut input)).collect();
        assert_eq!(lines, [Ok("one".to_owned()), Ok(String::new()), Err(TooLong), Ok("last".to_owned())]);
    }
}
