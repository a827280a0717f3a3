//! The well-known assets, and what each provider calls them. Only what is in this table is ever translated: no
//! provider is asked for a ticker in the hope that it means the same asset there.

/// A well-known asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownAsset {
    /// Its id, as everybody here says it: CoinGecko's.
    pub id: &'static str,
    /// Its ticker, lower case.
    pub symbol: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its id at CoinPaprika.
    pub coinpaprika: &'static str,
    /// What Binance puts before `USDT` in the name of its market; `None` where there is no such market.
    pub binance: Option<&'static str>,
}

/// The asset of this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static KnownAsset> {
    CATALOGUE.iter().find(|asset| asset.id == id)
}

/// The asset that CoinPaprika knows under this id.
#[must_use]
pub fn by_coinpaprika_id(id: &str) -> Option<&'static KnownAsset> {
    CATALOGUE.iter().find(|asset| asset.coinpaprika == id)
}

/// The asset that is traded on this market of Binance, such as `BTCUSDT`.
#[must_use]
pub fn by_binance_symbol(symbol: &str) -> Option<&'static KnownAsset> {
    let base = symbol.strip_suffix("USDT")?;
    CATALOGUE.iter().find(|asset| asset.binance == Some(base))
}

const fn asset(
    id: &'static str,
    symbol: &'static str,
    name: &'static str,
    coinpaprika: &'static str,
    binance: Option<&'static str>,
) -> KnownAsset {
    KnownAsset { id, symbol, name, coinpaprika, binance }
}

