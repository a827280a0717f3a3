//! Lists of services come in pages; clients of the surfaces know of none.

use rialto_kernel::{Cursor, Page};

/// The items of one page after the other, until there are no more or `most` are there; up to a page more than that.
pub(crate) async fn gather<T, E>(
    most: usize,
    mut page: impl AsyncFnMut(Option<Cursor>) -> Result<Page<T>, E>,
) -> Result<Vec<T>, E> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let next = page(after).await?;
        items.extend(next.items);
        after = next.next_cursor;
        if after.is_none() || items.len() >= most {
            return Ok(items);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[tokio::test]
    async fn pages_are_read_until_there_is_enough_or_no_more() {
        for (most, expected) in [(0, 2), (2, 2), (3, 4), (100, 6)] {
            let mut begun = 0;
            let page = async |after: Option<Cursor>| {
                assert_eq!(after.is_some(), begun > 0);
                begun += 2;
                let next_cursor = (begun < 6).then(|| Cursor::from_keys(&[&begun]));
                Ok::<_, Infallible>(Page { items: vec![begun - 1, begun], next_cursor })
            };
            let items = gather(most, page).await.unwrap();
            assert_eq!(items, (1..=expected).collect::<Vec<_>>());
        }
    }
}
