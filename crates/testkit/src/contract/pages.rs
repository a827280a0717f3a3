use std::fmt::Debug;
use std::future::Future;

use rialto_kernel::{Cursor, Page, StoreError};

/// Cursors that no store wrote.
pub(super) const NONSENSE_CURSORS: [&str; 8] =
    ["nonsense", "~", "~~~", "0", "-1~-1", "'; --", "\0", "9999999999999999999999~x"];

/// Follows the cursors of a list from its first page to its last, the way a client sends them back.
pub(super) async fn all_pages<T, F>(mut list: impl FnMut(Option<Cursor>) -> F) -> Vec<T>
where
    T: Debug,
    F: Future<Output = Result<Page<T>, StoreError>>,
{
    let mut items = Vec::new();
    let mut after = None;
    for _ in 0..1_000 {
        let page = list(after).await.unwrap();
        let Some(cursor) = page.next_cursor else {
            items.extend(page.items);
            return items;
        };
        assert!(!page.items.is_empty(), "a page that is not the last holds something");
        items.extend(page.items);
        after = Some(Cursor::parse(cursor.as_str()).expect("a store's own cursor is short enough to come back"));
    }
    panic!("the pages never end: {items:?}");
}
