/// What a search is typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `from:…` and the like, with what comes after the colon, which may be nothing.
    Filter(Filter, &'a str),
    /// What stands between quotes.
    Quoted(&'a str),
    /// Anything else, up to white space or a quote.
    Bare(&'a str),
}

/// What a search can be narrowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    From,
    In,
    Before,
    After,
}

impl Filter {
    const ALL: [Self; 4] = [Self::From, Self::In, Self::Before, Self::After];

    /// The word before the colon, in any letter case.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::In => "in",
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// The filter that a text begins with, and what follows the colon.
    fn at_start_of(text: &str) -> Option<(Self, &str)> {
        // Chinese and Japanese keyboards type the wide colon.
        let (word, after) = text.split_once([':', '：'])?;
        let filter = Self::ALL.into_iter().find(|filter| filter.as_str().eq_ignore_ascii_case(word))?;
        Some((filter, after))
    }
}

/// The pieces of a search, in the order in which they were typed.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = first_piece(rest);
        rest = after;
        Some(piece)
    })
}

fn first_piece(text: &str) -> (Piece<'_>, &str) {
    if let Some((quoted, after)) = quoted(text) {
        return (Piece::Quoted(quoted), after);
    }
    if let Some((filter, value)) = Filter::at_start_of(text) {
        let (value, after) = quoted(value).unwrap_or_else(|| split_before(value, char::is_whitespace));
        return (Piece::Filter(filter, value), after);
    }
    let (bare, after) = split_before(text, |c| c.is_whitespace() || closing_quotes(c).is_some());
    (Piece::Bare(bare), after)
}

/// What stands in the quotes that a text begins with, and what follows them. A quote that is never closed
/// runs to the end: its end is still being typed.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut characters = text.chars();
    let closing = closing_quotes(characters.next()?)?;
    let inside = characters.as_str();
    Some(inside.split_once(closing).unwrap_or((inside, "")))
}

/// What closes a quote, if a character opens one.
const fn closing_quotes(open: char) -> Option<&'static [char]> {
    match open {
        '"' => Some(&['"']),
        '＂' => Some(&['＂']),
        '“' => Some(&['”']),
        '„' => Some(&['“', '”']),
        '«' => Some(&['»']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

fn split_before(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Bare, Quoted};
    use super::*;

    #[track_caller]
    fn assert_pieces(text: &str, expected: &[Piece<'_>]) {
        assert_eq!(pieces(text).collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn quotes_of_any_kind_hold_a_phrase() {
        for text in ["\"a b\"", "“a b”", "„a b“", "„a b”", "«a b»", "「a b」", "『a b』", "＂a b＂", " \"a b"]
        {
            assert_pieces(text, &[Quoted("a b")]);
        }
        assert_pieces("你好「世界」x\"y", &[Bare("你好"), Quoted("世界"), Bare("x"), Quoted("y")]);
        assert_pieces("\"\" \"", &[Quoted(""), Quoted("")]);
    }

    #[test]
    fn filters_have_a_value_after_a_colon() {
        let filter = Piece::Filter;
        assert_pieces("from:ann x IN：#lobby", &[filter(Filter::From, "ann"), Bare("x"), filter(Filter::In, "#lobby")]);
        assert_pieces("in:\"two words\"x", &[filter(Filter::In, "two words"), Bare("x")]);
        assert_pieces("before:2026-11-25", &[filter(Filter::Before, "2026-11-25")]);
        assert_pieces("after: x", &[filter(Filter::After, ""), Bare("x")]);
    }

    #[test]
    fn what_only_looks_like_a_filter_is_text() {
        for text in ["http://x", "12:30", ":from:ann", "(from:ann", "from", "from@ann", "xfrom:ann"] {
            assert_pieces(text, &[Bare(text)]);
        }
        assert_pieces("\"from:ann\"", &[Quoted("from:ann")]);
        assert_pieces("from ann:x", &[Bare("from"), Bare("ann:x")]);
    }
}
