use uuid::Uuid;

use super::*;
use crate::model::alert_fixtures::{above, at, moves, quote};
use crate::model::{AlertRule, MoveDirection};
use crate::service::fixtures::asset;

const MANY: u128 = 20_000;

fn many(alert: &Alert) -> Vec<Alert> {
    (0..MANY).map(|n| Alert { id: Uuid::from_u128(n).into(), ..alert.clone() }).collect()
}

#[test]
fn judging_many_alerts_of_one_asset_copies_none_and_notes_all_in_one_pass() {
    let mut book = Book::default();
    book.replace(many(&above("100")));
    let (first, second) = (book.take_in(&quote("1", 60)), book.take_in(&quote("1", 60)));
    assert_eq!(first.len() as u128, MANY);
    assert!(first.iter().zip(&second).all(|(one, other)| Arc::ptr_eq(one, other)), "the same quote, the same alerts");
    assert!(first.iter().all(|alert| alert.judged_at.is_none()), "what is judged is as it was stored");
    assert_eq!(book.take_in(&quote("1", 59)).len(), 0, "all of them look at no older one");
    assert_eq!(book.take_in(&Quote { stale: true, ..quote("1", 61) }).len(), 0);
    for alert in many(&Alert { revision: 2, judged_at: Some(at(60)), ..above("100") }) {
        book.put(alert);
    }
    let third = book.take_in(&quote("1", 61));
    assert!(third.iter().all(|alert| alert.revision == 2) && third.len() == first.len());
}

#[test]
fn what_no_alert_looks_at_any_more_is_forgotten_of_many_assets_at_once() {
    let of = |mut alert: Alert, n: usize| {
        if let AlertRule::PercentMove { asset_id, .. } = &mut alert.rule {
            *asset_id = asset(&format!("coin-{n}"));
        }
        alert
    };
    let alerts = many(&moves("5", MoveDirection::Up, 600));
    let alerts: Vec<_> = alerts.into_iter().enumerate().map(|(n, alert)| of(alert, n)).collect();
    let mut book = Book::default();
    book.replace(alerts.clone());
    let window = alerts[0].rule.window().unwrap();
    for n in 0..alerts.len() {
        let quote = Quote { asset_id: asset(&format!("coin-{n}")), ..quote("1", 0) };
        book.note_base(&quote, window, at(0), None);
    }
    book.replace(alerts.clone());
    assert_eq!((book.rings.len(), book.bases.len()), (alerts.len(), alerts.len()));
    book.replace(alerts[..7].to_vec());
    assert_eq!((book.rings.len(), book.bases.len()), (7, 7));
    let other_window = moves("5", MoveDirection::Up, 900);
    book.replace(vec![of(other_window, 0)]);
    assert_eq!((book.rings.len(), book.bases.len()), (1, 0));
}
