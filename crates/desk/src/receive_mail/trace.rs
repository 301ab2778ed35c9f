//! The decisions about a mail, in words, in order: what an administrator reads when they ask why.

/// The decisions so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace(Vec<String>);

/// More decisions than this are never told; only an attack has them.
const MOST: usize = 100;

impl Trace {
    /// Adds one.
    pub(super) fn note(&mut self, words: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(words.into());
        }
    }

    /// The lines, to be kept.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.0
    }
}

/// A token as a trace shows it: enough to tell two apart, too little to use.
pub(super) fn shown(token: &str) -> String {
    format!("{}…", token.get(..4).unwrap_or_default())
}
