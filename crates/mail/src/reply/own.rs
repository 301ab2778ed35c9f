//! Our own mail inside the answer: found by its words and addresses, whatever language or client quoted it.

use std::collections::HashSet;

use super::Hints;
use super::line::Line;

/// The line from which the person's mail repeats ours: two lines in a row that we sent, together long enough to be no chance.
pub(super) fn start(lines: &[Line<'_>], hints: &Hints) -> Option<usize> {
    if hints.sent.is_empty() {
        return None;
    }
    let sent: HashSet<String> = hints
        .sent
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| Line::new(line).lower)
        .filter(|line| line.len() > 3)
        .collect();
    let known = |line: &Line<'_>| sent.contains(line.lower.trim_start_matches(['>', ' ']));
    let mut run: Option<(usize, usize, usize)> = None; // first line, lines, characters
    for (at, line) in lines.iter().enumerate() {
        if line.blank {
            continue;
        }
        if line.quoted || !known(line) {
            run = None;
            continue;
        }
        let (first, count, size) = run.unwrap_or((at, 0, 0));
        run = Some((first, count + 1, size + line.lower.chars().count()));
        if let Some((first, count, size)) = run
            && count >= 2
            && size >= 40
        {
            return Some(first);
        }
    }
    None
}

/// Whether a line speaks of one of our addresses, as attributions do.
pub(super) fn names_us(line: &Line<'_>, hints: &Hints) -> bool {
    hints.addresses.iter().any(|address| !address.is_empty() && line.lower.contains(&address.to_lowercase()))
        || crate::address::addresses_in(&line.lower)
            .iter()
            .any(|address| crate::address::reply_token(address).is_some())
}
