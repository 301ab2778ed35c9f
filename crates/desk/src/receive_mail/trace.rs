//! The decisions about a mail, in words, in order: what an administrator reads when they ask why.
//!
//! A mail may be addressed to several accounts. Each reads what concerns everybody and what concerns itself; of the
//! others it learns only that there is one. The operator reads everything.

use model::ids::AccountId;

/// The decisions so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace(Vec<Line>);

#[derive(Clone, Debug)]
struct Line {
    /// The account whose business it is; everybody's where `None`.
    of: Option<AccountId>,
    words: String,
}

/// More decisions than this are never told; only an attack has them.
const MOST: usize = 100;

/// What stands for the decisions in other accounts.
pub(super) const ELSEWHERE: &str = "it is also addressed to another account";

impl Trace {
    /// Adds one that whoever sees the mail may read.
    pub(super) fn note(&mut self, words: impl Into<String>) {
        self.add(None, words.into());
    }

    /// Adds one about a conversation of that account.
    pub(super) fn note_in(&mut self, account: AccountId, words: impl Into<String>) {
        self.add(Some(account), words.into());
    }

    fn add(&mut self, of: Option<AccountId>, words: String) {
        if self.0.len() < MOST {
            self.0.push(Line { of, words });
        }
    }

    /// The lines as that account reads them, to be kept; all of them for `None`, the operator.
    pub(super) fn lines(&self, reader: Option<AccountId>) -> Vec<String> {
        let mut elsewhere = false;
        let mut lines = Vec::with_capacity(self.0.len());
        for line in &self.0 {
            if reader.is_none() || line.of.is_none() || line.of == reader {
                lines.push(line.words.clone());
            } else if !elsewhere {
                elsewhere = true;
                lines.push(ELSEWHERE.to_owned());
            }
        }
        lines
    }
}

/// A token as a trace shows it: enough to tell two apart, too little to use.
pub(super) fn shown(token: &str) -> String {
    format!("{}…", token.get(..4).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_reads_its_own_and_the_operator_everything() {
        let mut trace = Trace::default();
        trace.note("a");
        trace.note_in(AccountId(1), "b");
        trace.note_in(AccountId(2), "c");
        trace.note_in(AccountId(2), "d");
        assert_eq!(trace.lines(None), ["a", "b", "c", "d"]);
        assert_eq!(trace.lines(Some(AccountId(1))), ["a", "b", ELSEWHERE]);
        assert_eq!(trace.lines(Some(AccountId(2))), ["a", ELSEWHERE, "c", "d"]);
    }
}
