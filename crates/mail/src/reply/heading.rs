//! `From: / Sent: / To: / Subject:` blocks, separators such as `-----Original Message-----`, and rules.

use super::attribution::{has_address, has_time};
use super::line::Line;
use super::words::{Above, Label, Languages, label as known, separator as known_separator};

fn label(line: &Line<'_>) -> Option<Languages> {
    let text = line.lower.trim_start_matches(['|', '>', ' ']);
    let (head, _) = text.split_once(':')?;
    let head = head.trim();
    (head.len() <= 60).then(|| known(head)).flatten()
}

/// The line after the header block that begins at `at`: its labels, their folded values, the blank line below.
pub(super) fn header_block_end(lines: &[Line<'_>], at: usize) -> usize {
    let labels = (at..lines.len().min(at + 12)).take_while(|at| lines.get(*at).is_some_and(|line| !line.blank));
    labels.last().map_or(at, |last| last + 1)
}

/// Whether a block of `From: / Sent: / To: / Subject:` begins here, its labels in one language. People list `From:`, `To:` and `Date:` of a
/// journey too, so an address or the time of a mail has to be among them.
pub(super) fn is_header_block(lines: &[Line<'_>], at: usize) -> bool {
    let Some(first) = lines.get(at).filter(|line| !line.quoted).and_then(label) else { return false };
    if first.kind().is_none_or(|kind| kind == Label::To) {
        return false;
    }
    let mut seen = first;
    let mut count = 1;
    let mut sent = lines.get(at).is_some_and(says_who_or_when);
    let mut misses = 0;
    for line in lines.iter().skip(at + 1).take(10) {
        if line.quoted {
            break;
        }
        match label(line) {
            Some(languages) => {
                seen = seen.and(languages);
                count += 1;
                misses = 0;
            }
            None => misses += 1,
        }
        // a folded value or an empty line may stand between
        if misses > 1 {
            break;
        }
        sent |= says_who_or_when(line);
    }
    let (from, date, subject) = (seen.of(Label::From), seen.of(Label::Date), seen.of(Label::Subject));
    count >= 2 && sent && from & (subject | date) != 0
}

/// Whether a line holds an address, or the time of a mail.
pub(super) fn says_who_or_when(line: &Line<'_>) -> bool {
    has_address(&line.lower) || has_time(&line.lower)
}

/// `-----Original Message-----` and its kin; `Begin forwarded message:`.
pub(super) fn separator(line: &Line<'_>) -> Option<Above> {
    let rule = |c: char| "-_=–—*#~<>[]+ ".contains(c);
    if line.quoted || line.lower.len() > 200 || !(line.lower.starts_with(rule) || line.lower.ends_with(':')) {
        return None;
    }
    let inner = line.lower.trim_matches(rule).trim_end_matches(':').trim_matches(rule);
    let framed = inner.len() + 4 <= line.lower.len();
    match () {
        () if framed && inner.contains("reply above this line") => Some(Above::Answered),
        () if framed || line.lower.ends_with(':') => known_separator(inner, !framed),
        () => None,
    }
}

pub(super) fn is_separator(line: &Line<'_>) -> bool {
    separator(line).is_some()
}

/// A line of nothing but three or more strokes, as clients put above quoted mail.
pub(super) fn is_rule(line: &Line<'_>) -> bool {
    line.lower.chars().count() >= 3 && line.lower.chars().all(|c| "-_=–—*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::line::lines;
    use crate::reply::locales::{Locale, locales, phrases};

    #[test]
    fn header_blocks_are_told_from_lists() {
        let is = |text: &str| is_header_block(&lines(text), 0);
        assert!(is("From: Ann <ann@x.example>\nSent: Monday\nTo: b@x.example\nSubject: Hi"));
        assert!(is("Von: Ann\nGesendet: Montag, 5. Januar 2026 10:00\nAn: b\nBetreff: Hallo"));
        assert!(is("*De :* Ann\n*Envoyé :* lundi 5 janvier 2026 10:00\n*Objet :* x"));
        assert!(is("จาก: แอน\nส่ง: 5 มกราคม ๒๕๖๙ ๑๐:๐๐\nถึง: บ๊อบ\nเรื่อง: x"));
        assert!(!is("From: Berlin\nTo: Paris\nDate: 12 December\nSubject: to change"));
        assert!(!is("From: Berlin\nTo: Paris\nDate: 12 May"));
        assert!(!is("Subject: my order\nplease help"));
    }

    #[test]
    fn every_language_has_labels_and_separators() {
        for Locale { lang, from, date, subject, original, forwarded, .. } in locales() {
            for (from, date, subject) in
                phrases(from).zip(phrases(date)).zip(phrases(subject)).map(|((a, b), c)| (a, b, c))
            {
                let block = format!("{from}: Ann <ann@x.example>\n{date}: x\n{subject}: y");
                assert!(is_header_block(&lines(&block), 0), "{lang}: {block}");
            }
            for words in phrases(original).chain(phrases(forwarded)) {
                assert!(is_separator(&Line::new(&format!("-----{words}-----"))), "{lang}: {words}");
            }
        }
    }
}
