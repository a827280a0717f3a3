//! What a text is found by, in the words of PostgreSQL.
//!
//! Vectors and queries are written out and never go through a text search configuration: the program alone decides
//! what the terms of a text are.

use std::collections::HashMap;

use rialto_messaging::Clause;

/// PostgreSQL keeps no more positions of a term in a text.
const MAX_POSITIONS: usize = 256;

/// Marks a text that has a term more often, so that phrases in it cannot be found by position. No term is like it.
const LOSSY: &str = "' '";

/// The `tsvector` of a text.
pub fn vector(text: &str) -> String {
    let terms = rialto_messaging::terms(text);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    terms.iter().for_each(|term| *counts.entry(term).or_default() += 1);
    let mark = counts.values().any(|count| *count > MAX_POSITIONS).then(|| LOSSY.to_owned());
    let placed = terms.iter().zip(1..).map(|(term, position)| format!("{}:{position}", quoted(term)));
    mark.into_iter().chain(placed).collect::<Vec<_>>().join(" ")
}

/// The `tsquery` of all of these clauses; `None` if they ask for nothing. It finds every text that matches, and of
/// those that are marked [`LOSSY`] also some that have the terms of a phrase in other places.
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
    match terms.len() {
        0 => None,
        1 => Some(format!("{}{mark}", terms.concat())),
        _ => Some(format!("({}{mark} | {LOSSY} & {}{mark})", terms.join(" <-> "), terms.join(" & "))),
    }
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
    fn a_text_that_repeats_a_term_beyond_what_is_kept_is_marked() {
        assert!(!vector(&"again ".repeat(MAX_POSITIONS)).contains(LOSSY));
        assert!(vector(&"again ".repeat(MAX_POSITIONS + 1)).starts_with("' ' 'again':1 "));
    }

    #[test]
    fn queries_are_phrases_that_all_must_match() {
        let terms = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let clauses = [Clause::Words(terms(&["a", "b"])), Clause::Phrase(terms(&["it's\\"]))];
        assert_eq!(query(&clauses).as_deref(), Some("('a' <-> 'b':* | ' ' & 'a' & 'b':*) & 'it''s\\\\'"));
        assert_eq!(query(&[]), None);
        assert_eq!(query(&[Clause::Words(Vec::new())]), None);
    }
}
