//! A rule that no macro lists would never run: this test finds it.

#![allow(clippy::unwrap_used, reason = "a failure panics")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_rule_is_listed_in_the_macro_of_its_suite() {
    for suite in suites() {
        let sources: Vec<String> = files_of(&suite).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let written: BTreeSet<&str> = sources.iter().flat_map(|source| rules_written(source)).collect();
        let listed: BTreeSet<&str> = sources.iter().flat_map(|source| rules_listed(source)).collect();
        assert!(!listed.is_empty(), "{} lists no rules", suite.display());
        assert_eq!(written, listed, "{}", suite.display());
    }
}

/// Each suite: a folder, or a file that has a macro of its own.
fn suites() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contract");
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let is_suite = |path: &PathBuf| path.is_dir() || fs::read_to_string(path).unwrap().contains("_contract {");
    entries.filter(is_suite).collect()
}

fn files_of(suite: &Path) -> Vec<PathBuf> {
    match fs::read_dir(suite) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => vec![suite.to_owned()],
    }
}

fn rules_written(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split('(').next())
}

/// The names in the macro's list, one per line; its first line names the suite.
fn rules_listed(source: &str) -> impl Iterator<Item = &str> {
    let list = source.split_once("$crate::contract_tests! {").map_or("", |(_, list)| list);
    let list = list.split_once('}').map_or(list, |(list, _)| list);
    list.lines().filter_map(|line| line.trim().strip_suffix(','))
}
