//! Searches as people type them, and what they find.

use proptest::prelude::*;

use super::*;

const LOBBY_ID: &str = "00000000-0000-7000-8000-000000000001";

fn parse(text: &str) -> SearchQuery {
    SearchQuery::parse(text).unwrap()
}

fn refusal(text: &str) -> (&'static str, String) {
    let InvalidValue { code, message } = SearchQuery::parse(text).unwrap_err();
    (code, message)
}

fn finds(search: &str, text: &str) -> bool {
    parse(search).matches_terms(&terms(text))
}

fn owned(terms: &[&str]) -> Vec<String> {
    terms.iter().map(ToString::to_string).collect()
}

fn channel(name: &str) -> Option<Within> {
    Some(Within::ChannelNamed(name.to_owned()))
}

fn instant(text: &str) -> Option<Instant> {
    Some(text.parse().unwrap())
}

#[test]
fn words_and_phrases_are_clauses() {
    let query = parse("Rust-lang «Hello, World» 李小龙 -");
    let expected = [
        Clause::Words(owned(&["rust", "lang"])),
        Clause::Phrase(owned(&["hello", "world"])),
        Clause::Words(owned(&["李", "小", "龙"])),
    ];
    assert_eq!(query, SearchQuery { clauses: expected.into(), ..SearchQuery::default() });
}

#[test]
fn filters_are_read_in_any_letter_case_and_order() {
    let query = parse("before:2026-11-25 hello FROM:@Ann in:#Lobby after:2026-11-24T09:30:00+02:00");
    assert_eq!(query.clauses, [Clause::Words(owned(&["hello"]))]);
    assert_eq!(query.from.as_deref(), Some("ann"));
    assert_eq!(query.within, channel("lobby"));
    assert_eq!(query.before, instant("2026-11-25T00:00:00Z"));
    assert_eq!(query.after, instant("2026-11-24T07:30:00Z"));
}

#[test]
fn a_filter_alone_is_a_search() {
    assert_eq!(parse("from:STRAẞE").from.as_deref(), Some("strasse"));
    assert_eq!(parse("from：＠李小龙").from.as_deref(), Some("李小龙"));
    assert_eq!(parse("in:\"Two  words\"").within, channel("two words"));
    assert_eq!(parse("in:never-closed").within, channel("never-closed"));
    assert_eq!(parse(&format!("in:{LOBBY_ID}")).within, Some(Within::Conversation(super::super::super::LOBBY)));
    assert_eq!(parse(&format!("in:#{LOBBY_ID}")).within, channel(LOBBY_ID), "a name that looks like an id");
    assert_eq!(parse("after:２０２６－１１－２５").after, instant("2026-11-25T00:00:00Z"));
    assert_eq!(parse("before:2026-11-25t10:00:00.1234567z").before, instant("2026-11-25T10:00:00.123456Z"));
}

#[test]
fn a_search_for_nothing_is_refused() {
    for text in ["", "  ", "\"", "\"\"", "- ! ...", "\"?!\"", "\u{200d}"] {
        assert_eq!(refusal(text).0, "too_short", "{text:?}");
    }
}

#[test]
fn a_search_is_bounded() {
    assert_eq!(parse(&"a".repeat(256)).clauses.len(), 1);
    assert_eq!(refusal(&"a".repeat(257)).0, "too_long");
    assert_eq!(parse(&"a ".repeat(20)).clauses.len(), 20);
    assert_eq!(refusal(&"a ".repeat(21)).0, "too_long");
}

#[test]
fn a_bad_filter_is_refused_by_its_name() {
    for (word, values) in [
        ("from", vec!["", "@", "al", "\"ann lee\"", "a/b/c"]),
        ("in", vec!["", "#", "\"\"", "\" \"", "lob\u{202e}by"]),
        (
            "before",
            vec![
                "",
                "soon",
                "12:30",
                "2026",
                "2026-1-1",
                "2026-02-30",
                "20261125",
                "26-11-2025",
                "2026-11-25T10",
                "2026-11-25T10:00:00",
                "2026-11-25T25:00:00Z",
                "\"2026-11-25 10:00:00Z\"",
                "+2026-11-25",
                "２",
            ],
        ),
        ("after", vec!["2026-13-01", "2026-11-25T10:00:00Zz", "2026-11-25T10:00:00 Z"]),
    ] {
        for value in values {
            let (code, message) = refusal(&format!("hello {word}:{value}"));
            assert_eq!(code, "invalid_format", "{word}:{value}");
            assert!(message.starts_with(&format!("{word}: ")), "{message}");
        }
    }
    assert_eq!(refusal("in:a in:b"), ("invalid_format", "in: may be given only once".to_owned()));
}

