//! Reading how many tests ran from what test runners print.

/// Tests by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Ran and held.
    pub(crate) passed: u64,
    /// Ran and did not hold, or could not run. A skipped test counts here: nothing is skipped silently.
    pub(crate) failed: u64,
}

impl Counts {
    /// One test that passed or failed.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into() }
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// Agrees the counts with the runner's exit status: a runner that failed has failed something, and one that
    /// ran nothing has not succeeded.
    pub(crate) fn reconciled(self, success: bool) -> Self {
        let contradiction = (!success && self.failed == 0) || (success && self.passed == 0);
        self.plus(Self { passed: 0, failed: contradiction.into() })
    }
}

/// cargo-nextest: `Summary [ 1.2s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
pub(crate) fn nextest(log: &str) -> Counts {
    lines_with(log, "tests run:")
        .chain(lines_with(log, "test run:"))
        .fold(Counts::default(), |sum, line| sum.plus(numbered(line)))
}

/// libtest: `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`, once for each binary.
pub(crate) fn libtest(log: &str) -> Counts {
    lines_with(log, "test result:").fold(Counts::default(), |sum, line| sum.plus(numbered(line)))
}

/// Vitest: `Tests  1 failed | 11 passed (12)`, once for each package.
pub(crate) fn vitest(log: &str) -> Counts {
    let summaries = log.lines().map(str::trim_start).filter(|line| line.starts_with("Tests "));
    summaries.fold(Counts::default(), |sum, line| sum.plus(numbered(line)))
}

/// `node --test` with the TAP reporter: `# pass 4`, `# fail 0`, `# cancelled 0`, `# skipped 0`, `# todo 0`.
pub(crate) fn tap(log: &str) -> Counts {
    let count = |word: &str| -> u64 {
        log.lines()
            .filter_map(|line| line.strip_prefix(&format!("# {word} ")))
            .filter_map(|number| number.trim().parse::<u64>().ok())
            .sum()
    };
    Counts { passed: count("pass"), failed: ["fail", "cancelled", "skipped", "todo"].into_iter().map(count).sum() }
}

fn lines_with<'a>(log: &'a str, words: &'static str) -> impl Iterator<Item = &'a str> {
    log.lines().filter(move |line| line.contains(words))
}

/// Adds up the `<number> <word>` pairs of a summary line by what the words mean.
fn numbered(line: &str) -> Counts {
    let words: Vec<&str> = line.split([' ', ',', ';', '|', '(', ')']).filter(|word| !word.is_empty()).collect();
    words.windows(2).fold(Counts::default(), |sum, pair| match (pair[0].parse(), pair[1]) {
        (Ok(number), "passed") => sum.plus(Counts { passed: number, failed: 0 }),
        (Ok(number), "failed" | "skipped" | "ignored" | "todo" | "timed" | "exec" | "errored") => {
            sum.plus(Counts { passed: 0, failed: number })
        }
        _ => sum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reader = fn(&str) -> Counts;

    /// Runner, what it printed, how many passed and failed.
    const CASES: &[(Reader, &str, u64, u64)] = &[
        (nextest, "     Summary [   0.012s] 12 tests run: 12 passed, 0 skipped", 12, 0),
        (nextest, "     Summary [  61.2s] 9/12 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped", 6, 6),
        (nextest, "     Summary [   0.002s] 1 test run: 1 passed, 0 skipped", 1, 0),
        (
            libtest,
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            3,
            1,
        ),
        (libtest, "test result: ok. 3 passed; 0 failed\nx\ntest result: FAILED. 1 passed; 2 failed; 0 ignored", 4, 2),
        (vitest, " Test Files  2 passed (2)\n      Tests  11 passed (11)\n      Tests  1 failed | 4 passed (5)", 15, 1),
        (tap, "ok 1 - x\n# tests 6\n# suites 0\n# pass 4\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n", 4, 2),
        (tap, "", 0, 0),
    ];

    #[test]
    fn each_runner_is_read() {
        for (read, log, passed, failed) in CASES {
            assert_eq!(read(log), Counts { passed: *passed, failed: *failed }, "{log}");
        }
    }

    #[test]
    fn a_runner_that_fails_without_a_failed_test_counts_as_one_failure() {
        assert_eq!(nextest("error[E0308]: mismatched types").reconciled(false), Counts { passed: 0, failed: 1 });
        assert_eq!(tap("").reconciled(true), Counts { passed: 0, failed: 1 });
        assert_eq!(Counts { passed: 3, failed: 1 }.reconciled(false), Counts { passed: 3, failed: 1 });
        assert_eq!(Counts { passed: 3, failed: 0 }.reconciled(true), Counts { passed: 3, failed: 0 });
    }
}
