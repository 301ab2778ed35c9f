//! The summary: one table, then the line that says it all.

use std::fmt::Write;

use crate::counts::Counts;
use crate::step::Outcome;

/// The table and the closing line; the latter stands alone on the last line.
pub(crate) fn summary(outcomes: &[Outcome]) -> String {
    let total = total(outcomes);
    let mut text = format!("\n{:<22} {:>7} {:>7} {:>8}\n", "step", "passed", "failed", "seconds");
    for Outcome { name, counts, took } in outcomes {
        // writing to a string cannot fail
        let _ = writeln!(text, "{name:<22} {:>7} {:>7} {:>8.1}", counts.passed, counts.failed, took.as_secs_f64());
    }
    let _ = write!(text, "\n{} passed, {} failed\n", total.passed, total.failed);
    text
}

/// All counts together.
pub(crate) fn total(outcomes: &[Outcome]) -> Counts {
    outcomes.iter().fold(Counts::default(), |sum, outcome| sum.plus(outcome.counts))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_last_line_holds_the_sums() {
        let outcome = |passed, failed| Outcome { name: "x", counts: Counts { passed, failed }, took: Duration::ZERO };
        let text = summary(&[outcome(3, 0), outcome(4, 1)]);
        assert_eq!(text.lines().last(), Some("7 passed, 1 failed"));
    }
}
