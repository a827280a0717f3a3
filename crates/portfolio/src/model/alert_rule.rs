use rialto_kernel::{Decimal, InvalidValue};

use super::{AssetId, MovePercent, MoveWindow, Threshold};

/// When an alert fires. A rule names what it looks at itself, so that one which looks at something other than an
/// asset's price can stand beside these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertRule {
    /// The price is at the threshold or above.
    Above {
        /// Of what.
        asset_id: AssetId,
        /// In the alert's currency.
        threshold: Threshold,
    },
    /// The price is at the threshold or below.
    Below {
        /// Of what.
        asset_id: AssetId,
        /// In the alert's currency.
        threshold: Threshold,
    },
    /// The price has moved by so much since the beginning of the window, which ends now.
    PercentMove {
        /// Of what.
        asset_id: AssetId,
        /// By how much.
        percent: MovePercent,
        /// Which way.
        direction: MoveDirection,
        /// In which time.
        window: MoveWindow,
    },
}

/// Which way a price moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub enum MoveDirection {
    /// Upwards alone.
    Up,
    /// Downwards alone.
    Down,
    /// Whichever.
    #[default]
    Either,
}

impl MoveDirection {
    /// Reads `up`, `down` or `either`.
    ///
    /// # Errors
    /// `unknown_value`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        [Self::Up, Self::Down, Self::Either]
            .into_iter()
            .find(|direction| direction.as_str() == text)
            .ok_or_else(|| InvalidValue::new("unknown_value", "must be up, down or either"))
    }

    /// `up`, `down` or `either`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Either => "either",
        }
    }
}

impl AlertRule {
    /// `above`, `below` or `percent_move`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Above { .. } => "above",
            Self::Below { .. } => "below",
            Self::PercentMove { .. } => "percent_move",
        }
    }

    /// The asset whose price it looks at, if it looks at one's.
    #[must_use]
    pub const fn asset_id(&self) -> Option<&AssetId> {
        match self {
            Self::Above { asset_id, .. } | Self::Below { asset_id, .. } | Self::PercentMove { asset_id, .. } => {
                Some(asset_id)
            }
        }
    }

    /// The threshold, if it has one.
    #[must_use]
    pub const fn threshold(&self) -> Option<&Threshold> {
        match self {
            Self::Above { threshold, .. } | Self::Below { threshold, .. } => Some(threshold),
            Self::PercentMove { .. } => None,
        }
    }

    /// The window, if it looks at a move.
    #[must_use]
    pub const fn window(&self) -> Option<MoveWindow> {
        match self {
            Self::PercentMove { window, .. } => Some(*window),
            Self::Above { .. } | Self::Below { .. } => None,
        }
    }

    /// The rule in plain values.
    #[must_use]
    pub fn to_parts(&self) -> RuleParts {
        let mut parts = RuleParts {
            kind: self.kind().to_owned(),
            asset_id: self.asset_id().map(ToString::to_string),
            threshold: self.threshold().map(|threshold| threshold.price().to_string()),
            ..RuleParts::default()
        };
        if let Self::PercentMove { percent, direction, window, .. } = self {
            parts.percent = Some(percent.percent().to_string());
            parts.direction = Some(direction.as_str().to_owned());
            parts.window_seconds = Some(window.seconds().into());
        }
        parts
    }

    /// Reads plain values back.
    ///
    /// # Errors
    /// `unknown_value` for an unknown kind, `missing` for a value that the kind needs, and what each value refuses.
    pub fn from_parts(parts: &RuleParts) -> Result<Self, InvalidValue> {
        let asset_id = || AssetId::parse(needed(parts.asset_id.as_deref(), "asset_id")?);
        let threshold = || Threshold::new(decimal(needed(parts.threshold.as_deref(), "threshold")?)?);
        Ok(match parts.kind.as_str() {
            "above" => Self::Above { asset_id: asset_id()?, threshold: threshold()? },
            "below" => Self::Below { asset_id: asset_id()?, threshold: threshold()? },
            "percent_move" => Self::PercentMove {
                asset_id: asset_id()?,
                percent: MovePercent::new(decimal(needed(parts.percent.as_deref(), "percent")?)?)?,
                direction: parts.direction.as_deref().map_or(Ok(MoveDirection::default()), MoveDirection::parse)?,
                window: MoveWindow::from_seconds(needed(parts.window_seconds, "window_seconds")?)?,
            },
            _ => return Err(InvalidValue::new("unknown_value", "must be above, below or percent_move")),
        })
    }
}

/// A rule in plain values, as stores and edges carry it; which of them count follows from the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleParts {
    /// See [`AlertRule::kind`].
    pub kind: String,
    /// An asset's id.
    pub asset_id: Option<String>,
    /// A decimal number.
    pub threshold: Option<String>,
    /// A decimal number.
    pub percent: Option<String>,
    /// `up`, `down` or `either`, which it is unless told.
    pub direction: Option<String>,
    /// In seconds.
    pub window_seconds: Option<u64>,
}

fn needed<T>(value: Option<T>, name: &str) -> Result<T, InvalidValue> {
    value.ok_or_else(|| InvalidValue::new("missing", format!("needs {name}")))
}

fn decimal(text: &str) -> Result<Decimal, InvalidValue> {
    text.parse().map_err(|error| InvalidValue::new("invalid_format", format!("must be a decimal number: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_what_its_parts_say() {
        let asset_id = || AssetId::parse("bitcoin").unwrap();
        let threshold = || Threshold::new("0.5".parse().unwrap()).unwrap();
        let moves = AlertRule::PercentMove {
            asset_id: asset_id(),
            percent: MovePercent::new("2.5".parse().unwrap()).unwrap(),
            direction: MoveDirection::Down,
            window: MoveWindow::from_seconds(3_600).unwrap(),
        };
        let above = AlertRule::Above { asset_id: asset_id(), threshold: threshold() };
        let below = AlertRule::Below { asset_id: asset_id(), threshold: threshold() };
        for rule in [moves, above, below] {
            assert_eq!(AlertRule::from_parts(&rule.to_parts()).unwrap(), rule);
        }
    }

    #[test]
    fn a_rule_that_lacks_a_part_is_refused() {
        let parts = RuleParts { kind: "above".into(), asset_id: Some("bitcoin".into()), ..RuleParts::default() };
        assert_eq!(AlertRule::from_parts(&parts).unwrap_err().code, "missing");
        let parts = RuleParts { kind: "sideways".into(), ..parts };
        assert_eq!(AlertRule::from_parts(&parts).unwrap_err().code, "unknown_value");
    }
}
