//! The table: what was measured, and how it stands to its goals.

use std::fmt::Write;

/// Two steps of a goal, of a ratio or of an absolute figure.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// More is better.
    AtLeast { must: f64, best: f64 },
    /// Less is better.
    AtMost { must: f64, best: f64 },
}

/// How a value stands to its goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Best,
    Must,
    Missed,
}

impl Goal {
    /// Judges a value; one that is no number misses.
    pub fn judge(self, value: f64) -> Verdict {
        let reaches = |goal: f64| match self {
            Self::AtLeast { .. } => value >= goal,
            Self::AtMost { .. } => value <= goal,
        };
        let (Self::AtLeast { must, best } | Self::AtMost { must, best }) = self;
        if reaches(best) {
            Verdict::Best
        } else if reaches(must) {
            Verdict::Must
        } else {
            Verdict::Missed
        }
    }

    fn shown(self) -> (String, String) {
        match self {
            Self::AtLeast { must, best } => (format!("≥ {must}"), format!("≥ {best}")),
            Self::AtMost { must, best } => (format!("≤ {must}"), format!("≤ {best}")),
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Line {
    /// The row and what part of it, such as `M5 sqlite`.
    pub row: String,
    /// What was measured, with its unit.
    pub figure: String,
    /// The same of the reference; a dash for an absolute goal.
    pub reference: String,
    /// What the goal is about: a ratio, or the figure itself.
    pub value: f64,
    pub goal: Goal,
    /// Deliveries that were lost, repeated or reordered: any fails the row.
    pub faults: Option<String>,
    /// What a reader must know to read the figure.
    pub note: Option<String>,
}

impl Line {
    /// Whether the row counts as failed, whatever its ratio.
    pub fn failed(&self) -> bool {
        self.faults.is_some()
    }

    fn cells(&self) -> [String; 7] {
        let (must, best) = self.goal.shown();
        let verdict = match (&self.faults, self.goal.judge(self.value)) {
            (Some(faults), _) => format!("FAILED: {faults}"),
            (None, Verdict::Best) => "best".to_owned(),
            (None, Verdict::Must) => "must".to_owned(),
            (None, Verdict::Missed) => "missed".to_owned(),
        };
        let value = format!("{:.2}", self.value);
        [self.row.clone(), self.figure.clone(), self.reference.clone(), value, must, best, verdict]
    }
}

/// The table as Markdown, with the notes below it.
pub fn table(lines: &[Line]) -> String {
    let head = ["row", "figure", "reference", "ratio", "must", "best", "verdict"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(lines.iter().map(Line::cells)).collect();
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
        if index == 0 {
            let _ = writeln!(text, "|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
        }
    }
    for line in lines {
        if let Some(note) = &line.note {
            let _ = writeln!(text, "{}: {note}", line.row);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORE: Goal = Goal::AtLeast { must: 0.5, best: 0.8 };
    const LESS: Goal = Goal::AtMost { must: 3.0, best: 1.3 };

    #[test]
    fn goals_are_judged_in_their_direction() {
        assert_eq!([0.8, 0.5, 0.49].map(|value| MORE.judge(value)), [Verdict::Best, Verdict::Must, Verdict::Missed]);
        assert_eq!([1.3, 3.0, 3.01].map(|value| LESS.judge(value)), [Verdict::Best, Verdict::Must, Verdict::Missed]);
        assert_eq!([MORE, LESS].map(|goal| goal.judge(f64::NAN)), [Verdict::Missed, Verdict::Missed]);
    }

    #[test]
    fn a_lost_delivery_fails_a_row_that_reaches_its_goal() {
        let line = Line {
            row: "M1".into(),
            figure: "1".into(),
            reference: "1".into(),
            value: 1.0,
            goal: MORE,
            faults: Some("1 lost".into()),
            note: None,
        };
        assert!(line.failed());
        assert!(table(&[line]).contains("FAILED: 1 lost"));
    }
}
