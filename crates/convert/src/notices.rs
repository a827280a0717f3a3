//! What other parts of the server tell users: each kind has a shape of its own on the wire; one that has none goes as
//! it is.

use chrono::{DateTime, Utc};
use rialto_messaging::Notice;
use rialto_wire::alerts::AlertFired;
use rialto_wire::messaging::{EventBodyView, NoticeView};
use rialto_wire::time::Timestamp;

use crate::alerts::ALERT_FIRED;

/// A notice in its shape.
#[must_use]
pub fn notice_body_view(notice: &Notice) -> EventBodyView {
    let typed = match notice.name.as_str() {
        ALERT_FIRED => alert_fired(notice).map(|fired| EventBodyView::AlertFired(Box::new(fired))),
        _ => None,
    };
    typed.unwrap_or_else(|| {
        EventBodyView::Notice(NoticeView {
            id: notice.id,
            name: notice.name.clone(),
            fields: notice.fields.iter().cloned().collect(),
        })
    })
}

/// `None` if a field is missing or cannot be read.
fn alert_fired(notice: &Notice) -> Option<AlertFired> {
    let text = |name| notice.field(name).map(str::to_owned);
    Some(AlertFired {
        alert_id: notice.field("alert_id")?.parse().ok()?,
        firing_id: notice.id,
        asset_id: text("asset_id"),
        kind: text("kind")?,
        price: text("price")?,
        currency: text("currency")?,
        threshold: text("threshold"),
        direction: text("direction"),
        window_s: notice.field("window_s").map(str::parse).transpose().ok()?,
        base_price: text("base_price"),
        provider: text("provider")?,
        observed_at: time(notice.field("observed_at")?)?,
        fired_at: time(notice.field("fired_at")?)?,
        note: text("note"),
    })
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse::<DateTime<Utc>>().ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_notice_without_a_shape_of_its_own_goes_as_it_is() {
        let fields = vec![("star".to_owned(), "Vega".to_owned())];
        let notice = Notice { id: Uuid::from_u128(7), name: "star.fell".to_owned(), fields };
        let view = serde_json::to_value(notice_body_view(&notice)).unwrap();
        let data = json!({ "id": Uuid::from_u128(7), "name": "star.fell", "fields": { "star": "Vega" } });
        assert_eq!(view, json!({ "event": "notice", "data": data }));
    }

    #[test]
    fn a_firing_that_lacks_a_field_is_told_all_the_same() {
        let notice = Notice { id: Uuid::nil(), name: ALERT_FIRED.to_owned(), fields: Vec::new() };
        assert!(matches!(notice_body_view(&notice), EventBodyView::Notice(view) if view.name == ALERT_FIRED));
    }
}
