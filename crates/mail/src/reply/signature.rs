//! Where the words end and the signature begins: `-- ` (RFC 3676 §4.3), closings, the author's name, mobile footers, notices.

use super::body::{Confidence, PartKind};
use super::contact;
use super::context::Context;
use super::footer::is_mobile_footer;
use super::heading::is_rule;
use super::line::Line;
use super::notice;
use super::plain::{Tag, has_words};
use super::words::{closing_words, is_closing};

/// Longest signature in lines; what is longer is more likely something said.
const LONGEST: usize = 20;

/// The parts of the signature in the person's own lines, each from where it begins to the next, the last to the end. None begins with
/// the first line that has words: a mail that is nothing but a signature is what the person sent.
pub(super) fn find(lines: &[&Line<'_>], context: &Context) -> Vec<(usize, Tag)> {
    let Some(first) = lines.iter().position(|line| !line.blank && has_words(line.raw)) else { return Vec::new() };
    let signature = |at, rule, confidence| (at, Tag::hidden(PartKind::Signature, rule, confidence));
    let footer = |at, rule, confidence| (at, Tag::hidden(PartKind::Footer, rule, confidence));
    let notices = notice::find(lines).map(|(at, rule)| footer(at, rule, Confidence::Likely));
    let candidates = [
        delimiter(lines).map(|at| signature(at, "delimiter", Confidence::Certain)),
        closing(lines, context).map(|at| signature(at, "closing", Confidence::Likely)),
        mobile(lines).map(|at| footer(at, "mobile footer", Confidence::Certain)),
        contact::sign_off(lines, context).map(|at| signature(at, "author's name", Confidence::Likely)),
        contact::block(lines, context).map(|at| signature(at, "contact block", Confidence::Likely)),
        contact::framed(lines, context).map(|at| signature(at, "framed block", Confidence::Likely)),
    ];
    let mut found: Vec<(usize, Tag)> = candidates.into_iter().flatten().chain(notices).collect();
    found.sort_by_key(|(start, _)| *start);
    // of a mail that begins with one, the signature is all there is
    let mut signed = found.first().is_some_and(|(start, tag)| *start <= first && tag.kind == PartKind::Signature);
    found.retain(|(start, tag)| {
        let again = signed && tag.kind == PartKind::Signature;
        signed |= tag.kind == PartKind::Signature;
        !again && *start > first
    });
    found.dedup_by_key(|(start, _)| *start);
    if let Some((start, _)) = found.first()
        && let Some(more) = postscript(lines, *start)
    {
        found.retain(|(at, _)| *at < more);
        found.push((more, Tag::WRITTEN));
        // what ends the mail below it
        let below = lines.get(more..).unwrap_or_default();
        let ends = find(below, context).into_iter().map(|(at, tag)| (at + more, tag));
        found.extend(ends);
    }
    found
}

/// `-- `, `--`, `__` or a long rule: the first such line that leaves no more than a signature's worth below.
fn delimiter(lines: &[&Line<'_>]) -> Option<usize> {
    let is = |line: &Line<'_>| {
        let text = line.raw.trim();
        matches!(text, "--" | "—" | "––" | "__" | "-- –" | "– –" | "―" | "──")
            || (is_rule(line) && text.starts_with("__"))
            || matches!(line.lower.as_str(), "--=20")
    };
    let from = lines.len().saturating_sub(LONGEST + 1);
    let at = (from..lines.len()).find(|at| lines.get(*at).is_some_and(|line| is(line)))?;
    // a rule may part what is said, too
    let drawn = lines.get(at).is_some_and(|line| is_rule(line));
    let asks = lines.iter().skip(at).any(|line| line.lower.ends_with('?'));
    (!drawn || !asks).then_some(at)
}

/// `Best regards,` on a line of its own near the end, followed by a few short lines; with a name behind it, at the very end.
fn closing(lines: &[&Line<'_>], context: &Context) -> Option<usize> {
    let from = lines.len().saturating_sub(12);
    let at = (from..lines.len()).find(|at| lines.get(*at).is_some_and(|line| closes(line, context)))?;
    let rest = lines.get(at + 1..).unwrap_or_default();
    let words = rest.iter().filter(|line| !line.blank).count();
    let short = rest.iter().all(|line| line.raw.trim().chars().count() <= 80 && !line.quoted);
    let alone = is_closing(bare(lines.get(at)?)) && !lines.get(at)?.lower.ends_with(',');
    (short && words <= 8 && (words > 0 || !alone)).then_some(at)
}

fn bare<'a>(line: &'a Line<'_>) -> &'a str {
    line.lower.trim_matches([',', '.', '!', ' ', '-', ':', ';', '~', '–', '—'])
}

/// Closings that are whole sentences.
const FORMULAS: &[&str] = &["je vous prie d'", "je vous prie de croire", "veuillez ", "nous vous prions d'"];

/// A closing, or one with a few words behind it: `Best regards, Ann`, `Beste Grüße aus Köln`.
fn closes(line: &Line<'_>, context: &Context) -> bool {
    let text = bare(line);
    if line.quoted || text.is_empty() || text.len() > 120 {
        return false;
    }
    if is_closing(text) {
        return true;
    }
    let Some(words) = closing_words(text) else { return false };
    let rest = text.get(words..).unwrap_or_default().trim_start_matches([',', ' ', '-', '!', '.', '/']);
    let few = rest.split(' ').count() <= 3 && !line.lower.ends_with(['?', '.', ':']);
    if FORMULAS.iter().any(|formula| text.starts_with(formula)) {
        return line.lower.split(' ').count() <= 20 && !line.lower.ends_with('?');
    }
    let long = words >= 10 && text.get(..words).is_some_and(|closing| closing.contains(' '));
    context.is_author(rest) || is_closing(rest) || (few && long && !rest.contains(char::is_numeric))
}

/// The line of a mobile client stands alone, or ends the mail.
fn mobile(lines: &[&Line<'_>]) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.blank)?;
    let alone = |at: usize| {
        let above = at.checked_sub(1).and_then(|above| lines.get(above));
        above.is_none_or(|line| line.blank || line.raw.trim_start().starts_with("--")) && ends_paragraph(lines, at)
    };
    (0..=last).find(|at| lines.get(*at).is_some_and(|line| is_mobile_footer(line)) && (alone(*at) || *at == last))
}

/// Whether nothing goes on in the next line.
fn ends_paragraph(lines: &[&Line<'_>], at: usize) -> bool {
    let below = lines.get(at + 1);
    below.is_none_or(|line| {
        line.blank || line.quoted || line.lower.starts_with(['<', '[', '-', '_']) || is_mobile_footer(line)
    })
}

/// What a line begins with that goes on after the signature.
const POSTSCRIPTS: &[&str] = &[
    "ps:",
    "p.s.",
    "ps.",
    "ps ",
    "p.s:",
    "pps",
    "p.p.s",
    "p. s.",
    "ps,",
    "pd:",
    "p.d.",
    "p.d:",
    "ps-",
    "ps –",
    "з.ы.",
    "зы:",
    "нб:",
    "追伸",
    "추신",
    "附:",
    "又及",
    "נ.ב.",
    "نکته:",
    "ملاحظة:",
    "υ.γ.",
];

/// The first postscript below `start`, or a question in a paragraph of its own.
fn postscript(lines: &[&Line<'_>], start: usize) -> Option<usize> {
    let begins = |line: &Line<'_>| POSTSCRIPTS.iter().any(|words| line.lower.starts_with(words));
    let asks = |line: &Line<'_>| line.lower.ends_with('?') && !line.quoted && !line.lower.contains("http");
    (start + 1..lines.len()).find(|at| {
        lines.get(at - 1).is_some_and(|above| above.blank)
            && lines.get(*at).is_some_and(|line| begins(line) || asks(line))
    })
}

#[cfg(test)]
mod tests {
    use crate::message::Mailbox;
    use crate::reply::{Hints, Reply, extract_plain};

    fn read(text: &str) -> Reply {
        let author = Some(Mailbox::new(Some("Ann Lee"), "ann.lee@x.example"));
        extract_plain(text, &Hints { author, ..Hints::default() })
    }

    #[test]
    fn signatures_of_many_kinds_are_cut() {
        for signature in [
            "Kind regards,\nAnn Lee",
            "Best regards, Ann",
            "Beste Grüße aus Köln\nAnn",
            "Viele Grüße!\nAnn Lee\nVertrieb",
            "Cordialement,\n\nAnn Lee\nResponsable",
            "Üdvözlettel:\nAnn",
            "مع أطيب التحيات،\nAnn",
            "Lg Ann",
            "Ann",
            "~ Ann",
            "A. Lee",
            "Ann Lee\nSales Manager\nAcme Ltd.\nTel.: +44 20 7946 0000\nwww.acme.example",
            "Ann Lee | Acme GmbH | +49 30 901820 | ann.lee@x.example",
            "----------------\nAnn Lee\nTEL 03-0000-0000\n----------------",
            "--\nAnn",
            "Pagarbiai\nAnn\n\nSent from my iPhone",
        ] {
            let reply = read(&format!("Thank you, Friday is fine.\n\n{signature}"));
            assert_eq!(reply.text, "Thank you, Friday is fine.", "{signature}");
            assert_eq!(reply.signature.as_deref(), Some(signature));
        }
    }

    #[test]
    fn what_only_looks_like_a_signature_stays() {
        for text in [
            "Please send it to:\n\nAnn Lee\n12 Main Street\nTel. +44 20 7946 0000\nann.lee@x.example",
            "My address is\n\nBob Brown\n12 Main Street\nLondon",
            "Which one?\n\nLG Fernseher",
            "Ann",
            "Kind regards,\nAnn Lee",
            "The name on the parcel:\n\nAnn",
            "Regards from all of us to your team, they were great.",
            "Code:\n----\na = 1\n----",
            "Thanks!",
        ] {
            assert_eq!(read(text).text, text, "{:?}", read(text));
        }
    }

    #[test]
    fn a_postscript_is_said_too() {
        let reply = read("It came today.\n\nKind regards,\nAnn Lee\n\nPS: The code is 1234.\n\nSent from my iPhone");
        assert_eq!(reply.text, "It came today.\n\nPS: The code is 1234.");
        assert_eq!(reply.signature.as_deref(), Some("Kind regards,\nAnn Lee\n\nSent from my iPhone"));
    }
}