#[test]
fn what_only_looks_like_a_filter_is_looked_for() {
    assert!(finds("http://x.org", "see HTTP://x.org/page"));
    assert!(finds("12:30", "at 12:30"));
    assert!(finds("\"from:ann\"", "type from:ann"));
}

#[test]
fn texts_of_any_script_are_found() {
    for (search, text) in [
        ("龙", "李小龙来了"),
        ("「東京タワー」", "昨日、東京タワーに行った"),
        ("ｶﾞﾝﾊﾞ", "ガンバレ"),
        ("ПРИВ замок", "привет, за\u{301}мок"),
        ("محمد", "قال مُحَمَّد"),
        ("STRASSE", "Hauptstraße, die Straße"),
        ("istanbul", "İSTANBUL"),
        ("İstanbul", "istanbul"),
        ("ısparta", "ISPARTA"),
        ("❤", "I ❤️ you"),
        ("👨‍👩‍👧", "the 👨‍👩‍👧 family"),
        ("한국", "한국어"),
        ("เที่ยว", "ไปเที่ยวกัน"),
        ("fox \"quick brown\"", "the quick brown fox"),
    ] {
        assert!(finds(search, text), "{search} in {text}");
    }
    for (search, text) in [("cafe", "café"), ("\"brown quick\"", "quick brown"), ("fox cat", "fox"), ("龙李", "李小龙")]
    {
        assert!(!finds(search, text), "{search} in {text}");
    }
}

const ANY_SEARCH: &str =
    "((from|IN|before|after|x)[:：]|[\"“”«»「」@#]|2026-11-2[0-9]|[a-zß李👍İ]{1,4}|[ \n]|\\PC){0,40}";
const WORD: &str = "[A-Za-zÀ-ÖØ-öø-ľŁ-ňŋ-žΆΈ-ΊΎ-ΡΣ-ώЀ-ҁא-תء-غ]{1,12}";

proptest! {
    #[test]
    fn any_search_is_read_or_refused_but_never_panics(text in any::<String>(), typed in ANY_SEARCH) {
        let _ = SearchQuery::parse(&text);
        if let Ok(query) = SearchQuery::parse(&typed) {
            prop_assert!(query != SearchQuery::default() && query.clauses.len() <= SearchQuery::MAX_CLAUSES);
        }
    }

    #[test]
    fn any_part_of_a_text_without_spaces_finds_it(text in "[一-龥ぁ-ゖァ-ヺㄅ-ㄯ]{1,60}", from in 0_usize..60, length in 1_usize..60) {
        let characters: Vec<char> = text.chars().collect();
        let from = from % characters.len();
        let part: String = characters[from..].iter().take(length).collect();
        prop_assert!(finds(&part, &text));
        prop_assert!(finds(&["「", &part, "」"].concat(), &text));
    }

    #[test]
    fn every_word_finds_its_text_in_whatever_letter_case(words in prop::collection::vec(WORD, 1..9)) {
        let text = words.join(" ");
        for word in &words {
            for typed in [word.clone(), word.to_uppercase(), word.to_lowercase()] {
                prop_assert!(finds(&typed, &text), "{}", typed);
                prop_assert!(finds(&["\"", &typed].concat(), &text), "{}", typed);
            }
            let beginning: String = word.chars().take(3).collect();
            prop_assert!(finds(&beginning, &text), "{}", beginning);
        }
    }

    #[test]
    fn a_text_is_found_by_the_whole_of_it_in_quotes(text in "[^\"]{1,250}") {
        let quoted = ["\"", &text, "\""].concat();
        prop_assert_eq!(SearchQuery::parse(&quoted).is_err(), terms(&text).is_empty());
        prop_assert!(terms(&text).is_empty() || finds(&quoted, &text));
    }
}
