//! Between the wire and the portfolio domain.

use rialto_kernel::{ConversationId, Decimal, Instant, InvalidValue};
use rialto_portfolio::{
    Alert, AlertChanges, AlertNote, AlertRule, AssetId, Cooldown, Currency, Delivery, DeliveryTarget, Hysteresis,
    LoggedFiring, MoveDirection, MovePercent, MoveWindow, NewAlert, PriceService, QuoteError, Threshold,
};
use rialto_wire::alerts::{AlertView, ChangeAlertRequest, CreateAlertRequest, DeliverTo, DeliveryView, FiringView};

use crate::error::{ApiError, quote_code};
use crate::fields::FieldErrors;

/// A rule as a request names it; which of the values count follows from the kind.
struct WantedRule<'r> {
    kind: &'r str,
    asset_id: &'r str,
    threshold: &'r str,
    direction: Option<&'r str>,
    window_s: Option<u64>,
}

pub(super) fn new_alert(request: &CreateAlertRequest) -> Result<NewAlert, ApiError> {
    let mut errors = FieldErrors::default();
    let wanted = WantedRule {
        kind: &request.kind,
        asset_id: &request.asset_id,
        threshold: &request.threshold,
        direction: request.direction.as_deref(),
        window_s: request.window_s,
    };
    let rule = rule(&mut errors, &wanted);
    let currency = match request.currency.as_deref() {
        Some(text) => errors.check("currency", Currency::parse(text)),
        None => Some(Currency::default()),
    };
    let cooldown = request.cooldown_s.map(|seconds| errors.check("cooldown_s", Cooldown::from_seconds(seconds)));
    let hysteresis = request.hysteresis.as_deref().map(|text| errors.check("hysteresis", hysteresis(text)));
    let note = request.note.as_deref().map(|text| errors.check("note", AlertNote::parse(text)));
    let deliver_to = deliver_to(&mut errors, &request.deliver);
    match (rule, currency) {
        (Some(rule), Some(currency)) if errors.is_empty() => Ok(NewAlert {
            rule,
            currency,
            repeat: request.repeat,
            cooldown: cooldown.flatten().unwrap_or_default(),
            hysteresis: hysteresis.flatten().unwrap_or_default(),
            deliver_to,
            note: note.flatten(),
        }),
        _ => Err(errors.into_invalid_body()),
    }
}

pub(super) fn changes(request: &ChangeAlertRequest, before: &Alert) -> Result<AlertChanges, ApiError> {
    let mut errors = FieldErrors::default();
    let parts = before.rule.to_parts();
    let asks_anew = request.kind.is_some()
        || request.asset_id.is_some()
        || request.threshold.is_some()
        || request.direction.is_some()
        || request.window_s.is_some();
    // What is left out stays, as far as the kind still needs it.
    let kind = request.kind.as_deref().unwrap_or(&parts.kind);
    let moves = kind == "percent_move";
    let wanted = WantedRule {
        kind,
        asset_id: request.asset_id.as_deref().or(parts.asset_id.as_deref()).unwrap_or_default(),
        threshold: request
            .threshold
            .as_deref()
            .or(if moves { parts.percent.as_deref() } else { parts.threshold.as_deref() })
            .unwrap_or_default(),
        direction: request.direction.as_deref().or(parts.direction.as_deref().filter(|_| moves)),
        window_s: request.window_s.or(parts.window_seconds.filter(|_| moves)),
    };
    let changes = AlertChanges {
        rule: if asks_anew { rule(&mut errors, &wanted) } else { None },
        currency: request.currency.as_deref().and_then(|text| errors.check("currency", Currency::parse(text))),
        repeat: request.repeat,
        cooldown: request.cooldown_s.and_then(|seconds| errors.check("cooldown_s", Cooldown::from_seconds(seconds))),
        hysteresis: request.hysteresis.as_deref().and_then(|text| errors.check("hysteresis", hysteresis(text))),
        deliver_to: request.deliver.as_deref().map(|targets| deliver_to(&mut errors, targets)),
        note: request
            .note
            .as_deref()
            .map(|text| if text.is_empty() { None } else { errors.check("note", AlertNote::parse(text)) }),
        enabled: request.enabled,
    };
    if errors.is_empty() { Ok(changes) } else { Err(errors.into_invalid_body()) }
}

