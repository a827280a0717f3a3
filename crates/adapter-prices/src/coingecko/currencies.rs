//! In which currencies CoinGecko prices.

use rialto_portfolio::{Currency, ProviderError};

/// What its `/simple/supported_vs_currencies` lists: any other would cost a call to be refused.
#[rustfmt::skip]
const CURRENCIES: &[&str] = &[
    "usd", "eur", "gbp", "jpy", "aud", "cad", "chf", "cny", "hkd", "inr", "krw", "sgd", "try", "brl", "rub", "pln",
    "sek", "nok", "dkk", "czk", "huf", "mxn", "zar", "thb", "idr", "myr", "php", "twd", "vnd", "uah", "ils", "nzd",
    "aed", "sar", "kwd", "bhd", "bdt", "bmd", "ars", "clp", "lkr", "mmk", "ngn", "pkr", "vef", "gel", "xdr", "xag",
    "xau", "btc", "eth", "ltc", "bch", "bnb", "eos", "xrp", "xlm", "link", "dot", "yfi", "sol", "sats", "bits",
];

/// Refuses, without a call, a currency that CoinGecko does not know.
pub(super) fn check(currency: &Currency) -> Result<(), ProviderError> {
    let known = CURRENCIES.contains(&currency.as_str());
    known.then_some(()).ok_or_else(|| ProviderError::UnknownCurrency(currency.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_coingecko_prices_in_is_known_and_what_it_does_not_is_refused() {
        for code in CURRENCIES {
            assert!(check(&Currency::parse(code).unwrap()).is_ok(), "{code}");
        }
        for code in ["zz1", "usdt", "doge"] {
            let refusal = check(&Currency::parse(code).unwrap());
            assert!(matches!(refusal, Err(ProviderError::UnknownCurrency(refused)) if refused.as_str() == code));
        }
    }
}
