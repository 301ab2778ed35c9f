//! Where the words end and the signature begins: `-- ` (RFC 3676 §4.3), closings, mobile footers, legal footers.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::footer::is_mobile_footer;
use super::heading::is_rule;
use super::line::Line;
use super::locales::{LEGAL, LOCALES};

/// Longest signature in lines; what is longer is more likely something said.
const LONGEST: usize = 20;

/// The first line of the signature in the person's own lines, if they have one. Never the first line with words: a mail that is
/// nothing but a signature is what the person sent.
pub(super) fn start(lines: &[Line<'_>]) -> Option<usize> {
    let first = lines.iter().position(|line| !line.blank)?;
    let candidates = [delimiter(lines), closing(lines), mobile(lines), legal(lines)];
    candidates.into_iter().flatten().filter(|start| *start > first).min()
}

/// `-- `, `--`, `__` or a long rule: the last such line that leaves no more than a signature's worth below.
fn delimiter(lines: &[Line<'_>]) -> Option<usize> {
    let is = |line: &Line<'_>| {
        let text = line.raw.trim();
        matches!(text, "--" | "—" | "––" | "__" | "-- –" | "– –")
            || (is_rule(line) && text.starts_with("__"))
            || matches!(line.lower.as_str(), "--=20")
    };
    let from = lines.len().saturating_sub(LONGEST + 1);
    (from..lines.len()).find(|at| lines.get(*at).is_some_and(is))
}

/// `Best regards,` on a line of its own near the end, followed by a few short lines.
fn closing(lines: &[Line<'_>]) -> Option<usize> {
    let is = |line: &Line<'_>| {
        let text = line.lower.trim_end_matches([',', '.', '!', ' ', '，', '、']);
        !text.is_empty() && LOCALES.iter().flat_map(|locale| locale.closings).any(|closing| *closing == text)
    };
    let from = lines.len().saturating_sub(12);
    let at = (from..lines.len()).find(|at| lines.get(*at).is_some_and(is))?;
    let rest = lines.get(at + 1..).unwrap_or_default();
    let words = rest.iter().filter(|line| !line.blank).count();
    let short = rest.iter().all(|line| line.raw.trim().chars().count() <= 80 && !line.quoted);
    (short && (1..=8).contains(&words)).then_some(at)
}

fn mobile(lines: &[Line<'_>]) -> Option<usize> {
    let alone = |at: usize| {
        at == 0 || lines.get(at - 1).is_some_and(|line| line.blank || line.raw.trim_start().starts_with("--"))
    };
    (0..lines.len()).find(|at| (alone(*at) || at + 1 == lines.len()) && lines.get(*at).is_some_and(is_mobile_footer))
}

/// The legal sentences, all looked for in one pass; they are few and ours, so that the search for them can be built.
static SENTENCES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(LEGAL).ok());

/// The paragraph that holds a legal sentence, in the last part of the mail.
fn legal(lines: &[Line<'_>]) -> Option<usize> {
    let is = |line: &Line<'_>| {
        let long = if line.lower.is_empty() { line.raw.to_lowercase() } else { String::new() };
        let text = if long.is_empty() { line.lower.as_str() } else { long.as_str() };
        SENTENCES.as_ref().is_some_and(|sentences| sentences.is_match(text))
    };
    let from = lines.len().saturating_sub(40);
    let mut at = (from..lines.len()).find(|at| lines.get(*at).is_some_and(is))?;
    while at > 0 && lines.get(at - 1).is_some_and(|line| !line.blank) {
        at -= 1;
    }
    Some(at)
}