fn rule(errors: &mut FieldErrors, wanted: &WantedRule<'_>) -> Option<AlertRule> {
    let asset = AssetId::parse(wanted.asset_id).map(|name| PriceService::asset_named(&name));
    let asset_id = errors.check("asset_id", asset);
    let number = decimal(wanted.threshold);
    if wanted.kind != "percent_move" {
        for (field, given) in [("direction", wanted.direction.is_some()), ("window_s", wanted.window_s.is_some())] {
            if given {
                errors.refuse(field, "not_allowed", "is for percent_move alone");
            }
        }
    }
    match wanted.kind {
        "above" | "below" => {
            let threshold = errors.check("threshold", number.and_then(Threshold::new));
            let (asset_id, threshold) = asset_id.zip(threshold)?;
            Some(if wanted.kind == "above" {
                AlertRule::Above { asset_id, threshold }
            } else {
                AlertRule::Below { asset_id, threshold }
            })
        }
        "percent_move" => {
            let percent = errors.check("threshold", number.and_then(MovePercent::new));
            let direction = wanted.direction.map_or(Ok(MoveDirection::default()), MoveDirection::parse);
            let direction = errors.check("direction", direction);
            let window = match wanted.window_s {
                Some(seconds) => errors.check("window_s", MoveWindow::from_seconds(seconds)),
                None => {
                    errors.missing("window_s");
                    None
                }
            };
            let ((asset_id, percent), (direction, window)) = asset_id.zip(percent).zip(direction.zip(window))?;
            Some(AlertRule::PercentMove { asset_id, percent, direction, window })
        }
        _ => {
            errors.refuse("kind", "unknown_value", "must be above, below or percent_move");
            None
        }
    }
}

fn decimal(text: &str) -> Result<Decimal, InvalidValue> {
    text.parse().map_err(|error| InvalidValue::new("invalid_format", format!("must be a decimal number: {error}")))
}

fn hysteresis(text: &str) -> Result<Hysteresis, InvalidValue> {
    decimal(text).and_then(Hysteresis::new)
}

fn deliver_to(errors: &mut FieldErrors, targets: &[DeliverTo]) -> Option<ConversationId> {
    if targets.len() > 1 {
        errors.refuse("deliver", "too_long", "may name one conversation");
    }
    targets.first().map(|DeliverTo::Conversation { conversation_id }| (*conversation_id).into())
}

pub(super) fn not_priced(error: &QuoteError) -> ApiError {
    let field = match error {
        QuoteError::Provider(_) => "currency",
        QuoteError::UnknownAsset(_) | QuoteError::TimedOut => "asset_id",
    };
    ApiError::unprocessable("invalid_body", error.to_string()).with_field(field, quote_code(error))
}

pub(crate) fn alert_view(alert: &Alert) -> AlertView {
    let parts = alert.rule.to_parts();
    let deliver = |id: ConversationId| DeliverTo::Conversation { conversation_id: id.uuid() };
    AlertView {
        id: alert.id.uuid(),
        kind: parts.kind,
        asset_id: parts.asset_id,
        threshold: parts.threshold.or(parts.percent),
        direction: parts.direction,
        window_s: parts.window_seconds,
        currency: alert.currency.to_string(),
        repeat: alert.repeat,
        cooldown_s: alert.cooldown.seconds().into(),
        hysteresis: alert.hysteresis.percent().to_string(),
        deliver: alert.deliver_to.into_iter().map(deliver).collect(),
        note: alert.note.as_ref().map(ToString::to_string),
        state: alert.state.as_str().to_owned(),
        created_at: alert.created_at.into(),
        last_fired_at: alert.last_fired_at.map(Instant::into),
    }
}

pub(super) fn firing_view(logged: &LoggedFiring) -> FiringView {
    let firing = &logged.firing;
    let parts = firing.rule.to_parts();
    FiringView {
        id: firing.id.uuid(),
        kind: parts.kind,
        asset_id: parts.asset_id,
        threshold: parts.threshold.or(parts.percent),
        direction: parts.direction,
        window_s: parts.window_seconds,
        base_price: firing.base_price.as_ref().map(ToString::to_string),
        price: firing.price.to_string(),
        currency: firing.currency.to_string(),
        provider: firing.provider.clone(),
        observed_at: firing.observed_at.into(),
        fired_at: firing.fired_at.into(),
        note: firing.note.as_ref().map(ToString::to_string),
        deliveries: logged.deliveries.iter().map(delivery_view).collect(),
    }
}

