//! The statements that read the tables. All values come as text: what types another server chose for them is its matter.

use super::layout::{FoundColumn, FoundTable};
use super::mappings::Field;

/// Users and the like, the oldest first.
pub fn by_age(table: &FoundTable) -> String {
    let mut order = Vec::new();
    if let Some(made) = table.column(Field::CreatedAt) {
        order.push(format!("{} NULLS FIRST", quoted(&made.name)));
    }
    order.extend(table.column(Field::Id).map(|id| quoted(&id.name)));
    select(table, &order)
}

/// In the order of a column's text, byte by byte: two tables in this order are read side by side. What is equal in that
/// comes the oldest first.
pub fn by_text(table: &FoundTable, field: Field) -> String {
    let mut order = Vec::new();
    order.extend(table.column(field).map(|column| format!("{}::text COLLATE \"C\"", quoted(&column.name))));
    order.extend(table.column(Field::CreatedAt).map(|column| format!("{} NULLS FIRST", quoted(&column.name))));
    order.extend(table.column(Field::User).map(|column| quoted(&column.name)));
    select(table, &order)
}

/// The messages of one place together, each place's in the order in which they were said.
pub fn messages(table: &FoundTable) -> String {
    let column = |field| table.column(field).map(|column| quoted(&column.name));
    let mut order = Vec::new();
    if let Some(place) = column(Field::Place) {
        order.push(format!("coalesce({place}::text, '')"));
    }
    if let (Some(to), Some(from)) = (column(Field::Recipient), column(Field::Sender)) {
        order.push(format!(
            "CASE WHEN coalesce({to}::text, '') = '' THEN '' \
             ELSE least({from}::text, {to}::text) || ' ' || greatest({from}::text, {to}::text) END"
        ));
    }
    order.extend(column(Field::CreatedAt));
    order.extend(column(Field::Id));
    select(table, &order)
}

/// How many rows are gone; `None` where none can be.
pub fn count_gone(table: &FoundTable) -> Option<String> {
    let gone = table.column(Field::GoneAt)?;
    Some(format!("SELECT count(*) FROM {} WHERE {} IS NOT NULL", quoted(&table.name), quoted(&gone.name)))
}

fn select(table: &FoundTable, order: &[String]) -> String {
    let columns: Vec<String> = table.columns.iter().map(|(_, column)| as_text(column)).collect();
    let mut sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
    if let Some(gone) = table.column(Field::GoneAt) {
        sql.push_str(&format!(" WHERE {} IS NULL", quoted(&gone.name)));
    }
    if !order.is_empty() {
        sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
    }
    sql
}

fn as_text(column: &FoundColumn) -> String {
    let name = quoted(&column.name);
    match column.kind.as_str() {
        "ARRAY" => format!("to_jsonb({name})::text"),
        "bytea" => format!("encode({name}, 'hex')"),
        _ => format!("{name}::text"),
    }
}

/// A name as SQL takes it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(Field, &str, &str)]) -> FoundTable {
        let column = |(field, name, kind): &(Field, &str, &str)| {
            (*field, FoundColumn { name: (*name).to_owned(), kind: (*kind).to_owned() })
        };
        FoundTable { name: "odd\"one".to_owned(), columns: columns.iter().map(column).collect() }
    }

    #[test]
    fn names_are_quoted_and_types_become_texts() {
        let table = table(&[
            (Field::Id, "id", "bytea"),
            (Field::Members, "mem bers", "ARRAY"),
            (Field::CreatedAt, "at", "bigint"),
            (Field::GoneAt, "gone", "date"),
        ]);
        assert_eq!(
            by_age(&table),
            "SELECT encode(\"id\", 'hex'), to_jsonb(\"mem bers\")::text, \"at\"::text, \"gone\"::text \
             FROM \"odd\"\"one\" WHERE \"gone\" IS NULL ORDER BY \"at\" NULLS FIRST, \"id\""
        );
    }

    #[test]
    fn what_two_say_to_each_other_is_read_together() {
        let table = table(&[
            (Field::Id, "id", "text"),
            (Field::Sender, "a", "text"),
            (Field::Recipient, "b", "text"),
            (Field::Place, "r", "text"),
            (Field::CreatedAt, "at", "text"),
        ]);
        let sql = messages(&table);
        assert!(sql.contains("least(\"a\"::text, \"b\"::text)") && sql.ends_with("END, \"at\", \"id\""), "{sql}");
    }
}
