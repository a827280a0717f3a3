//! Pages of the domains as lists of the API.

use rialto_kernel::Page;
use rialto_wire::list::List;

/// A page, each item as `view` shows it.
pub(crate) fn list_of<T, V>(page: Page<T>, view: impl FnMut(T) -> V) -> List<V> {
    List {
        items: page.items.into_iter().map(view).collect(),
        next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
    }
}
