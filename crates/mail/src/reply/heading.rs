//! `From: / Sent: / To: / Subject:` blocks, separators such as `-----Original Message-----`, and rules.

use super::attribution::has_address;
use super::line::Line;
use super::locales::LOCALES;

/// Kinds of labels in a header block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Label {
    From,
    Date,
    To,
    Subject,
}

fn label(line: &Line<'_>) -> Option<Label> {
    let text = line.lower.trim_start_matches(['|', '>', ' ']);
    let (head, _) = text.split_once([':', '：'])?;
    let head = head.trim();
    if head.is_empty() || head.len() > 40 {
        return None;
    }
    LOCALES.iter().find_map(|locale| {
        let kinds = [
            (locale.from, Label::From),
            (locale.date, Label::Date),
            (locale.subject, Label::Subject),
            (locale.to, Label::To),
        ];
        kinds.into_iter().find(|(words, _)| words.contains(&head)).map(|(_, kind)| kind)
    })
}

/// The line after the header block that begins at `at`: its labels, their folded values, the blank line below.
pub(super) fn header_block_end(lines: &[Line<'_>], at: usize) -> usize {
    let labels = (at..lines.len().min(at + 12)).take_while(|at| lines.get(*at).is_some_and(|line| !line.blank));
    labels.last().map_or(at, |last| last + 1)
}

/// Whether a block of `From: / Sent: / To: / Subject:` begins here. People list `From:` and `To:` of a journey too, so a subject or an
/// address has to be among them.
pub(super) fn is_header_block(lines: &[Line<'_>], at: usize) -> bool {
    let Some(first) = lines.get(at).filter(|line| !line.quoted).and_then(label) else { return false };
    if first == Label::To {
        return false;
    }
    let mut kinds = vec![first];
    let mut address = lines.get(at).is_some_and(|line| has_address(&line.lower));
    let mut misses = 0;
    for line in lines.iter().skip(at + 1).take(10) {
        if line.quoted {
            break;
        }
        match label(line) {
            Some(kind) => {
                kinds.push(kind);
                misses = 0;
            }
            None => misses += 1,
        }
        // a folded value or an empty line may stand between
        if misses > 1 {
            break;
        }
        address |= has_address(&line.lower);
    }
    let has = |kind: Label| kinds.contains(&kind);
    has(Label::From)
        && kinds.len() >= 2
        && (has(Label::Date) || has(Label::Subject))
        && (has(Label::Subject) || address)
}

/// `-----Original Message-----` and its kin; `Begin forwarded message:`.
pub(super) fn is_separator(line: &Line<'_>) -> bool {
    let rule = |c: char| "-_=–—*#~<>[]+ ".contains(c);
    if line.quoted || line.lower.len() > 120 || !(line.lower.starts_with(rule) || line.lower.ends_with([':', '：'])) {
        return false;
    }
    let inner = line.lower.trim_matches(rule).trim_end_matches([':', '：']).trim_matches(rule);
    let framed = inner.len() + 4 <= line.lower.len();
    let known = LOCALES
        .iter()
        .flat_map(|locale| locale.original)
        .any(|words| if framed { inner.starts_with(words) } else { inner == *words && line.lower.ends_with(':') });
    known || (framed && inner.contains("reply above this line"))
}

/// A line of nothing but three or more strokes, as clients put above quoted mail.
pub(super) fn is_rule(line: &Line<'_>) -> bool {
    line.lower.chars().count() >= 3 && line.lower.chars().all(|c| "-_=–—*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::line::lines;

    #[test]
    fn header_blocks_are_told_from_lists() {
        let is = |text: &str| is_header_block(&lines(text), 0);
        assert!(is("From: Ann <ann@x.example>\nSent: Monday\nTo: b@x.example\nSubject: Hi"));
        assert!(is("Von: Ann\nGesendet: Montag\nAn: b\nBetreff: Hallo"));
        assert!(is("*De :* Ann\n*Envoyé :* lundi\n*Objet :* x"));
        assert!(!is("From: Berlin\nTo: Paris\nDate: 12 May"));
        assert!(!is("Subject: my order\nplease help"));
    }

    #[test]
    fn every_language_has_labels_and_separators() {
        for locale in LOCALES {
            let block =
                format!("{}: Ann <ann@x.example>\n{}: x\n{}: y", locale.from[0], locale.date[0], locale.subject[0]);
            assert!(is_header_block(&lines(&block), 0), "{}", locale.lang);
            assert!(is_separator(&Line::new(&format!("-----{}-----", locale.original[0]))), "{}", locale.lang);
        }
    }
}
