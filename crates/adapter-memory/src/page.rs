use rialto_kernel::{Cursor, Instant, Page, PageLimit};

/// The next page of rows that are in order already.
pub fn page_of<T>(rows: impl Iterator<Item = T>, limit: PageLimit, cursor_of: impl Fn(&T) -> Cursor) -> Page<T> {
    Page::from_overfull(rows.take(limit.as_usize() + 1).collect(), limit, cursor_of)
}

/// What follows a cursor that cannot be read.
pub fn nothing<T>() -> Page<T> {
    Page { items: Vec::new(), next_cursor: None }
}

/// A position in a list ordered by time, then id.
pub fn time_cursor(at: Instant, id: impl std::fmt::Display) -> Cursor {
    Cursor::from_keys(&[&at.timestamp_micros(), &id])
}

/// Reads a [`time_cursor`] back: microseconds since 1970 and the id.
pub fn read_time_cursor<I: std::str::FromStr>(cursor: &Cursor) -> Option<(i64, I)> {
    let mut keys = cursor.keys();
    let position = (keys.next()?.parse().ok()?, keys.next()?.parse().ok()?);
    keys.next().is_none().then_some(position)
}

/// The same page with every item converted.
pub fn try_map<T, U, E>(page: Page<T>, convert: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
    let Page { items, next_cursor } = page;
    Ok(Page { items: items.into_iter().map(convert).collect::<Result<_, _>>()?, next_cursor })
}
