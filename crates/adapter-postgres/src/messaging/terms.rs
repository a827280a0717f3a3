//! What a text is found by, in the words of PostgreSQL.
//!
//! Vectors and queries are written out and never go through a text search configuration: the program alone decides
//! what the terms of a text are. PostgreSQL keeps 256 positions of a term in a text, and none above 16,383: phrases
//! that begin later in a text are not found in it.

use rialto_messaging::Clause;

/// The `tsvector` of a text.
pub fn vector(text: &str) -> String {
    let terms = rialto_messaging::terms(text);
    let placed = terms.iter().zip(1..).map(|(term, position)| format!("{}:{position}", quoted(term)));
    placed.collect::<Vec<_>>().join(" ")
}

/// The `tsquery` that all of these clauses make; `None` if they ask for nothing.
pub fn query(clauses: &[Clause]) -> Option<String> {
    let asked = clauses.iter().filter_map(|clause| match clause {
        Clause::Words(terms) => phrase(terms, ":*"),
        Clause::Phrase(terms) => phrase(terms, ""),
    });
    let asked: Vec<String> = asked.collect();
    (!asked.is_empty()).then(|| asked.join(" & "))
}

/// Terms one after the other, the last with a mark.
fn phrase(terms: &[String], mark: &str) -> Option<String> {
    let terms: Vec<String> = terms.iter().map(|term| quoted(term)).collect();
    (!terms.is_empty()).then(|| format!("({}{mark})", terms.join(" <-> ")))
}

fn quoted(term: &str) -> String {
    format!("'{}'", term.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_keeps_the_order_of_the_terms() {
        assert_eq!(vector("say it"), "'say':1 'it':2");
        assert_eq!(vector(""), "");
    }

    #[test]
    fn queries_are_phrases_that_all_must_match() {
        let terms = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let clauses = [Clause::Words(terms(&["a", "b"])), Clause::Phrase(terms(&["it's", "c\\"]))];
        assert_eq!(query(&clauses).as_deref(), Some("('a' <-> 'b':*) & ('it''s' <-> 'c\\\\')"));
        assert_eq!(query(&[]), None);
        assert_eq!(query(&[Clause::Words(Vec::new())]), None);
    }
}
