//! What the assets of the simulation are worth: prices and supplies of the right magnitude.

use std::borrow::Cow;

use crate::catalogue;

/// One simulated asset.
#[derive(Clone, Debug)]
pub(super) struct SimulatedAsset {
    pub(super) id: Cow<'static, str>,
    pub(super) symbol: Cow<'static, str>,
    pub(super) name: Cow<'static, str>,
    /// Where the price starts and is pulled back to, in dollars: `(digits, scale)` is `digits × 10^-scale`.
    pub(super) price: (i128, u8),
    /// How many fraction digits its prices show.
    pub(super) digits: u8,
    /// How many units there are.
    pub(super) supply: i128,
    /// Whether it is meant to be worth one dollar.
    pub(super) stable: bool,
}

impl SimulatedAsset {
    /// The well-known ones, and so many more that nobody knows: `sim-0001` and so on, each smaller than the last.
    pub(super) fn all(made_up: u16) -> Vec<Self> {
        let known = WORTHS.iter().filter_map(|worth| {
            let known = catalogue::by_id(worth.id)?;
            Some(Self {
                id: known.id.into(),
                symbol: known.symbol.into(),
                name: known.name.into(),
                price: worth.price,
                digits: worth.digits,
                supply: worth.supply,
                stable: worth.stable,
            })
        });
        known.chain((1..=made_up).map(Self::made_up)).collect()
    }

    fn made_up(number: u16) -> Self {
        Self {
            id: format!("sim-{number:04}").into(),
            symbol: format!("sim{number}").into(),
            name: format!("Simulation {number}").into(),
            price: (i128::from(number % 97) + 1, 1),
            digits: 4,
            supply: 400_000_000 / i128::from(number),
            stable: false,
        }
    }
}

/// What a well-known asset is worth.
struct Worth {
    id: &'static str,
    price: (i128, u8),
    digits: u8,
    supply: i128,
    stable: bool,
}

const fn asset(id: &'static str, price: (i128, u8), digits: u8, supply: i128) -> Worth {
    Worth { id, price, digits, supply, stable: false }
}

const fn stable(id: &'static str, supply: i128) -> Worth {
    Worth { id, price: (1, 0), digits: 6, supply, stable: true }
}

