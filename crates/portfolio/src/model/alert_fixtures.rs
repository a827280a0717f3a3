//! What the tests of alerts share.

use chrono::{DateTime, TimeDelta};
use rialto_kernel::{Decimal, Instant};
use uuid::Uuid;

use super::{
    Alert, AlertRule, AssetId, Cooldown, Currency, Hysteresis, MoveDirection, MovePercent, MoveWindow, NewAlert, Quote,
    Threshold,
};

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// So many seconds after the start.
pub fn at(seconds: i64) -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
}

fn bitcoin() -> AssetId {
    AssetId::parse("bitcoin").unwrap()
}

pub fn alert(rule: AlertRule) -> Alert {
    let new = NewAlert {
        rule,
        currency: Currency::default(),
        repeat: false,
        cooldown: Cooldown::from_seconds(0).unwrap(),
        hysteresis: Hysteresis::new(Decimal::zero()).unwrap(),
        deliver_to: None,
        note: None,
    };
    new.made(Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), at(0))
}

pub fn above(threshold: &str) -> Alert {
    alert(AlertRule::Above { asset_id: bitcoin(), threshold: Threshold::new(decimal(threshold)).unwrap() })
}

pub fn below(threshold: &str) -> Alert {
    alert(AlertRule::Below { asset_id: bitcoin(), threshold: Threshold::new(decimal(threshold)).unwrap() })
}

pub fn moves(percent: &str, direction: MoveDirection, window: u64) -> Alert {
    alert(AlertRule::PercentMove {
        asset_id: bitcoin(),
        percent: MovePercent::new(decimal(percent)).unwrap(),
        direction,
        window: MoveWindow::from_seconds(window).unwrap(),
    })
}

/// A price of bitcoin so many seconds after the start.
pub fn quote(price: &str, seconds: i64) -> Quote {
    Quote {
        price: decimal(price),
        observed_at: at(seconds),
        fetched_at: at(seconds),
        ..crate::service::fixtures::quote_of(&bitcoin())
    }
}
