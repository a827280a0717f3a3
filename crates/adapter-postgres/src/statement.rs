//! Statements in plain SQL.

use diesel::expression::{AppearsOnTable, AsExpression, Expression, TypedExpressionType};
use diesel::pg::Pg;
use diesel::prelude::QueryResult;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, SqlType, Untyped};

/// A statement with a `?` for each value that is bound, in their order.
///
/// Connections keep it prepared. Of what Diesel builds, they forget every UPDATE, every INSERT of values and every
/// `sql_query`: each of those costs another round trip and a plan, under the locks that the act holds.
pub struct Statement<'a> {
    sql: &'static str,
    values: Vec<Box<dyn QueryFragment<Pg> + Send + 'a>>,
}

impl<'a> Statement<'a> {
    pub fn new(sql: &'static str) -> Self {
        Self { sql, values: Vec::new() }
    }

    pub fn bind<T, V>(mut self, value: V) -> Self
    where
        T: SqlType + TypedExpressionType,
        V: AsExpression<T>,
        V::Expression: QueryFragment<Pg> + Send + 'a,
    {
        self.values.push(Box::new(value.as_expression()));
        self
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for (index, piece) in self.sql.split('?').enumerate() {
            if index > 0
                && let Some(value) = values.next()
            {
                value.walk_ast(out.reborrow())?;
            }
            out.push_sql(piece);
        }
        Ok(())
    }
}

impl Query for Statement<'_> {
    type SqlType = Untyped;
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The number of the transaction that is under way.
#[derive(Clone, Copy, Debug, QueryId)]
pub struct CurrentTransaction;

impl Expression for CurrentTransaction {
    type SqlType = BigInt;
}

impl<From> AppearsOnTable<From> for CurrentTransaction {}

impl QueryFragment<Pg> for CurrentTransaction {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("pg_current_xact_id()::text::bigint");
        Ok(())
    }
}
