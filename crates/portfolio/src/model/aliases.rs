use super::{AssetId, Currency};

/// Other names under which people and older clients know an asset, with its id. A ticker is here only where one
/// asset is so much better known under it than all others that nobody means another.
const ALIASES: &[(&str, &str)] = &[
    ("ada", "cardano"),
    ("atom", "cosmos"),
    ("avalanche", "avalanche-2"),
    ("avax", "avalanche-2"),
    ("bch", "bitcoin-cash"),
    ("binance-coin", "binancecoin"),
    ("bnb", "binancecoin"),
    ("btc", "bitcoin"),
    ("doge", "dogecoin"),
    ("dot", "polkadot"),
    ("etc", "ethereum-classic"),
    ("eth", "ethereum"),
    ("fil", "filecoin"),
    ("link", "chainlink"),
    ("ltc", "litecoin"),
    ("matic", "matic-network"),
    ("pol", "polygon-ecosystem-token"),
    ("polygon", "polygon-ecosystem-token"),
    ("shib", "shiba-inu"),
    ("sol", "solana"),
    ("ton", "the-open-network"),
    ("toncoin", "the-open-network"),
    ("trx", "tron"),
    ("uni", "uniswap"),
    ("usdc", "usd-coin"),
    ("usdt", "tether"),
    ("xbt", "bitcoin"),
    ("xlm", "stellar"),
    ("xmr", "monero"),
    ("xrp", "ripple"),
];

/// The asset that is meant by a name that is no asset's id, if it is one of the well-known ones.
#[must_use]
pub fn alias_of(text: &str) -> Option<AssetId> {
    let name = text.trim().to_ascii_lowercase();
    let index = ALIASES.binary_search_by(|(alias, _)| alias.cmp(&name.as_str())).ok()?;
    AssetId::parse(ALIASES[index].1).ok()
}

/// The asset that a currency code stands for, if it is a coin: `btc` is `bitcoin`; `usd` is none.
#[must_use]
pub fn asset_of_currency(currency: &Currency) -> Option<AssetId> {
    alias_of(currency.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_letter_case() {
        for (name, id) in
            [("bnb", "binancecoin"), ("USDC", "usd-coin"), ("Xrp", "ripple"), ("polygon", "polygon-ecosystem-token")]
        {
            assert_eq!(alias_of(name).unwrap().as_str(), id);
        }
        assert_eq!(alias_of("bitcoin"), None);
    }

    #[test]
    fn the_table_is_in_order_and_its_ids_can_be_ids() {
        assert!(ALIASES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ALIASES.iter().all(|(_, id)| AssetId::parse(id).is_ok()));
    }
}
