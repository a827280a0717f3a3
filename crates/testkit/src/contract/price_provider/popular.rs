use rialto_kernel::Decimal;
use rialto_portfolio::{ProviderError, Quote};

use super::{Provider, assets_of};

/// The popular ones, or none if the provider rightly says that it does not know them.
async fn popular(it: &Provider, limit: u16) -> Option<Vec<Quote>> {
    match it.provider.popular(limit, it.currency()).await {
        Err(ProviderError::Unsupported) if !it.supports.popular => None,
        told if !it.supports.popular => panic!("it claims to know nothing of it, and says {told:?}"),
        told => Some(told.unwrap()),
    }
}

/// By market capitalisation, and the places say the same where they are known.
pub async fn popular_assets_come_greatest_first(it: Provider) {
    let Some(quotes) = popular(&it, 100).await else { return };
    quotes.iter().for_each(|quote| it.assert_sound(quote));
    let ranks: Vec<u32> = quotes.iter().filter_map(|quote| quote.rank).collect();
    assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    let sizes: Vec<&Decimal> = quotes.iter().filter_map(|quote| quote.market_cap.as_ref()).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    let listed = assets_of(&quotes);
    assert_eq!(listed.len(), quotes.len(), "every asset is listed once");
    assert!(it.known.iter().all(|asset| listed.contains(asset)), "{listed:?}");
}

/// The first so many, not any so many.
pub async fn popular_assets_are_limited(it: Provider) {
    let Some(all) = popular(&it, 100).await else { return };
    let all: Vec<_> = all.into_iter().map(|quote| quote.asset_id).collect();
    for limit in [0, 1, 2, 3] {
        let some = popular(&it, limit).await.unwrap();
        let some: Vec<_> = some.into_iter().map(|quote| quote.asset_id).collect();
        assert_eq!(some, all[..usize::from(limit)]);
    }
}

/// As quotes are.
pub async fn popular_assets_in_an_unknown_currency_are_refused(it: Provider) {
    let told = it.provider.popular(3, &it.unknown_currency).await;
    match &told {
        Err(ProviderError::UnknownCurrency(currency)) => assert_eq!(*currency, it.unknown_currency),
        Err(ProviderError::Unsupported) if !it.supports.popular => {}
        _ => panic!("{told:?}"),
    }
}
