//! A random walk that can be asked for any step, past ones too.
//!
//! A walk that adds up its steps would have to be replayed from its start for every price. This one is a
//! sum of random waves instead, from seconds to days long: each wave runs straight from one random height
//! to the next. It wanders like a price, is pulled back to its start because every wave is bounded, and
//! costs the same for every step. All of it is integer arithmetic.

/// How far a wave's heights lie apart (in steps), and how high it goes (in millionths of the price).
const WAVES: [(i64, i64); 5] = [(1, 700), (16, 2_400), (256, 8_000), (4_096, 15_000), (65_536, 40_000)];

/// One asset's walk.
#[derive(Clone, Copy)]
pub(super) struct Walk {
    seed: u64,
    /// What the heights are divided by: a stable coin moves a hundredth as much as others.
    calm: i64,
}

impl Walk {
    /// How far a walk ever strays from its start, in millionths.
    #[cfg(test)]
    pub(super) const BOUND: i64 = 66_100;

    pub(super) fn new(seed: u64, asset_id: &str, stable: bool) -> Self {
        let seed = asset_id.bytes().fold(seed, |seed, byte| mix(seed ^ u64::from(byte)));
        Self { seed, calm: if stable { 100 } else { 1 } }
    }

    /// How far the price lies from its start at this step, in millionths of the start.
    pub(super) fn offset(&self, step: i64) -> i64 {
        let sum: i64 = WAVES.iter().map(|(length, height)| self.wave(step, *length, *height)).sum();
        sum / self.calm
    }

    fn wave(&self, step: i64, length: i64, height: i64) -> i64 {
        let (turn, along) = (step.div_euclid(length), step.rem_euclid(length));
        let from = self.height(length, turn, height);
        let to = self.height(length, turn + 1, height);
        (from * (length - along) + to * along) / length
    }

    /// The random height, within ±`height`, at a wave's turn.
    fn height(&self, length: i64, turn: i64, height: i64) -> i64 {
        let random = mix(mix(self.seed ^ length.unsigned_abs()) ^ turn.cast_unsigned());
        let range = 2 * height.unsigned_abs() + 1;
        (random % range).cast_signed() - height
    }
}

/// SplitMix64: every bit of the input changes every bit of the output.
fn mix(input: u64) -> u64 {
    let mut z = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: i64 = 850_000_000;

    #[test]
    fn a_walk_is_the_same_for_the_same_seed_and_another_for_another() {
        let path = |seed| -> Vec<i64> {
            let walk = Walk::new(seed, "bitcoin", false);
            (TODAY..TODAY + 100).map(|step| walk.offset(step)).collect()
        };
        assert_eq!(path(7), path(7));
        assert_ne!(path(7), path(8));
        assert_ne!(path(7)[0], Walk::new(7, "ethereum", false).offset(TODAY));
    }

    #[test]
    fn no_step_moves_a_price_by_more_than_three_thousandths_and_no_walk_strays() {
        for seed in 0..20 {
            let walk = Walk::new(seed, "bitcoin", false);
            let path: Vec<i64> = (TODAY..TODAY + 5_000).map(|step| 1_000_000 + walk.offset(step)).collect();
            assert!(path.iter().all(|price| (price - 1_000_000).abs() <= Walk::BOUND));
            let worst = path.windows(2).map(|pair| (pair[1] - pair[0]).abs() * 1_000_000 / pair[0]).max();
            assert!(worst < Some(3_000), "{worst:?} millionths");
        }
    }

    #[test]
    fn prices_move_and_turn() {
        let walk = Walk::new(1, "bitcoin", false);
        let steps: Vec<i64> = (TODAY..TODAY + 1_000).map(|step| walk.offset(step + 1) - walk.offset(step)).collect();
        assert!(steps.iter().filter(|step| **step > 0).count() > 300);
        assert!(steps.iter().filter(|step| **step < 0).count() > 300);
        let days: Vec<i64> = (0..10).map(|day| walk.offset(TODAY + day * 43_200)).collect();
        assert!(days.iter().max().unwrap() - days.iter().min().unwrap() > 10_000, "{days:?}");
    }

    #[test]
    fn steps_before_1970_and_at_the_ends_of_time_are_steps_too() {
        let walk = Walk::new(1, "tether", true);
        for step in [-1, -100_000, i64::MIN / 4, i64::MAX / 4] {
            assert!(walk.offset(step).abs() <= Walk::BOUND / 100);
        }
    }
}
