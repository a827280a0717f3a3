use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::model::alert_fixtures::{above, at, below, decimal, moves, quote};
use crate::model::{Alert, Conversion, Cooldown, Currency, Firing, Hysteresis, SIMULATED};

/// What an alert does with prices that come a minute apart: the numbers of those at which it fires.
fn firings(mut alert: Alert, prices: &[Decimal]) -> Vec<usize> {
    let mut fired = Vec::new();
    for (number, price) in prices.iter().enumerate() {
        let seconds = 60 * i64::try_from(number).unwrap();
        let quote = Quote { price: price.clone(), ..quote("1", seconds) };
        match judge(&alert, &quote, None, at(seconds)) {
            Verdict::Fires => {
                fired.push(number);
                let firing = Firing::of(Uuid::nil().into(), &alert, &quote, None, at(seconds));
                alert = alert.after_firing(&firing);
            }
            Verdict::Rearms => alert = alert.after_rearming(quote.observed_at),
            Verdict::Nothing => {}
        }
    }
    fired
}

fn prices(texts: &[&str]) -> Vec<Decimal> {
    texts.iter().map(|text| decimal(text)).collect()
}

fn repeating(alert: Alert, hysteresis: &str, cooldown: u64) -> Alert {
    Alert {
        repeat: true,
        hysteresis: Hysteresis::new(decimal(hysteresis)).unwrap(),
        cooldown: Cooldown::from_seconds(cooldown).unwrap(),
        ..alert
    }
}

#[test]
fn an_alert_fires_at_its_threshold() {
    assert_eq!(firings(above("100"), &prices(&["99.99", "100"])), [1]);
    assert_eq!(firings(below("100"), &prices(&["100.01", "100"])), [1]);
}

#[test]
fn a_one_shot_fires_once() {
    assert_eq!(firings(above("100"), &prices(&["101", "50", "101", "50", "101"])), [0]);
}

#[test]
fn a_repeating_alert_fires_at_each_crossing_and_not_between() {
    let alert = repeating(above("100"), "0", 0);
    assert_eq!(firings(alert, &prices(&["101", "102", "100", "99", "100", "103", "1", "200"])), [0, 4, 7]);
}

#[test]
fn the_price_must_have_gone_back_beyond_hysteresis() {
    let alert = repeating(above("100"), "5", 0);
    assert_eq!(firings(alert, &prices(&["100", "95", "100", "94.99", "100"])), [0, 4]);
    let alert = repeating(below("100"), "5", 0);
    assert_eq!(firings(alert, &prices(&["100", "105", "100", "105.01", "100"])), [0, 4]);
}

#[test]
fn an_alert_is_quiet_for_its_cool_down() {
    // A minute from price to price: armed again by the one at three minutes, not by the one at one.
    let alert = repeating(above("100"), "0", 180);
    assert_eq!(firings(alert, &prices(&["100", "90", "100", "90", "100"])), [0, 4]);
}

#[test]
fn a_stale_or_older_or_foreign_quote_never_fires() {
    let alert = Alert { judged_at: Some(at(10)), ..above("100") };
    let good = quote("101", 10);
    assert_eq!(judge(&alert, &good, None, at(20)), Verdict::Fires);
    let eur = Currency::parse("eur").unwrap();
    let ether = crate::model::AssetId::parse("ethereum").unwrap();
    for bad in [
        Quote { stale: true, ..good.clone() },
        Quote { observed_at: at(9), ..good.clone() },
        Quote { currency: eur, ..good.clone() },
        Quote { asset_id: ether, ..good },
    ] {
        assert_eq!(judge(&alert, &bad, None, at(20)), Verdict::Nothing, "{bad:?}");
    }
}

#[test]
fn a_disabled_alert_never_fires() {
    let alert = Alert { state: AlertState::Disabled, ..above("100") };
    assert_eq!(judge(&alert, &quote("101", 0), None, at(0)), Verdict::Nothing);
}

