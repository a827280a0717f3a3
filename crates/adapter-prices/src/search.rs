//! How well an asset fits what somebody looks for.

use std::cmp::Reverse;

use rialto_portfolio::{Asset, AssetQuery};

/// How well something fits: the less, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is its id, symbol or name.
    Whole,
    /// One of these begins with it.
    Start,
    /// A word of its name begins with it.
    Word,
    /// It is somewhere in one of these.
    Within,
    /// It is nowhere: a provider found it by something that we do not see.
    Nowhere,
}

fn fit(query: &AssetQuery, asset: &Asset) -> Fit {
    let name = asset.name.to_lowercase();
    let query = query.as_str();
    let names = [asset.id.as_str(), &asset.symbol, &name];
    let any = |matches: &dyn Fn(&str) -> bool| names.iter().any(|name| matches(name));
    if any(&|name| name == query) {
        Fit::Whole
    } else if any(&|name| name.starts_with(query)) {
        Fit::Start
    } else if name.split_whitespace().any(|word| word.starts_with(query)) {
        Fit::Word
    } else if any(&|name| name.contains(query)) {
        Fit::Within
    } else {
        Fit::Nowhere
    }
}

/// The best of what matches, the most fitting first, and of equals the one of better rank or that came first.
pub(crate) fn best(
    query: &AssetQuery,
    assets: impl IntoIterator<Item = Asset>,
    limit: u16,
    keep_what_does_not_match: bool,
) -> Vec<Asset> {
    let fitting = assets.into_iter().map(|asset| (fit(query, &asset), asset));
    let mut found: Vec<_> = fitting.filter(|(fit, _)| keep_what_does_not_match || *fit != Fit::Nowhere).collect();
    // `Reverse` twice over: the better rank is the smaller, and no rank comes last.
    found.sort_by_key(|(fit, asset)| (*fit, Reverse(asset.rank.map(Reverse))));
    found.into_iter().map(|(_, asset)| asset).take(usize::from(limit)).collect()
}

#[cfg(test)]
mod tests {
    use rialto_portfolio::AssetId;

    use super::*;

    fn asset(id: &str, symbol: &str, name: &str, rank: Option<u32>) -> Asset {
        Asset { id: AssetId::parse(id).unwrap(), symbol: symbol.into(), name: name.into(), rank }
    }

    fn found(query: &str, keep: bool) -> Vec<String> {
        let assets = [
            asset("wrapped-sol", "wsol", "Wrapped Solana", None),
            asset("solar", "sxp", "Solar", None),
            asset("sol-wormhole", "sol", "SOL (Wormhole)", None),
            asset("console", "con", "Console", Some(900)),
            asset("solana", "sol", "Solana", Some(5)),
            asset("bitcoin", "btc", "Bitcoin", Some(1)),
        ];
        let query = AssetQuery::parse(query).unwrap();
        best(&query, assets, 10, keep).into_iter().map(|asset| asset.id.to_string()).collect()
    }

    #[test]
    fn the_whole_name_comes_before_its_start_and_its_start_before_its_middle() {
        assert_eq!(found("sol", false), ["solana", "sol-wormhole", "solar", "wrapped-sol", "console"]);
        assert_eq!(found("Solana", false), ["solana", "wrapped-sol"]);
        assert_eq!(found("nothing", false), Vec::<String>::new());
    }

    #[test]
    fn what_a_provider_found_by_other_words_comes_last() {
        let found = found("solar", true);
        assert_eq!((found.len(), found[0].as_str(), found[1].as_str()), (6, "solar", "bitcoin"));
    }
}
