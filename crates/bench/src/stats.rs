//! Medians, and measuring two things in turns.

use crate::error::Result;

/// The median; the mean of the middle two of an even count, and NaN of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.len() % 2) {
        (None, _) => f64::NAN,
        (Some(upper), 0) => f64::midpoint(sorted[middle - 1], *upper),
        (Some(only), _) => *only,
    }
}

/// The medians of two measurements.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub ours: f64,
    pub reference: f64,
}

impl Pair {
    /// How the first stands to the second.
    pub fn ratio(self) -> f64 {
        self.ours / self.reference
    }
}

/// Measures two things in turns, so that what else the machine does falls on both, and takes the medians.
pub fn in_turns(
    rounds: usize,
    mut ours: impl FnMut() -> Result<f64>,
    mut reference: impl FnMut() -> Result<f64>,
) -> Result<Pair> {
    let (mut a, mut b) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for round in 0..rounds {
        // Whoever goes first alternates too.
        if round % 2 == 0 {
            a.push(ours()?);
            b.push(reference()?);
        } else {
            b.push(reference()?);
            a.push(ours()?);
        }
    }
    Ok(Pair { ours: median(&a), reference: median(&b) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), 5.0);
        assert_eq!(median(&[8.0, 1.0, 2.0, 100.0]), 5.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn neither_side_always_goes_first() {
        let order = std::cell::RefCell::new(String::new());
        let side = |name: char, value: f64| {
            order.borrow_mut().push(name);
            Ok(value)
        };
        let pair = in_turns(2, || side('a', 6.0), || side('b', 3.0)).unwrap();
        assert_eq!(*order.borrow(), "abba");
        assert_eq!(pair.ratio(), 2.0);
    }
}
