//! Which texts a search finds.

use rialto_kernel::ConversationId;
use rialto_messaging::{Profile, SearchQuery};

use super::super::pages::all_pages;
use crate::{Scene, Stores, builders};

/// The texts that a search as typed finds, the newest first.
pub(super) async fn found(scene: &Scene, reader: &Profile, typed: &str) -> Vec<String> {
    let query = SearchQuery::parse(typed).unwrap();
    let messages =
        all_pages(|after| scene.search.search_messages(reader.id, query.clone(), after, builders::limit(50))).await;
    messages.into_iter().map(|message| message.content.unwrap().as_str().to_owned()).collect()
}

async fn scene_saying(stores: Stores, texts: &[&str]) -> (Scene, ConversationId, Profile) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for text in texts {
        scene.say(id, &ann, text).await;
    }
    (scene, id, ann)
}

/// Each search finds these texts and no other, the newest first.
async fn assert_found(stores: Stores, texts: &[&str], cases: &[(&str, &[&str])]) {
    let (scene, _, ann) = scene_saying(stores, texts).await;
    for (typed, wanted) in cases {
        assert_eq!(found(&scene, &ann, typed).await, *wanted, "{typed:?}");
    }
}

/// Of the search and of the message.
pub async fn words_are_found_in_any_letter_case(stores: Stores) {
    let texts = ["Learning Rust today", "STRASSE and ΟΔΥΣΣΕΥΣ", "nothing of it"];
    let cases: &[(&str, &[&str])] = &[
        ("rust", &texts[..1]),
        ("TODAY", &texts[..1]),
        ("straße", &texts[1..2]),
        ("οδυσσευς", &texts[1..2]),
        ("python", &[]),
        ("earning", &[]),
    ];
    assert_found(stores, &texts, cases).await;
}

/// What is still being typed; only the last word of what is joined may be a beginning.
pub async fn the_beginning_of_a_word_finds_it(stores: Stores) {
    let texts = ["the rust-language book", "rusty nails", "trust me"];
    let cases: &[(&str, &[&str])] = &[
        ("rus", &[texts[1], texts[0]]),
        ("rust-lang", &[texts[0]]),
        ("rus-language", &[]),
        ("r", &[texts[1], texts[0]]),
        ("langu bo", &[texts[0]]),
    ];
    assert_found(stores, &texts, cases).await;
}

/// Wherever each of them stands.
pub async fn all_words_must_be_found(stores: Stores) {
    let texts = ["buy low sell high", "sell now", "buy and hold and sell"];
    let cases: &[(&str, &[&str])] =
        &[("sell buy", &[texts[2], texts[0]]), ("sell buy hold", &[texts[2]]), ("sell buy never", &[])];
    assert_found(stores, &texts, cases).await;
}

/// Its words in a row, each whole.
pub async fn a_phrase_is_found_as_it_was_said(stores: Stores) {
    let texts = ["the quick brown fox", "quick, brown!", "brown quick", "quick browning"];
    let cases: &[(&str, &[&str])] = &[
        ("\"quick brown\"", &[texts[1], texts[0]]),
        ("\"brown quick\"", &[texts[2]]),
        ("\"quick brown\" fox", &[texts[0]]),
        ("\"the fox\"", &[]),
    ];
    assert_found(stores, &texts, cases).await;
}

/// Any part of a text in Chinese or Japanese, whose words no space separates.
pub async fn any_part_of_a_text_without_spaces_is_found(stores: Stores) {
    let texts = ["我昨天在東京買了手機", "東京タワーは高いです", "李小龙的电影", "东京"];
    let cases: &[(&str, &[&str])] = &[
        ("東京", &[texts[1], texts[0]]),
        ("手機", &[texts[0]]),
        ("タワー", &[texts[1]]),
        ("高い", &[texts[1]]),
        ("小龙", &[texts[2]]),
        ("京東", &[]),
        ("東 手", &[texts[0]]),
        ("東手", &[]),
    ];
    assert_found(stores, &texts, cases).await;
}

/// With or without the marks that many leave out.
pub async fn other_scripts_are_found(stores: Stores) {
    let texts = ["Сегодня хорошая погода", "مَرحَبًا يا صديقي", "שלום עולם", "오늘 날씨가 좋다", "Zażółć gęślą jaźń"];
    let cases: &[(&str, &[&str])] = &[
        ("ПОГОДА", &texts[..1]),
        ("хорош", &texts[..1]),
        ("مرحبا", &texts[1..2]),
        ("صديق", &texts[1..2]),
        ("עולם", &texts[2..3]),
        ("날씨", &texts[3..4]),
        ("GĘŚLĄ", &texts[4..]),
    ];
    assert_found(stores, &texts, cases).await;
}

/// Alone and amid words, in whatever form.
pub async fn emoji_are_found(stores: Stores) {
    let texts = ["to the moon 🚀🚀", "I ❤️ it", "ok👍🏽", "🇩🇪 and 🇫🇷", "no emoji"];
    let cases: &[(&str, &[&str])] =
        &[("🚀", &texts[..1]), ("❤", &texts[1..2]), ("👍", &texts[2..3]), ("🇫🇷", &texts[3..4]), ("🦀", &[])];
    assert_found(stores, &texts, cases).await;
}

/// What a store's own search language would take for an operator is text here.
pub async fn what_looks_like_an_operator_is_text(stores: Stores) {
    let texts = ["cats AND dogs", "cats or dogs", "NOT NEAR me", "a:b c*d (e) ^f -g", "100% _ \\ ' ; --"];
    let cases: &[(&str, &[&str])] = &[
        ("cats and", &texts[..1]),
        ("cats OR", &texts[1..2]),
        ("not near", &texts[2..3]),
        ("(c*d", &texts[3..4]),
        ("^f -g", &texts[3..4]),
        ("'100%' --", &texts[4..]),
        ("dogs AND", &texts[..1]),
    ];
    assert_found(stores, &texts, cases).await;
}

/// The longest message there is, from its first to its last word.
pub async fn a_long_message_is_found_by_its_last_word(stores: Stores) {
    let long = format!("first {}last", "和x ".repeat(2_600));
    let (scene, _, ann) = scene_saying(stores, &[&long, "short"]).await;
    for typed in ["first", "last", "和x", "\"x last\""] {
        assert_eq!(found(&scene, &ann, typed).await, std::slice::from_ref(&long), "{typed:?}");
    }
}
