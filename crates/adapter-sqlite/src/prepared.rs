//! What keeps a statement the same whatever it is asked about, so that SQLite reads its text once for each connection:
//! Diesel makes a new statement for each length of a list, for every update, and for every piece of raw SQL.

use std::fmt::Write;
use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, Bool, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};

use crate::value::DbId;

/// Whether a column holds one of these ids.
pub fn one_of<C: Expression>(column: C, ids: impl IntoIterator<Item = DbId>) -> OneOf<C> {
    let mut list = String::from("[");
    for id in ids {
        let separator = if list.len() > 1 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(list, "{separator}\"{}\"", id.0.simple());
    }
    list.push(']');
    OneOf { column, list }
}

/// See [`one_of`].
#[derive(Debug, Clone)]
pub struct OneOf<C> {
    column: C,
    /// A JSON array of the ids in hexadecimal digits.
    list: String,
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT unhex(value) FROM json_each(");
        out.push_bind_param::<Text, _>(&self.list)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryId> QueryId for OneOf<C> {
    type QueryId = OneOf<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Expression> Expression for OneOf<C> {
    type SqlType = Bool;
}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for OneOf<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C: Expression + AppearsOnTable<Q>, Q> AppearsOnTable<Q> for OneOf<C> {}
impl<C: Expression + SelectableExpression<Q>, Q> SelectableExpression<Q> for OneOf<C> {}

/// A statement in SQL, with a value for each `?` in it. `T` is what its rows hold.
#[derive(Debug)]
pub struct Statement<const N: usize, T = ()> {
    text: &'static str,
    values: [Value; N],
    rows: PhantomData<T>,
}

/// What may stand for a `?`.
#[derive(Debug)]
pub enum Value {
    Id(DbId),
    Integer(i64),
    Text(String),
}

/// The statement of this text.
pub const fn statement<const N: usize, T>(text: &'static str, values: [Value; N]) -> Statement<N, T> {
    Statement { text, values, rows: PhantomData }
}

impl<const N: usize, T> QueryFragment<Sqlite> for Statement<N, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut pieces = self.text.split('?');
        out.push_sql(pieces.next().unwrap_or_default());
        for (value, piece) in self.values.iter().zip(pieces) {
            match value {
                Value::Id(id) => out.push_bind_param::<Binary, _>(id)?,
                Value::Integer(number) => out.push_bind_param::<BigInt, _>(number)?,
                Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
            }
            out.push_sql(piece);
        }
        Ok(())
    }
}

impl<const N: usize, T> QueryId for Statement<N, T> {
    // Known by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<const N: usize, T> Query for Statement<N, T> {
    type SqlType = T;
}

impl<const N: usize, T> RunQueryDsl<SqliteConnection> for Statement<N, T> {}

/// A piece of SQL that never changes, and gives a whole number.
pub trait FixedSql: 'static {
    /// The text.
    const SQL: &'static str;
}

/// A [`FixedSql`] as an expression.
#[derive(Debug)]
pub struct Fixed<T>(PhantomData<T>);

impl<T> Clone for Fixed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fixed<T> {}

/// The expression of a piece of SQL.
pub const fn fixed<T: FixedSql>() -> Fixed<T> {
    Fixed(PhantomData)
}

impl<T: FixedSql> QueryFragment<Sqlite> for Fixed<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(T::SQL);
        Ok(())
    }
}

impl<T: FixedSql> QueryId for Fixed<T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: FixedSql> Expression for Fixed<T> {
    type SqlType = BigInt;
}

impl<T: FixedSql> ValidGrouping<()> for Fixed<T> {
    type IsAggregate = is_aggregate::No;
}

impl<T: FixedSql, Q> AppearsOnTable<Q> for Fixed<T> {}
impl<T: FixedSql, Q> SelectableExpression<Q> for Fixed<T> {}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::schema::users;

    struct One;

    impl FixedSql for One {
        const SQL: &'static str = "1";
    }

    fn is_prepared_once<Q: QueryId>(_: &Q) -> bool {
        Q::HAS_STATIC_QUERY_ID
    }

    #[test]
    fn a_statement_is_the_same_whatever_it_is_asked_about() {
        let ids = [DbId(uuid::Uuid::max()), DbId(uuid::Uuid::nil())];
        assert!(is_prepared_once(&users::table.filter(one_of(users::id, ids)).select((users::id, fixed::<One>()))));
        assert_eq!(one_of(users::id, []).list, "[]");
    }
}
