/// The parts of a text that are not code. `Code` stands between equally many backticks on one line, a
/// block between three or more of them, over any number of lines; a block that is never closed runs to the
/// end. Backticks that close nothing are text.
pub(super) fn outside_code(text: &str) -> Vec<&str> {
    let mut outside = Vec::new();
    let (mut kept, mut at) = (0, 0);
    while let Some((open, ticks)) = next_ticks(text, at, text.len()) {
        let inside = open + ticks;
        match end_of_code(text, inside, ticks) {
            Some(end) => {
                outside.push(&text[kept..open]);
                (kept, at) = (end, end);
            }
            None => at = inside,
        }
    }
    outside.push(&text[kept..]);
    outside
}

/// Where the code ends that begins at `inside` after so many backticks.
fn end_of_code(text: &str, inside: usize, ticks: usize) -> Option<usize> {
    let is_block = ticks >= 3;
    let limit = match text[inside..].find('\n') {
        Some(line) if !is_block => inside + line,
        _ => text.len(),
    };
    let mut at = inside;
    while let Some((start, closing)) = next_ticks(text, at, limit) {
        at = start + closing;
        if closing == ticks || (is_block && closing > ticks) {
            return Some(at);
        }
    }
    is_block.then_some(text.len())
}

/// The next run of backticks in `from..to`: where it starts, and how many there are.
fn next_ticks(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let start = from + text[from..to].find('`')?;
    Some((start, text[start..].bytes().take_while(|byte| *byte == b'`').count()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rest(text: &str) -> String {
        outside_code(text).concat()
    }

    #[test]
    fn code_and_blocks_are_left_out() {
        for (text, outside) in [
            ("a `b` c", "a  c"),
            ("a ``b ` c`` d", "a  d"),
            ("a\n```rust\nb `c` d\n```\ne", "a\n\ne"),
            ("a\n````\n```\nb\n````\nc", "a\n\nc"),
            ("a ```b``` c", "a  c"),
            ("a\n```\nb, never closed", "a\n"),
            ("`a``b`", ""),
        ] {
            assert_eq!(rest(text), outside, "{text:?}");
        }
    }

    #[test]
    fn backticks_that_close_nothing_are_text() {
        for text in ["", "`", "a ` b", "a ` b\nc ` d", "``a`", "no code"] {
            assert_eq!(rest(text), text, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_without_backticks_is_kept_and_none_is_made_up(text in "[a`\nß]{0,40}") {
            let outside = rest(&text);
            prop_assert!(outside.len() <= text.len());
            prop_assert!(text.contains('`') || outside == text);
        }
    }
}