/// Each asset of the catalogue.
#[rustfmt::skip]
const WORTHS: &[Worth] = &[
    asset("bitcoin", (64_000, 0), 2, 19_700_000),
    asset("ethereum", (3200, 0), 2, 120_200_000),
    stable("tether", 110_000_000_000),
    asset("binancecoin", (580, 0), 2, 147_000_000),
    asset("solana", (145, 0), 3, 465_000_000),
    stable("usd-coin", 33_000_000_000),
    asset("ripple", (52, 2), 6, 55_700_000_000),
    asset("dogecoin", (135, 3), 6, 145_000_000_000),
    asset("the-open-network", (71, 1), 4, 2_500_000_000),
    asset("cardano", (44, 2), 6, 35_600_000_000),
    asset("staked-ether", (3195, 0), 2, 9_600_000),
    asset("tron", (12, 2), 6, 87_000_000_000),
    asset("avalanche-2", (28, 0), 4, 395_000_000),
    asset("shiba-inu", (175, 7), 10, 589_000_000_000_000),
    asset("wrapped-bitcoin", (63_950, 0), 2, 154_000),
    asset("polkadot", (62, 1), 4, 1_430_000_000),
    asset("chainlink", (14, 0), 4, 608_000_000),
    asset("bitcoin-cash", (370, 0), 2, 19_730_000),
    asset("uniswap", (81, 1), 4, 754_000_000),
    asset("near", (54, 1), 4, 1_100_000_000),
    asset("litecoin", (72, 0), 3, 74_800_000),
    asset("leo-token", (58, 1), 4, 926_000_000),
    stable("dai", 5_300_000_000),
    asset("polygon-ecosystem-token", (51, 2), 6, 8_200_000_000),
    asset("matic-network", (512, 3), 6, 1_900_000_000),
    asset("ethereum-classic", (23, 0), 4, 147_600_000),
    asset("aptos", (7, 0), 4, 460_000_000),
    asset("internet-computer", (83, 1), 4, 466_000_000),
    asset("pepe", (85, 7), 11, 420_690_000_000_000),
    asset("monero", (160, 0), 3, 18_450_000),
    asset("stellar", (95, 3), 6, 29_300_000_000),
    asset("okb", (39, 0), 4, 60_000_000),
    asset("hyperliquid", (24, 0), 4, 333_000_000),
    asset("sui", (95, 2), 5, 2_600_000_000),
    asset("crypto-com-chain", (87, 3), 6, 26_500_000_000),
    asset("hedera-hashgraph", (72, 3), 6, 35_700_000_000),
    asset("cosmos", (65, 1), 4, 391_000_000),
    asset("filecoin", (44, 1), 4, 570_000_000),
    asset("bittensor", (270, 0), 2, 7_100_000),
    asset("render-token", (57, 1), 4, 392_000_000),
    asset("arbitrum", (72, 2), 5, 3_300_000_000),
    asset("optimism", (17, 1), 4, 1_100_000_000),
    asset("vechain", (25, 3), 7, 80_900_000_000),
    asset("injective-protocol", (21, 0), 4, 97_000_000),
    asset("immutable-x", (14, 1), 4, 1_500_000_000),
    asset("the-graph", (175, 3), 6, 9_500_000_000),
    asset("lido-dao", (14, 1), 4, 893_000_000),
    asset("aave", (110, 0), 3, 14_900_000),
    asset("dogwifcoin", (19, 1), 4, 998_900_000),
    asset("bonk", (21, 6), 10, 68_000_000_000_000),
    asset("ondo-finance", (83, 2), 5, 1_440_000_000),
    asset("fetch-ai", (13, 1), 4, 2_520_000_000),
    asset("worldcoin-wld", (21, 1), 4, 320_000_000),
    asset("celestia", (59, 1), 4, 197_000_000),
    asset("sei-network", (31, 2), 5, 3_100_000_000),
    asset("algorand", (13, 2), 6, 8_200_000_000),
    asset("quant-network", (68, 0), 3, 12_100_000),
    asset("flow", (58, 2), 5, 1_510_000_000),
    asset("blockstack", (17, 1), 4, 1_480_000_000),
    asset("curve-dao-token", (27, 2), 5, 1_200_000_000),
    asset("compound-governance-token", (47, 0), 3, 8_600_000),
    asset("axie-infinity", (51, 1), 4, 147_000_000),
    asset("the-sandbox", (27, 2), 5, 2_350_000_000),
    asset("decentraland", (29, 2), 5, 1_900_000_000),
    asset("chiliz", (62, 3), 6, 8_900_000_000),
    asset("gala", (2, 2), 7, 35_000_000_000),
    asset("tezos", (69, 2), 5, 990_000_000),
    asset("theta-token", (13, 1), 4, 1_000_000_000),
    asset("zcash", (37, 0), 3, 16_300_000),
    asset("dash", (24, 0), 3, 11_900_000),
    asset("neo", (97, 1), 4, 70_500_000),
    asset("thorchain", (43, 1), 4, 335_000_000),
    asset("apecoin", (74, 2), 5, 675_000_000),
    asset("pancakeswap-token", (19, 1), 4, 280_000_000),
    asset("1inch", (26, 2), 5, 1_260_000_000),
    asset("basic-attention-token", (17, 2), 6, 1_490_000_000),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_of_the_catalogue_is_simulated() {
        let ids: Vec<_> = SimulatedAsset::all(0).into_iter().map(|asset| asset.id).collect();
        let known: Vec<_> = catalogue::CATALOGUE.iter().map(|asset| asset.id).collect();
        assert_eq!(ids, known);
    }

    #[test]
    fn more_are_made_up_when_wanted_and_each_has_its_own_id() {
        let more = SimulatedAsset::all(10_000);
        assert_eq!(more[catalogue::CATALOGUE.len()].id, "sim-0001");
        let ids: std::collections::HashSet<_> = more.iter().map(|asset| &asset.id).collect();
        assert_eq!(ids.len(), catalogue::CATALOGUE.len() + 10_000);
        assert!(more.iter().all(|asset| asset.supply > 0 && asset.price.0 > 0));
    }
}