#[test]
fn a_firing_by_a_made_up_price_says_so() {
    let made_up = Quote { provider: SIMULATED, ..quote("101", 0) };
    assert_eq!(judge(&above("100"), &made_up, None, at(0)), Verdict::Fires);
    let rate = Conversion {
        from: Currency::parse("usdt").unwrap(),
        to: Currency::default(),
        rate: decimal("1"),
        provider: SIMULATED,
        observed_at: at(0),
    };
    let converted = Quote { conversion: vec![rate], ..quote("101", 0) };
    for quote in [made_up, converted] {
        assert_eq!(Firing::of(Uuid::nil().into(), &above("100"), &quote, None, at(0)).provider, SIMULATED);
    }
}

#[test]
fn a_move_is_measured_from_the_beginning_of_the_window() {
    let fires = |direction, price: &str, base: Option<&str>| {
        let base = base.map(decimal);
        judge(&moves("10", direction, 3_600), &quote(price, 0), base.as_ref(), at(0)) == Verdict::Fires
    };
    let (up, down, either) = (MoveDirection::Up, MoveDirection::Down, MoveDirection::Either);
    assert!(fires(up, "110", Some("100")) && fires(either, "110", Some("100")) && !fires(down, "110", Some("100")));
    assert!(fires(down, "90", Some("100")) && fires(either, "90", Some("100")) && !fires(up, "90", Some("100")));
    assert!(!fires(either, "109.99", Some("100")) && !fires(either, "90.01", Some("100")));
    assert!(!fires(either, "1000", None), "without a base there is no verdict");
    assert!(!fires(either, "1000", Some("0")));
}

#[test]
fn after_a_move_an_alert_is_quiet_for_the_window_at_least() {
    let fired = |alert: Alert| Alert { state: AlertState::Waiting, last_fired_at: Some(at(0)), ..alert };
    let rearms = |alert: &Alert, seconds| judge(alert, &quote("1", seconds), None, at(seconds)) == Verdict::Rearms;
    let short = fired(repeating(moves("10", MoveDirection::Either, 600), "0", 0));
    assert!(!rearms(&short, 599) && rearms(&short, 600));
    let long = fired(repeating(moves("10", MoveDirection::Either, 600), "0", 900));
    assert!(!rearms(&long, 899) && rearms(&long, 900));
}

#[test]
fn prices_at_the_ends_of_what_is_possible_are_judged() {
    let most = decimal("99999999999999999999");
    let alert = repeating(below("1000000000000000000"), "50", 0);
    assert_eq!(firings(alert, &[decimal("0.000000000000000001"), most.clone(), decimal("1")]), [0, 2]);
    let tiny = decimal("0.000000000000000001");
    let huge = Quote { price: most, ..quote("1", 0) };
    // Beyond all bounds: no verdict, and no panic.
    let verdict = judge(&moves("10", MoveDirection::Up, 60), &huge, Some(&tiny), at(0));
    assert_eq!(verdict, Verdict::Nothing);
}

proptest! {
    /// Prices at the threshold or above, and prices that have gone back beyond hysteresis, are what counts: of those,
    /// each that is above and follows one that is not is a crossing.
    #[test]
    fn an_armed_alert_fires_exactly_once_per_crossing_beyond_hysteresis(
        steps in prop::collection::vec(-8_i64..=8, 1..200),
        hysteresis in 0_u32..=10,
    ) {
        let mut level = 100_i64;
        let walk: Vec<i64> = steps.iter().map(|step| { level = (level + step).clamp(1, 200); level }).collect();
        let prices: Vec<Decimal> = walk.iter().map(|price| decimal(&price.to_string())).collect();
        let bound = 100 - i64::from(hysteresis);
        let mut sides: Vec<(usize, bool)> = walk
            .iter()
            .enumerate()
            .filter(|(_, price)| **price >= 100 || **price < bound)
            .map(|(number, price)| (number, *price >= 100))
            .collect();
        sides.dedup_by_key(|(_, above)| *above);
        let crossings: Vec<usize> = sides.iter().filter(|(_, above)| *above).map(|(number, _)| *number).collect();
        let alert = repeating(above("100"), &hysteresis.to_string(), 0);
        prop_assert_eq!(firings(alert, &prices), crossings);
    }
}
