//! What was lost, repeated, or came out of order.

use std::ops::AddAssign;

/// Deliveries that were not as they should be. All must be 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub lost: u64,
    pub repeated: u64,
    pub reordered: u64,
}

impl Faults {
    /// In words, if there are any.
    pub fn shown(self) -> Option<String> {
        let Self { lost, repeated, reordered } = self;
        (self != Self::default()).then(|| format!("{lost} lost, {repeated} repeated, {reordered} reordered"))
    }
}

impl AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.reordered += other.reordered;
    }
}

/// The numbers that one receiver hears of one sequence, which should be 1, 2, 3 and so on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    last: u64,
}

impl Order {
    /// A sequence of which everything up to `last` is known.
    pub fn after(last: u64) -> Self {
        Self { last }
    }

    /// The last number that counts as heard.
    pub fn last(self) -> u64 {
        self.last
    }

    /// Takes a number; whether it is new, and not one that came before or twice.
    pub fn hear(&mut self, number: u64, faults: &mut Faults) -> bool {
        if number <= self.last {
            if number == self.last {
                faults.repeated += 1;
            } else {
                faults.reordered += 1;
            }
            return false;
        }
        faults.lost += number - self.last - 1;
        self.last = number;
        true
    }

    /// Gives up waiting for everything up to `number`.
    pub fn give_up(&mut self, number: u64, faults: &mut Faults) {
        faults.lost += number.saturating_sub(self.last);
        self.last = self.last.max(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_fault_is_counted() {
        let (mut order, mut faults) = (Order::default(), Faults::default());
        assert!(order.hear(1, &mut faults) && faults.shown().is_none());
        assert!(!order.hear(1, &mut faults));
        assert!(order.hear(4, &mut faults));
        assert!(!order.hear(2, &mut faults));
        order.give_up(6, &mut faults);
        assert_eq!(faults, Faults { lost: 4, repeated: 1, reordered: 1 });
    }
}
