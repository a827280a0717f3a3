use std::collections::BTreeSet;

use rialto_portfolio::ProviderError;

use super::{Provider, assets_of};

/// In quotes and in reports it is the same.
pub async fn it_says_its_name_in_every_quote(it: Provider) {
    assert!(!it.provider.name().is_empty());
    for quote in it.quotes(&it.known).await {
        assert_eq!(quote.provider, it.provider.name());
    }
}

/// Otherwise nothing could ever be asked.
pub async fn a_batch_has_room_for_one(it: Provider) {
    assert!(it.provider.max_batch() >= 1);
    assert!(it.provider.max_batch() >= it.known.len(), "the rules ask for all known assets at once");
}

/// A positive price in the currency asked for, with who says so.
pub async fn a_known_asset_has_a_price_and_a_source(it: Provider) {
    for asset in &it.known {
        let quote = it.quote(asset).await;
        assert_eq!(&quote.asset_id, asset);
        assert_eq!(&quote.currency, it.currency());
        it.assert_sound(&quote);
    }
}

/// Neither an error nor a price of zero, and the others are quoted.
pub async fn an_unknown_asset_is_left_out(it: Provider) {
    assert_eq!(it.quotes(std::slice::from_ref(&it.unknown)).await, []);
    let mixed = [it.unknown.clone(), it.known[0].clone()];
    assert_eq!(assets_of(&it.quotes(&mixed).await), BTreeSet::from([it.known[0].clone()]));
}

/// Every asset of it once.
pub async fn a_batch_is_quoted_in_one_call(it: Provider) {
    let quotes = it.quotes(&it.known).await;
    assert_eq!(quotes.len(), it.known.len());
    assert_eq!(assets_of(&quotes), it.known.iter().cloned().collect());
    quotes.iter().for_each(|quote| it.assert_sound(quote));
}

/// And asking for nothing is no error.
pub async fn nothing_asked_is_nothing_quoted(it: Provider) {
    assert_eq!(it.quotes(&[]).await, []);
}

/// In that currency and no other.
pub async fn every_currency_that_it_claims_is_priced(it: Provider) {
    for currency in &it.supports.currencies {
        let quotes = it.provider.quotes(&it.known, currency).await.unwrap();
        assert_eq!(quotes.len(), it.known.len(), "{currency}");
        assert!(quotes.iter().all(|quote| quote.currency == *currency), "{quotes:?}");
    }
}

/// It neither leaves the assets out nor prices them in something else.
pub async fn a_currency_that_it_does_not_know_is_told_so(it: Provider) {
    let told = it.provider.quotes(&it.known, &it.unknown_currency).await;
    let Err(ProviderError::UnknownCurrency(currency)) = &told else { panic!("{told:?}") };
    assert_eq!(*currency, it.unknown_currency);
}
