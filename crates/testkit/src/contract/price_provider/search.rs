use std::collections::BTreeSet;

use rialto_portfolio::{Asset, AssetQuery};

use super::Provider;

async fn search(it: &Provider, text: &str, limit: u16) -> Vec<Asset> {
    it.provider.search(&AssetQuery::parse(text).unwrap(), limit).await.unwrap()
}

/// In any letter case, and what is found says of itself what quotes say.
pub async fn an_asset_is_found_by_its_id_its_symbol_and_its_name(it: Provider) {
    for asset in &it.known {
        let quote = it.quote(asset).await;
        for text in [asset.as_str(), &quote.symbol, &quote.symbol.to_uppercase(), &quote.name] {
            let found = search(&it, text, 20).await;
            let one = found.iter().find(|found| found.id == *asset);
            let one = one.unwrap_or_else(|| panic!("{text:?} finds {found:?}, not {asset}"));
            assert_eq!((&one.symbol, &one.name), (&quote.symbol, &quote.name));
        }
    }
}

/// The one whose name it is before those whose name it begins.
pub async fn the_most_fitting_comes_first(it: Provider) {
    for asset in &it.known {
        let quote = it.quote(asset).await;
        for text in [&quote.symbol, &quote.name] {
            let found = search(&it, text, 20).await;
            assert_eq!(found.first().map(|found| &found.id), Some(asset), "{text:?} finds {found:?}");
        }
    }
}

/// To the first so many, each once.
pub async fn what_is_found_is_limited(it: Provider) {
    let all = search(&it, "e", 50).await;
    assert!(all.len() >= 3, "{all:?}");
    assert_eq!(all.iter().map(|asset| &asset.id).collect::<BTreeSet<_>>().len(), all.len());
    for limit in [0, 1, 2] {
        assert_eq!(search(&it, "e", limit).await, all[..usize::from(limit)]);
    }
}

/// That is no error.
pub async fn a_query_that_nothing_matches_finds_nothing(it: Provider) {
    assert_eq!(search(&it, "no such asset anywhere", 20).await, []);
}

/// None of them changes what is asked.
pub async fn any_character_may_be_searched_for(it: Provider) {
    for text in ["&vs_currency=eur", "a/../b?c#d", "100%", "\"'+ ;", "Ünïcödé 世界"] {
        assert_eq!(search(&it, text, 20).await, [], "{text}");
    }
}
