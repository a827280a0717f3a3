//! Pages of a list, and the opaque cursors that lead from one to the next.

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order the list promises.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last page.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page from up to `limit + 1` rows: the extra row only proves that there is more.
    /// `cursor_of` names the position of the last row that is kept.
    pub fn from_overfull(mut rows: Vec<T>, limit: PageLimit, cursor_of: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit.as_usize();
        rows.truncate(limit.as_usize());
        let next_cursor = if more { rows.last().map(cursor_of) } else { None };
        Self { items: rows, next_cursor }
    }

    /// The same page with every item converted.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), next_cursor: self.next_cursor }
    }
}

/// A position in a list. Its text means something only to whoever wrote it. A store answers a cursor
/// that it cannot read with a page of its list, mostly an empty one, never with an error that would reveal
/// its form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl Cursor {
    /// Longest cursor that is accepted, in bytes.
    pub const MAX_BYTES: usize = 200;

    /// Takes a cursor as a client sent it back; `None` when it is longer than any that was given.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= Self::MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// Joins the sort keys of a row into a cursor. Keys must not contain `~`.
    #[must_use]
    pub fn from_keys(keys: &[&dyn std::fmt::Display]) -> Self {
        Self(keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("~"))
    }

    /// The sort keys that [`Cursor::from_keys`] joined.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.split('~')
    }

    /// The text to hand to a client.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many items a page may hold: 1 to 100, 50 unless told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit(u16);

impl PageLimit {
    /// The most items a page may hold.
    pub const MAX: u16 = 100;

    /// As many as a page may hold.
    pub const FULL: Self = Self(Self::MAX);

    /// `None` outside 1..=100.
    #[must_use]
    pub fn parse(limit: u64) -> Option<Self> {
        u16::try_from(limit).ok().filter(|limit| (1..=Self::MAX).contains(limit)).map(Self)
    }

    /// The limit for slices and `take`.
    #[must_use]
    pub const fn as_usize(self) -> usize {
        self.0 as usize
    }

    /// How many rows to ask a store for: one more than the page, to learn whether there is another.
    #[must_use]
    pub const fn overfull(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(50)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor_of(row: &u8) -> Cursor {
        Cursor::from_keys(&[row])
    }

    #[test]
    fn a_full_last_page_has_no_cursor() {
        let limit = PageLimit::parse(3).unwrap();
        let page = Page::from_overfull(vec![1, 2, 3], limit, cursor_of);
        assert_eq!(page, Page { items: vec![1, 2, 3], next_cursor: None });
    }

    #[test]
    fn the_extra_row_is_dropped_and_leaves_a_cursor() {
        let limit = PageLimit::parse(2).unwrap();
        let page = Page::from_overfull(vec![1, 2, 3], limit, cursor_of);
        assert_eq!(page, Page { items: vec![1, 2], next_cursor: Cursor::parse("2") });
    }

    #[test]
    fn limits_outside_the_bounds_are_refused() {
        assert_eq!(PageLimit::parse(0), None);
        assert_eq!(PageLimit::parse(101), None);
        assert!(PageLimit::parse(100).is_some());
    }
}
