//! Our own mail inside the answer: found by its words and addresses, whatever language or client quoted it.

use std::collections::HashSet;

use super::Hints;
use super::line::Line;

/// Most of our words, in bytes, that lines are compared with; the latest count.
const MOST_SENT: usize = 64 * 1024;
/// Most lines that are looked for within our words, as a client that breaks long lines makes of them.
const MOST_SEARCHES: usize = 2_000;

/// The line from which the person's mail repeats ours: lines in a row that we sent, together long enough to be no chance.
pub(super) fn start(lines: &[Line<'_>], hints: &Hints) -> Option<usize> {
    let sent = Sent::new(hints)?;
    let mut searches = MOST_SEARCHES;
    let mut run: Option<(usize, usize)> = None; // first line, characters
    for (at, line) in lines.iter().enumerate() {
        if line.blank {
            continue;
        }
        if line.quoted || !sent.holds(&line.lower, &mut searches) {
            run = None;
            continue;
        }
        let (first, size) = run.unwrap_or((at, 0));
        let size = size + line.lower.chars().count();
        if size >= 60 || (size >= 40 && first < at) {
            return Some(first);
        }
        run = Some((first, size));
    }
    None
}

/// What we sent, folded as lines are.
struct Sent {
    lines: HashSet<String>,
    words: String,
}

impl Sent {
    fn new(hints: &Hints) -> Option<Self> {
        let mut sent = Self { lines: HashSet::new(), words: String::new() };
        for line in hints.sent.iter().rev().flat_map(|text| text.lines()).map(Line::new) {
            if sent.words.len() + line.lower.len() > MOST_SENT {
                break;
            }
            sent.words.push_str(&line.lower);
            sent.words.push(' ');
            sent.lines.insert(line.lower);
        }
        sent.lines.retain(|line| line.len() > 3);
        (!sent.lines.is_empty()).then_some(sent)
    }

    fn holds(&self, line: &str, searches: &mut usize) -> bool {
        if self.lines.contains(line) {
            return true;
        }
        let search = line.len() >= 25 && *searches > 0;
        *searches = searches.saturating_sub(usize::from(search));
        search && self.words.contains(line)
    }
}

/// Whether a line speaks of one of our addresses, as attributions do.
pub(super) fn names_us(line: &Line<'_>, hints: &Hints) -> bool {
    hints.addresses.iter().any(|address| !address.is_empty() && line.lower.contains(&address.to_lowercase()))
        || crate::address::addresses_in(&line.lower)
            .iter()
            .any(|address| crate::address::reply_token(address).is_some())
}