fn delivery_view(delivery: &Delivery) -> DeliveryView {
    let (to, conversation_id) = match delivery.target {
        DeliveryTarget::Owner => ("owner", None),
        DeliveryTarget::Conversation(id) => ("conversation", Some(id.uuid())),
    };
    DeliveryView {
        to: to.to_owned(),
        conversation_id,
        state: delivery.state.as_str().to_owned(),
        attempts: delivery.attempts,
        due_at: delivery.state.due_at().map(Instant::into),
        changed_at: delivery.changed_at.into(),
        error: delivery.error.clone(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use serde_json::json;

    use super::*;

    fn wanted(body: serde_json::Value) -> CreateAlertRequest {
        serde_json::from_value(body).unwrap()
    }

    async fn refused(body: serde_json::Value) -> Vec<String> {
        let response = new_alert(&wanted(body)).unwrap_err().error_response();
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        let problem: rialto_wire::problem::Problem = serde_json::from_slice(&body).unwrap();
        problem.errors.into_iter().map(|error| format!("{}: {}", error.field, error.code)).collect()
    }

    #[test]
    fn an_alias_stands_for_its_asset_and_what_is_left_out_is_as_documented() {
        let new = new_alert(&wanted(json!({"kind": "above", "asset_id": "BTC", "threshold": "70000"}))).unwrap();
        assert_eq!(new.rule.asset_id().unwrap().as_str(), "bitcoin");
        assert_eq!(
            (new.cooldown.seconds(), new.hysteresis.percent().to_string(), new.repeat),
            (300, "1".into(), false)
        );
    }

    #[actix_web::test]
    async fn every_field_that_is_wrong_is_named() {
        let body = json!({"kind": "above", "asset_id": "a b", "threshold": "NaN", "window_s": 60, "cooldown_s": 9_999_999,
            "hysteresis": "51", "currency": "?", "note": " "});
        let fields = [
            "asset_id: invalid_character",
            "window_s: not_allowed",
            "threshold: invalid_format",
            "currency: invalid_format",
            "cooldown_s: out_of_range",
            "hysteresis: out_of_range",
            "note: too_short",
        ];
        assert_eq!(refused(body).await, fields);
        let body = json!({"kind": "percent_move", "asset_id": "bitcoin", "threshold": "5"});
        assert_eq!(refused(body).await, ["window_s: missing_field"]);
        let body = json!({"kind": "sideways", "asset_id": "bitcoin", "threshold": "5"});
        assert_eq!(refused(body).await, ["kind: unknown_value"]);
    }

    #[test]
    fn a_firing_says_what_was_met_and_from_where_a_price_moved() {
        let body = json!({"kind": "percent_move", "asset_id": "bitcoin", "threshold": "5", "window_s": 3600,
            "direction": "up", "note": "look"});
        let at = chrono::DateTime::UNIX_EPOCH;
        let nobody = uuid::Uuid::nil();
        let alert = new_alert(&wanted(body)).unwrap().made(nobody.into(), nobody.into(), at);
        let firing = rialto_portfolio::Firing {
            id: nobody.into(),
            alert_id: alert.id,
            owner: alert.owner,
            rule: alert.rule,
            currency: alert.currency,
            price: "105.5".parse().unwrap(),
            base_price: "100".parse().ok(),
            provider: "fake".into(),
            observed_at: at,
            fired_at: at,
            note: alert.note,
        };
        let view = serde_json::to_value(firing_view(&LoggedFiring { firing, deliveries: Vec::new() })).unwrap();
        let rule = json!({"kind": "percent_move", "asset_id": "bitcoin", "threshold": "5", "direction": "up",
            "window_s": 3600, "base_price": "100", "price": "105.5", "note": "look"});
        for (field, value) in rule.as_object().unwrap() {
            assert_eq!(&view[field], value, "{field}");
        }
    }

    #[test]
    fn a_change_of_one_value_keeps_the_others() {
        let body = json!({"kind": "percent_move", "asset_id": "bitcoin", "threshold": "5", "window_s": 3600, "direction": "up"});
        let new = new_alert(&wanted(body)).unwrap();
        let alert = new.made(uuid::Uuid::nil().into(), uuid::Uuid::nil().into(), chrono::DateTime::UNIX_EPOCH);
        let request = ChangeAlertRequest { threshold: Some("7".into()), ..ChangeAlertRequest::default() };
        let changed = changes(&request, &alert).unwrap().applied_to(alert);
        let view = alert_view(&changed);
        assert_eq!(
            (view.threshold.as_deref(), view.direction.as_deref(), view.window_s),
            (Some("7"), Some("up"), Some(3600))
        );
        let request = ChangeAlertRequest { kind: Some("below".into()), ..ChangeAlertRequest::default() };
        assert!(changes(&request, &changed).is_err(), "a price is not percent: the threshold is needed");
    }
}
