//! Finding messages.

use reqwest::Method;
use rialto_client::wire::messaging::VisibilityWord;

use crate::support::people::text;
use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Scene, lobby, on_every_database};

/// What somebody finds, newest first.
async fn found(person: &Person, parameters: &[(&str, &str)]) -> Vec<String> {
    let page = person.rest.search(parameters).await.unwrap();
    page.items.iter().map(|message| text(message).to_owned()).collect()
}

on_every_database!(words_and_phrases_find_what_was_said, async |backend| {
    let scene = Scene::start(backend).await;
    for said in ["The quick brown fox", "brown the fox, quick!", "Foxes are quick", "nothing"] {
        scene.ann.say(scene.room, said).await;
    }
    let q = async |q: &str| found(&scene.bob, &[("q", q)]).await;
    assert_eq!(q("QUICK fox").await, ["Foxes are quick", "brown the fox, quick!", "The quick brown fox"]);
    assert_eq!(q("\"quick brown\"").await, ["The quick brown fox"]);
    assert_eq!(q("\"fox\" brown").await, ["brown the fox, quick!", "The quick brown fox"], "no foxes");
    assert_eq!(q("bro fo").await.len(), 2, "by their beginnings");
    assert_eq!(q("rown").await, [""; 0], "not by their middles");
    assert_eq!(q("quick slow").await, [""; 0], "all words must be there");
    for harmless in ["%", "_", "'", "*", "NEAR(a b)", "a OR b", "\\", "content:fox", "fox*", "-fox", "(", "{fox}"] {
        scene.bob.rest.search(&[("q", &format!("zzz {harmless}"))]).await.unwrap();
    }
});

on_every_database!(every_script_is_searched, async |backend| {
    let scene = Scene::start(backend).await;
    for (said, asked) in [
        ("我们明天去北京投资", "北京"),
        ("東京タワーで会いましょう", "タワー"),
        ("Куда пойдём завтра?", "пойд"),
        ("Счёт оплачен", "счёт"),
        ("صباح الخير يا أصدقاء", "الخير"),
        ("مُحَمَّد", "محمد"),
        ("안녕하세요 여러분", "안녕"),
        ("Καλημέρα κόσμε", "καλημέρα"),
        ("नमस्ते दुनिया", "नमस्ते"),
        ("Größe STRASSE", "straße"),
        ("ship it 🚀🚀", "🚀"),
        ("family 👨‍👩‍👧", "👨‍👩‍👧"),
        ("see https://example.org/a_b", "example.org"),
    ] {
        scene.ann.say(scene.room, said).await;
        assert_eq!(found(&scene.bob, &[("q", asked)]).await, [said], "{asked}");
        scene.ann.rest.search(&[("q", &format!("\"{asked}\""))]).await.unwrap();
    }
});

on_every_database!(filters_narrow_a_search, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    ann.say(*room, "fish in the room").await;
    bob.say(*room, "bob's fish").await;
    ann.say(lobby(), "fish in the lobby").await;
    let room = room.to_string();
    assert_eq!(found(bob, &[("q", "fish from:bob")]).await, ["bob's fish"]);
    assert_eq!(found(bob, &[("q", "fish"), ("from", "ANN"), ("in", &room)]).await, ["fish in the room"]);
    assert_eq!(found(bob, &[("q", "fish in:lobby")]).await, ["fish in the lobby"]);
    assert_eq!(found(bob, &[("from", "bob")]).await, ["bob's fish"], "a filter is a search");
    assert_eq!(found(bob, &[("q", "fish before:2020-01-01")]).await, [""; 0]);
    assert_eq!(found(bob, &[("q", "fish"), ("after", "2020-01-01")]).await.len(), 3);
    assert_eq!(found(bob, &[("q", "fish"), ("before", "2999-01-01T00:00:00Z")]).await.len(), 3);
    assert_eq!(found(bob, &[("q", "fish from:nobody")]).await, [""; 0]);
});

on_every_database!(strangers_find_nothing, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, eve, room, .. } = &scene;
    ann.say(*room, "the secret swordfish").await;
    let news = ann.start_channel("news", VisibilityWord::Public).await.id;
    ann.say(news, "a public swordfish").await;
    let room = room.to_string();
    for parameters in [&[("q", "swordfish")][..], &[("in", &room)], &[("from", "ann")], &[("in", "news")]] {
        assert_eq!(found(eve, parameters).await, [""; 0], "{parameters:?}");
    }
    eve.rest.join(news).await.unwrap();
    assert_eq!(found(eve, &[("q", "swordfish")]).await, ["a public swordfish"]);
    ann.rest.remove_member(scene.room, bob.id()).await.unwrap();
    assert_eq!(found(bob, &[("q", "swordfish")]).await, [""; 0], "nor who is not in it any more");
});

on_every_database!(a_message_is_found_by_what_it_says_now, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.ann.say(scene.room, "apples").await.id;
    let reply = scene.bob.reply(scene.room, said, "apples in a thread").await.id;
    scene.ann.rest.edit(said, "pears").await.unwrap();
    assert_eq!(found(&scene.carol, &[("q", "apples")]).await, ["apples in a thread"]);
    assert_eq!(found(&scene.carol, &[("q", "pears")]).await, ["pears"]);
    scene.bob.rest.delete(reply).await.unwrap();
    assert_eq!(found(&scene.carol, &[("q", "apples")]).await, [""; 0]);
});

on_every_database!(pages_of_a_search_lead_through_all_of_it_once, async |backend| {
    let scene = Scene::start(backend).await;
    for n in 1..=25 {
        scene.ann.say(scene.room, &format!("needle {n}")).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = scene.bob.rest.search(&[("q", "needle"), ("limit", "10"), ("cursor", &cursor)]).await.unwrap();
        seen.extend(page.items.iter().map(|message| message.ordinal));
        scene.ann.say(scene.room, "needle meanwhile").await;
        match page.next_cursor {
            Some(next) => cursor = next,
            None => break,
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
});

#[tokio::test]
async fn bad_searches_are_named() {
    let scene = Scene::start(Backend::Sqlite).await;
    let ask = |query: &str| scene.bob.rest.request(Method::GET, &format!("search?{query}"));
    let long = format!("q={}", "x".repeat(257));
    let many = format!("q={}", "x+".repeat(21));
    for (query, field, code) in [
        ("", "q", "missing_field"),
        ("q=", "q", "missing_field"),
        ("q=%21%3F", "q", "too_short"),
        (&long, "q", "too_long"),
        (&many, "q", "too_long"),
        ("q=before:soon", "q", "invalid_format"),
        ("q=from:ann+from:bob", "q", "invalid_format"),
        ("q=x&before=2026-13-01", "before", "invalid_format"),
        ("q=x&from=a", "from", "invalid_format"),
        ("q=x&limit=101", "limit", "out_of_range"),
        ("q=x&sort=up", "sort", "unknown_field"),
        ("q=x&q=y", "q", "repeated"),
        ("q=%00", "q", "invalid_character"),
    ] {
        let (status, problem_code, fields) = problem(ask(query)).await;
        assert_eq!((status, problem_code.as_str()), (400, "invalid_query"), "{query}");
        assert_eq!(fields[0], (field.to_owned(), code.to_owned()), "{query}");
    }
    let twice = problem(ask("q=from:ann&from=bob")).await;
    assert_eq!(twice, refused(400, "conflicting_parameters", &[("from", "conflicting")]));
}
