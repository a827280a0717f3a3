use std::path::Path;
use std::time::Duration;

use rialto_kernel::text::fold;
use rialto_messaging::{MessageContent, terms};
use uuid::Uuid;

use super::super::terms::insert_terms;
use super::*;
use crate::connection::open_writing;
use crate::migrate::apply;

/// An index of these texts.
fn index_of(texts: &[String]) -> (SqliteConnection, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = open_writing(&directory.path().join("test.db"), Duration::from_secs(1)).unwrap();
    apply(Path::new("test.db"), &mut connection).unwrap();
    connection
        .transaction(|connection| {
            for (text, id) in texts.iter().zip(1..) {
                let content = MessageContent::parse(text).unwrap();
                let id = Uuid::from_u128(id);
                insert_terms(connection, id.into(), id.into(), &content)
                    .map_err(|_| diesel::result::Error::NotFound)?;
            }
            QueryResult::Ok(())
        })
        .unwrap();
    (connection, directory)
}

/// The places, in the list of texts, of those that have the clause.
fn find(connection: &mut SqliteConnection, clause: Clause) -> Vec<usize> {
    let rows: Vec<i64> =
        sql::<diesel::sql_types::BigInt>("SELECT rowid FROM message_search WHERE message_search MATCH ")
            .bind::<Text, _>(match_expression(&[clause]).unwrap())
            .sql(" ORDER BY rowid")
            .load(connection)
            .unwrap();
    rows.into_iter().map(|docid| usize::try_from(docid).unwrap() - 1).collect()
}

#[test]
fn the_index_finds_what_the_terms_say() {
    let texts = [
        "Learning rust-language today",
        "我昨天在東京タワー買了手機",
        "ok👍🏽, I ❤️ it 🇩🇪🇫🇷",
        "หนึ่ง ไปเที่ยว",
        "مُحَمَّد हिन्दी में",
        "1️⃣ café CAFE",
        "and OR not NEAR(a b) col: x* ^y \"z\" a-b",
    ];
    let texts: Vec<String> = texts.map(str::to_owned).into();
    let (mut connection, _directory) = index_of(&texts);
    let wanted = [
        "rust",
        "rust-lang",
        "lang rust",
        "learn",
        "東京",
        "京東",
        "京",
        "タワ",
        "👍",
        "👍🏽",
        "👍🏿",
        "❤",
        "🇩🇪",
        "🇪🇫",
        "ไป",
        "เที่ย",
        "محمد",
        "हिन्",
        "1️⃣",
        "cafe",
        "café",
        "or",
        "near a b",
        "NOT near",
        "a b",
        "x y z",
        "*",
        "\"",
    ];
    for wanted in wanted {
        let row = terms(wanted);
        if row.is_empty() {
            continue;
        }
        for clause in [Clause::Words(row.clone()), Clause::Phrase(row)] {
            let expected: Vec<usize> = (0..texts.len()).filter(|i| clause.matches(&terms(&texts[*i]))).collect();
            assert_eq!(find(&mut connection, clause), expected, "{wanted}");
        }
    }
}

/// One in fifty of the characters that a term can begin with is found alone and as a beginning.
#[test]
fn whatever_character_a_term_has_is_part_of_it() {
    let characters = (0..=u32::from(char::MAX)).step_by(53).filter_map(char::from_u32);
    let words: Vec<String> = characters
        .filter(|c| fold(&c.to_string()).chars().eq([*c]))
        .map(|c| terms(&c.to_string()).concat())
        .filter(|term| term.chars().count() == 1)
        .collect();
    assert!(words.len() > 2_000, "{}", words.len());
    let texts: Vec<String> = words.chunks(500).map(|words| words.join(" ")).collect();
    let (mut connection, _directory) = index_of(&texts);
    for (place, word) in words.iter().enumerate() {
        for clause in [Clause::Phrase(vec![word.clone()]), Clause::Words(vec![word.clone()])] {
            assert_eq!(find(&mut connection, clause), [place / 500], "{word:?} {}", word.escape_unicode());
        }
    }
}

#[test]
fn nothing_that_is_looked_for_is_a_command_of_the_index() {
    let (mut connection, _directory) = index_of(&["a b".to_owned()]);
    for hostile in ["\"", "a\" OR \"b", "a*", "terms:a", "NEAR(", "\\", "'", "-a", "^a", "("] {
        let clause = Clause::Phrase(vec![hostile.to_owned()]);
        assert_eq!(find(&mut connection, clause), Vec::<usize>::new(), "{hostile}");
    }
}
