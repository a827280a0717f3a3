//! Price alerts that fired, as their owners are told.

use chrono::SecondsFormat;
use rialto_kernel::{Decimal, Instant};
use rialto_messaging::Notice;
use rialto_portfolio::Firing;

/// The name of the notice that an alert fired.
pub const ALERT_FIRED: &str = "alert.fired";

/// What the owner of an alert is told in their personal stream. Known by the firing's id, so telling it again changes
/// nothing.
#[must_use]
pub fn notice_of_firing(firing: &Firing) -> Notice {
    let rule = firing.rule.to_parts();
    let fields = [
        ("alert_id", Some(firing.alert_id.to_string())),
        ("firing_id", Some(firing.id.to_string())),
        ("asset_id", rule.asset_id),
        ("kind", Some(rule.kind)),
        ("price", Some(firing.price.to_string())),
        ("currency", Some(firing.currency.to_string())),
        ("threshold", rule.threshold.or(rule.percent)),
        ("direction", rule.direction),
        ("window_s", rule.window_seconds.map(|seconds| seconds.to_string())),
        ("base_price", firing.base_price.as_ref().map(Decimal::to_string)),
        ("provider", Some(firing.provider.clone())),
        ("observed_at", Some(time(firing.observed_at))),
        ("fired_at", Some(time(firing.fired_at))),
        ("note", firing.note.as_ref().map(ToString::to_string)),
    ];
    let fields = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?)));
    Notice { id: firing.id.uuid(), name: ALERT_FIRED.to_owned(), fields: fields.collect() }
}

fn time(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rialto_messaging::MessageContent;
    use rialto_portfolio::{
        AlertNote, AlertRule, AssetId, Currency, MoveDirection, MovePercent, MoveWindow, Threshold,
    };
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::notices::notice_body_view;

    fn firing(rule: AlertRule) -> Firing {
        Firing {
            id: Uuid::from_u128(7).into(),
            alert_id: Uuid::from_u128(8).into(),
            owner: Uuid::from_u128(9).into(),
            rule,
            currency: Currency::default(),
            price: "70012.50".parse().unwrap(),
            base_price: None,
            provider: "coingecko".to_owned(),
            observed_at: DateTime::from_timestamp(1_700_000_000, 123_456_000).unwrap(),
            fired_at: DateTime::from_timestamp(1_700_000_001, 0).unwrap(),
            note: Some(AlertNote::parse("sell half").unwrap()),
        }
    }

    fn above() -> Firing {
        let threshold = Threshold::new("70000".parse().unwrap()).unwrap();
        firing(AlertRule::Above { asset_id: AssetId::parse("bitcoin").unwrap(), threshold })
    }

    fn moved() -> Firing {
        let rule = AlertRule::PercentMove {
            asset_id: AssetId::parse("bitcoin").unwrap(),
            percent: MovePercent::new("5".parse().unwrap()).unwrap(),
            direction: MoveDirection::Up,
            window: MoveWindow::from_seconds(3_600).unwrap(),
        };
        Firing { base_price: Some("66000".parse().unwrap()), note: None, ..firing(rule) }
    }

    #[test]
    fn a_firing_looks_on_the_wire_as_documented() {
        let view = serde_json::to_value(notice_body_view(&notice_of_firing(&above()))).unwrap();
        let data = json!({
            "alert_id": Uuid::from_u128(8), "firing_id": Uuid::from_u128(7), "asset_id": "bitcoin", "kind": "above",
            "price": "70012.5", "currency": "usd", "threshold": "70000", "provider": "coingecko",
            "observed_at": "2023-11-14T22:13:20.123Z", "fired_at": "2023-11-14T22:13:21.000Z", "note": "sell half",
        });
        assert_eq!(view, json!({ "event": "alert.fired", "data": data }));
        let view = serde_json::to_value(notice_body_view(&notice_of_firing(&moved()))).unwrap();
        let data = json!({
            "alert_id": Uuid::from_u128(8), "firing_id": Uuid::from_u128(7), "asset_id": "bitcoin",
            "kind": "percent_move", "price": "70012.5", "currency": "usd", "threshold": "5", "direction": "up",
            "window_s": 3600, "base_price": "66000", "provider": "coingecko",
            "observed_at": "2023-11-14T22:13:20.123Z", "fired_at": "2023-11-14T22:13:21.000Z",
        });
        assert_eq!(view, json!({ "event": "alert.fired", "data": data }));
    }

    #[test]
    fn a_firing_can_be_said_in_a_conversation() {
        for firing in [above(), moved()] {
            assert!(MessageContent::parse(&firing.sentence()).is_ok());
        }
        let said = "Price alert: bitcoin is at 70012.5 usd, above 70000 (coingecko, 2023-11-14 22:13 UTC)\nsell half";
        assert_eq!(above().sentence(), said);
    }
}
