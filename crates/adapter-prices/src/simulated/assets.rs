//! The assets of the simulation: ids as CoinGecko has them, prices and supplies of the right magnitude.

/// One simulated asset.
pub(super) struct SimulatedAsset {
    pub(super) id: &'static str,
    pub(super) symbol: &'static str,
    pub(super) name: &'static str,
    /// Where the price starts and is pulled back to, in dollars: `(digits, scale)` is `digits × 10^-scale`.
    pub(super) price: (i128, u8),
    /// How many fraction digits its prices show.
    pub(super) digits: u8,
    /// How many units there are.
    pub(super) supply: i128,
    /// Whether it is meant to be worth one dollar.
    pub(super) stable: bool,
}

const fn asset(
    id: &'static str,
    symbol: &'static str,
    name: &'static str,
    price: (i128, u8),
    digits: u8,
    supply: i128,
) -> SimulatedAsset {
    SimulatedAsset { id, symbol, name, price, digits, supply, stable: false }
}

const fn stable(id: &'static str, symbol: &'static str, name: &'static str, supply: i128) -> SimulatedAsset {
    SimulatedAsset { id, symbol, name, price: (1, 0), digits: 6, supply, stable: true }
}

/// All of them. To add one, add a line.
pub(super) const ASSETS: &[SimulatedAsset] = &[
    asset("bitcoin", "btc", "Bitcoin", (64_000, 0), 2, 19_700_000),
    asset("ethereum", "eth", "Ethereum", (3_200, 0), 2, 120_200_000),
    stable("tether", "usdt", "Tether", 110_000_000_000),
    asset("binancecoin", "bnb", "BNB", (580, 0), 2, 147_000_000),
    asset("solana", "sol", "Solana", (145, 0), 3, 465_000_000),
    stable("usd-coin", "usdc", "USDC", 33_000_000_000),
    asset("ripple", "xrp", "XRP", (52, 2), 6, 55_700_000_000),
    asset("dogecoin", "doge", "Dogecoin", (135, 3), 6, 145_000_000_000),
    asset("the-open-network", "ton", "Toncoin", (71, 1), 4, 2_500_000_000),
    asset("cardano", "ada", "Cardano", (44, 2), 6, 35_600_000_000),
    asset("tron", "trx", "TRON", (12, 2), 6, 87_000_000_000),
    asset("avalanche-2", "avax", "Avalanche", (28, 0), 4, 395_000_000),
    asset("shiba-inu", "shib", "Shiba Inu", (175, 7), 10, 589_000_000_000_000),
    asset("polkadot", "dot", "Polkadot", (62, 1), 4, 1_430_000_000),
    asset("chainlink", "link", "Chainlink", (14, 0), 4, 608_000_000),
    asset("bitcoin-cash", "bch", "Bitcoin Cash", (370, 0), 2, 19_730_000),
    asset("uniswap", "uni", "Uniswap", (81, 1), 4, 754_000_000),
    asset("near", "near", "NEAR Protocol", (54, 1), 4, 1_100_000_000),
    asset("litecoin", "ltc", "Litecoin", (72, 0), 3, 74_800_000),
    asset("ethereum-classic", "etc", "Ethereum Classic", (23, 0), 4, 147_600_000),
    asset("aptos", "apt", "Aptos", (7, 0), 4, 460_000_000),
    asset("monero", "xmr", "Monero", (160, 0), 3, 18_450_000),
    asset("stellar", "xlm", "Stellar", (95, 3), 6, 29_300_000_000),
    asset("hedera-hashgraph", "hbar", "Hedera", (72, 3), 6, 35_700_000_000),
    asset("cosmos", "atom", "Cosmos Hub", (65, 1), 4, 391_000_000),
    asset("filecoin", "fil", "Filecoin", (44, 1), 4, 570_000_000),
];
