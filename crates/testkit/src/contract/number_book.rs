//! What every [`NumberBook`](rialto_kernel::NumberBook) promises.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rialto_kernel::{NumberBook, Numbered};
use uuid::Uuid;

use super::concurrency::at_once;

/// A fresh, empty number book.
pub struct Book {
    book: Arc<dyn NumberBook>,
    _guard: Box<dyn Any + Send + Sync>,
}

impl Book {
    /// The guard is whatever must live as long as the book is used, such as a temporary directory.
    pub fn new(book: impl NumberBook + 'static, guard: impl Any + Send + Sync) -> Self {
        Self { book: Arc::new(book), _guard: Box::new(guard) }
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book").finish_non_exhaustive()
    }
}

/// Runs the rules of [`NumberBook`](rialto_kernel::NumberBook) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Book`](crate::contract::number_book::Book).
#[macro_export]
macro_rules! number_book_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, number_book:
            numbers_begin_at_one_and_stay,
            kinds_are_counted_apart,
            an_id_that_is_asked_for_twice_at_once_has_one_number,
            what_has_no_number_is_nobodys,
            many_at_once_leave_no_hole_and_give_no_number_twice,
        }
    };
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// In the order in which they were asked for, whatever the ids are.
pub async fn numbers_begin_at_one_and_stay(Book { book, _guard }: Book) {
    assert_eq!(book.numbers_of(Numbered::User, &[id(9), id(3)]).await.unwrap(), [1, 2]);
    assert_eq!(book.numbers_of(Numbered::User, &[id(5), id(3), id(1)]).await.unwrap(), [3, 2, 4]);
    assert_eq!(book.numbers_of(Numbered::User, &[id(1), id(9), id(5)]).await.unwrap(), [4, 1, 3]);
    assert_eq!(book.numbers_of(Numbered::User, &[]).await.unwrap(), [0_u64; 0]);
    for (number, expected) in [(1, id(9)), (2, id(3)), (3, id(5)), (4, id(1))] {
        assert_eq!(book.id_of(Numbered::User, number).await.unwrap(), Some(expected));
    }
}

/// And one id may be of several.
pub async fn kinds_are_counted_apart(Book { book, _guard }: Book) {
    book.numbers_of(Numbered::User, &[id(1), id(2)]).await.unwrap();
    for kind in [Numbered::Conversation, Numbered::Message] {
        assert_eq!(book.numbers_of(kind, &[id(2)]).await.unwrap(), [1]);
        assert_eq!(book.id_of(kind, 1).await.unwrap(), Some(id(2)));
        assert_eq!(book.id_of(kind, 2).await.unwrap(), None);
    }
}

/// In one question, too.
pub async fn an_id_that_is_asked_for_twice_at_once_has_one_number(Book { book, _guard }: Book) {
    assert_eq!(book.numbers_of(Numbered::Message, &[id(7), id(8), id(7)]).await.unwrap(), [1, 2, 1]);
    assert_eq!(book.numbers_of(Numbered::Message, &[id(9)]).await.unwrap(), [3]);
}

/// However large it is.
pub async fn what_has_no_number_is_nobodys(Book { book, _guard }: Book) {
    book.numbers_of(Numbered::User, &[id(1)]).await.unwrap();
    for number in [0, 2, u64::MAX] {
        assert_eq!(book.id_of(Numbered::User, number).await.unwrap(), None);
    }
}

/// Everybody who asks for the same is told the same.
pub async fn many_at_once_leave_no_hole_and_give_no_number_twice(Book { book, _guard }: Book) {
    let acts = (0..40_u128).map(|n| {
        let book = book.clone();
        // Each pair is asked for by two.
        async move { book.numbers_of(Numbered::Message, &[id(1 + n / 2), id(1_000 + n / 2)]).await }
    });
    let told: Vec<Vec<u64>> = at_once(acts).await.into_iter().map(Result::unwrap).collect();
    let mut all: Vec<u64> = told.iter().flatten().copied().collect();
    all.sort_unstable();
    let expected: Vec<u64> = (1..=40).flat_map(|n| [n, n]).collect();
    assert_eq!(all, expected);
    for pair in told.chunks(2) {
        assert_eq!(pair[0], pair[1]);
    }
}
