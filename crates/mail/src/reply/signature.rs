//! Where the words end and the signature begins: `-- ` (RFC 3676 §4.3), closings, mobile footers, legal footers.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::body::{Confidence, PartKind};
use super::footer::is_mobile_footer;
use super::heading::is_rule;
use super::line::Line;
use super::locales::{ANTIVIRUS, LEGAL, LIST};
use super::plain::Tag;
use super::words::is_closing;

/// Longest signature in lines; what is longer is more likely something said.
const LONGEST: usize = 20;

/// The parts of the signature in the person's own lines, each from where it begins to the next, the last to the end. None begins with
/// the first line that has words: a mail that is nothing but a signature is what the person sent.
pub(super) fn find(lines: &[&Line<'_>]) -> Vec<(usize, Tag)> {
    let Some(first) = lines.iter().position(|line| !line.blank) else { return Vec::new() };
    let signature = |at, rule, confidence| (at, Tag::hidden(PartKind::Signature, rule, confidence));
    let footer = |at, rule, confidence| (at, Tag::hidden(PartKind::Footer, rule, confidence));
    let candidates = [
        delimiter(lines).map(|at| signature(at, "delimiter", Confidence::Certain)),
        closing(lines).map(|at| signature(at, "closing", Confidence::Likely)),
        mobile(lines).map(|at| footer(at, "mobile footer", Confidence::Certain)),
        notice(lines, &LEGAL_SENTENCES).map(|at| footer(at, "legal footer", Confidence::Likely)),
        notice(lines, &ANTIVIRUS_SENTENCES).map(|at| footer(at, "antivirus footer", Confidence::Likely)),
        notice(lines, &LIST_SENTENCES).map(|at| footer(at, "list footer", Confidence::Likely)),
    ];
    let mut found: Vec<(usize, Tag)> = candidates.into_iter().flatten().filter(|(start, _)| *start > first).collect();
    found.sort_by_key(|(start, _)| *start);
    found
}

/// `-- `, `--`, `__` or a long rule: the last such line that leaves no more than a signature's worth below.
fn delimiter(lines: &[&Line<'_>]) -> Option<usize> {
    let is = |line: &Line<'_>| {
        let text = line.raw.trim();
        matches!(text, "--" | "—" | "––" | "__" | "-- –" | "– –")
            || (is_rule(line) && text.starts_with("__"))
            || matches!(line.lower.as_str(), "--=20")
    };
    let from = lines.len().saturating_sub(LONGEST + 1);
    (from..lines.len()).find(|at| lines.get(*at).is_some_and(|line| is(line)))
}

/// `Best regards,` on a line of its own near the end, followed by a few short lines.
fn closing(lines: &[&Line<'_>]) -> Option<usize> {
    let is = |line: &Line<'_>| {
        let text = line.lower.trim_end_matches([',', '.', '!', ' ', '-']);
        is_closing(text)
    };
    let from = lines.len().saturating_sub(12);
    let at = (from..lines.len()).find(|at| lines.get(*at).is_some_and(|line| is(line)))?;
    let rest = lines.get(at + 1..).unwrap_or_default();
    let words = rest.iter().filter(|line| !line.blank).count();
    let short = rest.iter().all(|line| line.raw.trim().chars().count() <= 80 && !line.quoted);
    (short && (1..=8).contains(&words)).then_some(at)
}

fn mobile(lines: &[&Line<'_>]) -> Option<usize> {
    let alone = |at: usize| {
        at == 0 || lines.get(at - 1).is_some_and(|line| line.blank || line.raw.trim_start().starts_with("--"))
    };
    (0..lines.len())
        .find(|at| (alone(*at) || at + 1 == lines.len()) && lines.get(*at).is_some_and(|line| is_mobile_footer(line)))
}

/// Sentences that are looked for in one pass; they are few and ours, so that the search for them can be built.
type Search = LazyLock<Option<AhoCorasick>>;

static LEGAL_SENTENCES: Search = LazyLock::new(|| AhoCorasick::new(LEGAL).ok());
static ANTIVIRUS_SENTENCES: Search = LazyLock::new(|| AhoCorasick::new(ANTIVIRUS).ok());
static LIST_SENTENCES: Search = LazyLock::new(|| AhoCorasick::new(LIST).ok());

/// The paragraph that holds one of the sentences, in the last part of the mail.
fn notice(lines: &[&Line<'_>], sentences: &Search) -> Option<usize> {
    let sentences = sentences.as_ref()?;
    let is = |line: &Line<'_>| match line.lower.is_empty() {
        true => !line.blank && sentences.is_match(&line.raw.to_lowercase()),
        false => sentences.is_match(&line.lower),
    };
    let from = lines.len().saturating_sub(40);
    let mut at = (from..lines.len()).find(|at| lines.get(*at).is_some_and(|line| is(line)))?;
    while at > 0 && lines.get(at - 1).is_some_and(|line| !line.blank) {
        at -= 1;
    }
    Some(at)
}