/// All of them, the greatest first as they once were. To add one, add a line, and one to the simulation's assets.
#[rustfmt::skip]
pub const CATALOGUE: &[KnownAsset] = &[
    asset("bitcoin", "btc", "Bitcoin", "btc-bitcoin", Some("BTC")),
    asset("ethereum", "eth", "Ethereum", "eth-ethereum", Some("ETH")),
    asset("tether", "usdt", "Tether", "usdt-tether", None),
    asset("binancecoin", "bnb", "BNB", "bnb-binance-coin", Some("BNB")),
    asset("solana", "sol", "Solana", "sol-solana", Some("SOL")),
    asset("usd-coin", "usdc", "USDC", "usdc-usd-coin", Some("USDC")),
    asset("ripple", "xrp", "XRP", "xrp-xrp", Some("XRP")),
    asset("dogecoin", "doge", "Dogecoin", "doge-dogecoin", Some("DOGE")),
    asset("the-open-network", "ton", "Toncoin", "toncoin-the-open-network", Some("TON")),
    asset("cardano", "ada", "Cardano", "ada-cardano", Some("ADA")),
    asset("staked-ether", "steth", "Lido Staked Ether", "steth-lido-staked-ether", None),
    asset("tron", "trx", "TRON", "trx-tron", Some("TRX")),
    asset("avalanche-2", "avax", "Avalanche", "avax-avalanche", Some("AVAX")),
    asset("shiba-inu", "shib", "Shiba Inu", "shib-shiba-inu", Some("SHIB")),
    asset("wrapped-bitcoin", "wbtc", "Wrapped Bitcoin", "wbtc-wrapped-bitcoin", Some("WBTC")),
    asset("polkadot", "dot", "Polkadot", "dot-polkadot", Some("DOT")),
    asset("chainlink", "link", "Chainlink", "link-chainlink", Some("LINK")),
    asset("bitcoin-cash", "bch", "Bitcoin Cash", "bch-bitcoin-cash", Some("BCH")),
    asset("uniswap", "uni", "Uniswap", "uni-uniswap", Some("UNI")),
    asset("near", "near", "NEAR Protocol", "near-near-protocol", Some("NEAR")),
    asset("litecoin", "ltc", "Litecoin", "ltc-litecoin", Some("LTC")),
    asset("leo-token", "leo", "LEO Token", "leo-leo-token", None),
    asset("dai", "dai", "Dai", "dai-dai", None),
    asset("polygon-ecosystem-token", "pol", "POL (ex-MATIC)", "pol-polygon-ecosystem-token", Some("POL")),
    asset("matic-network", "matic", "Polygon", "matic-polygon", None),
    asset("ethereum-classic", "etc", "Ethereum Classic", "etc-ethereum-classic", Some("ETC")),
    asset("aptos", "apt", "Aptos", "apt-aptos", Some("APT")),
    asset("internet-computer", "icp", "Internet Computer", "icp-internet-computer", Some("ICP")),
    asset("pepe", "pepe", "Pepe", "pepe-pepe", Some("PEPE")),
    asset("monero", "xmr", "Monero", "xmr-monero", None),
    asset("stellar", "xlm", "Stellar", "xlm-stellar", Some("XLM")),
    asset("okb", "okb", "OKB", "okb-okb", None),
    asset("hyperliquid", "hype", "Hyperliquid", "hype-hyperliquid", None),
    asset("sui", "sui", "Sui", "sui-sui", Some("SUI")),
    asset("crypto-com-chain", "cro", "Cronos", "cro-cryptocom-chain", None),
    asset("hedera-hashgraph", "hbar", "Hedera", "hbar-hedera-hashgraph", Some("HBAR")),
    asset("cosmos", "atom", "Cosmos Hub", "atom-cosmos", Some("ATOM")),
    asset("filecoin", "fil", "Filecoin", "fil-filecoin", Some("FIL")),
    asset("bittensor", "tao", "Bittensor", "tao-bittensor", Some("TAO")),
    asset("render-token", "render", "Render", "rndr-render-token", Some("RENDER")),
    asset("arbitrum", "arb", "Arbitrum", "arb-arbitrum", Some("ARB")),
    asset("optimism", "op", "Optimism", "op-optimism", Some("OP")),
    asset("vechain", "vet", "VeChain", "vet-vechain", Some("VET")),
    asset("injective-protocol", "inj", "Injective", "inj-injective-protocol", Some("INJ")),
    asset("immutable-x", "imx", "Immutable", "imx-immutable-x", Some("IMX")),
    asset("the-graph", "grt", "The Graph", "grt-the-graph", Some("GRT")),
    asset("lido-dao", "ldo", "Lido DAO", "ldo-lido-dao", Some("LDO")),
    asset("aave", "aave", "Aave", "aave-new", Some("AAVE")),
    asset("dogwifcoin", "wif", "dogwifhat", "wif-dogwifcoin", Some("WIF")),
    asset("bonk", "bonk", "Bonk", "bonk-bonk1", Some("BONK")),
    asset("ondo-finance", "ondo", "Ondo", "ondo-ondo", Some("ONDO")),
    asset("fetch-ai", "fet", "Artificial Superintelligence Alliance", "fet-fetch-ai", Some("FET")),
    asset("worldcoin-wld", "wld", "Worldcoin", "wld-worldcoin", Some("WLD")),
    asset("celestia", "tia", "Celestia", "tia-celestia", Some("TIA")),
    asset("sei-network", "sei", "Sei", "sei-sei", Some("SEI")),
    asset("algorand", "algo", "Algorand", "algo-algorand", Some("ALGO")),
    asset("quant-network", "qnt", "Quant", "qnt-quant", Some("QNT")),
    asset("flow", "flow", "Flow", "flow-flow", Some("FLOW")),
    asset("blockstack", "stx", "Stacks", "stx-stacks", Some("STX")),
    asset("curve-dao-token", "crv", "Curve DAO", "crv-curve-dao-token", Some("CRV")),
    asset("compound-governance-token", "comp", "Compound", "comp-compoundd", Some("COMP")),
    asset("axie-infinity", "axs", "Axie Infinity", "axs-axie-infinity", Some("AXS")),
    asset("the-sandbox", "sand", "The Sandbox", "sand-the-sandbox", Some("SAND")),
    asset("decentraland", "mana", "Decentraland", "mana-decentraland", Some("MANA")),
    asset("chiliz", "chz", "Chiliz", "chz-chiliz", Some("CHZ")),
    asset("gala", "gala", "GALA", "gala-gala", Some("GALA")),
    asset("tezos", "xtz", "Tezos", "xtz-tezos", Some("XTZ")),
    asset("theta-token", "theta", "Theta Network", "theta-theta-token", Some("THETA")),
    asset("zcash", "zec", "Zcash", "zec-zcash", Some("ZEC")),
    asset("dash", "dash", "Dash", "dash-dash", Some("DASH")),
    asset("neo", "neo", "NEO", "neo-neo", Some("NEO")),
    asset("thorchain", "rune", "THORChain", "rune-thorchain", Some("RUNE")),
    asset("apecoin", "ape", "ApeCoin", "ape-apecoin", Some("APE")),
    asset("pancakeswap-token", "cake", "PancakeSwap", "cake-pancakeswap", Some("CAKE")),
    asset("1inch", "1inch", "1inch", "1inch-1inch", Some("1INCH")),
    asset("basic-attention-token", "bat", "Basic Attention", "bat-basic-attention-token", Some("BAT")),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rialto_portfolio::AssetId;

    use super::*;

    #[test]
    fn no_two_assets_share_a_name_at_any_provider() {
        let count = CATALOGUE.len();
        assert!(count >= 60);
        assert_eq!(CATALOGUE.iter().map(|asset| asset.id).collect::<HashSet<_>>().len(), count);
        assert_eq!(CATALOGUE.iter().map(|asset| asset.symbol).collect::<HashSet<_>>().len(), count);
        assert_eq!(CATALOGUE.iter().map(|asset| asset.coinpaprika).collect::<HashSet<_>>().len(), count);
        let traded: Vec<_> = CATALOGUE.iter().filter_map(|asset| asset.binance).collect();
        assert_eq!(traded.iter().collect::<HashSet<_>>().len(), traded.len());
    }

    #[test]
    fn every_name_has_its_form() {
        for asset in CATALOGUE {
            assert_eq!(AssetId::parse(asset.id).unwrap().as_str(), asset.id);
            assert_eq!(asset.symbol, asset.symbol.to_lowercase());
            assert!(asset.coinpaprika.contains('-') && AssetId::parse(asset.coinpaprika).is_ok(), "{asset:?}");
            assert!(asset.binance.is_none_or(|base| base == base.to_uppercase()), "{asset:?}");
        }
    }

    #[test]
    fn an_asset_is_found_by_each_of_its_names_and_by_no_other() {
        let bnb = by_id("binancecoin").unwrap();
        assert_eq!(by_coinpaprika_id("bnb-binance-coin"), Some(bnb));
        assert_eq!(by_binance_symbol("BNBUSDT"), Some(bnb));
        assert_eq!((by_id("bnb"), by_binance_symbol("BNB"), by_binance_symbol("bnbusdt")), (None, None, None));
        assert_eq!(by_binance_symbol("BNBBTC"), None);
    }
}
