//! Paragraphs that no person writes: legal notices, what lists and virus scanners add.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::footer::is_mobile_footer;
use super::heading::is_rule;
use super::line::Line;
use super::locales::{ANTIVIRUS, LEGAL, LEGAL_STEMS, LIST};
use super::plain::has_words;

/// Lines at the end that are looked at.
const LAST: usize = 40;

/// Everything that is looked for, in one pass; the words are few and ours, so that the search for them can be built.
static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let stems = LEGAL_STEMS.iter().flat_map(|stems| stems.iter());
    AhoCorasick::new(LEGAL.iter().chain(ANTIVIRUS).chain(LIST).chain(stems)).ok()
});

/// The paragraphs at the end that are notices: where each begins, and what it is.
pub(super) fn find(lines: &[&Line<'_>]) -> impl Iterator<Item = (usize, &'static str)> {
    let mut found = Vec::new();
    let mut at = lines.len().saturating_sub(LAST);
    while at > 0 && lines.get(at - 1).is_some_and(|line| !line.blank) && lines.len() - at < 2 * LAST {
        at -= 1;
    }
    while at < lines.len() {
        let end = (at..lines.len()).find(|at| lines.get(*at).is_some_and(|line| line.blank)).unwrap_or(lines.len());
        let paragraph = lines.get(at..end).unwrap_or_default();
        match kind(paragraph) {
            Some(rule) => found.push((at, rule)),
            // what is said below a notice makes it somebody's words
            None if paragraph.iter().any(|line| !is_beside(line)) => found.clear(),
            None => {}
        }
        at = end + 1;
    }
    found.into_iter()
}

/// What may stand beside notices: links, rules, the line of a mobile client.
fn is_beside(line: &Line<'_>) -> bool {
    line.lower.contains("http")
        || line.lower.contains("www.")
        || is_rule(line)
        || !has_words(line.raw)
        || is_mobile_footer(line)
}

fn kind(paragraph: &[&Line<'_>]) -> Option<&'static str> {
    let search = SEARCH.as_ref()?;
    if paragraph.iter().any(|line| line.quoted) || paragraph.iter().all(|line| line.raw.len() < 12) {
        return None;
    }
    let mut text = String::new();
    for line in paragraph {
        match line.lower.as_str() {
            "" => text.push_str(&line.raw.to_lowercase()),
            lower => text.push_str(lower),
        }
        text.push(' ');
    }
    let (list, antivirus) = (LEGAL.len() + ANTIVIRUS.len(), LEGAL.len());
    let stems = list + LIST.len();
    let mut kinds = 0_u8;
    for found in search.find_overlapping_iter(&text) {
        match found.pattern().as_usize() {
            at if at < antivirus => return Some("legal footer"),
            at if at < list => return Some("antivirus footer"),
            at if at < stems => return Some("list footer"),
            at => kinds |= 1 << group(at - stems),
        }
    }
    // long, and of several things that only such notices speak of together
    (kinds.count_ones() >= 3 && text.len() >= 60).then_some("legal footer")
}

fn group(stem: usize) -> usize {
    let mut left = stem;
    for (group, stems) in LEGAL_STEMS.iter().enumerate() {
        match left.checked_sub(stems.len()) {
            Some(rest) => left = rest,
            None => return group,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use crate::reply::{Hints, PartKind, extract_plain};

    #[test]
    fn notices_in_words_never_seen_before_are_known() {
        for notice in [
            "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
            "Este mensaje y sus adjuntos son confidenciales y están dirigidos exclusivamente a su destinatario.\nSi lo ha recibido por error, elimínelo.",
            "Die Information in dieser E-Mail ist vertraulich und exklusiv für den Adressaten bestimmt. Der Empfänger ist nicht berechtigt, sie zu nutzen.",
            "Detta e-postmeddelande är konfidentiellt och avsett endast för mottagaren. Radera det om du fått det av misstag.",
            "Questa email è riservata al destinatario; se ricevuta per errore, cancellatela.",
        ] {
            let body = extract_plain(&format!("Danke!\n\n{notice}"), &Hints::default());
            assert_eq!(body.text, "Danke!", "{notice}");
            assert_eq!(
                body.parts.parts.last().map(|part| (part.kind, part.rule)),
                Some((PartKind::Footer, "legal footer"))
            );
        }
    }

    #[test]
    fn people_speak_of_such_things_too() {
        for text in [
            "Hello\n\nIs this message confidential?",
            "Hello\n\nI deleted the message by error.",
            "Hi\n\nBitte löschen Sie meine vertraulichen Daten.",
        ] {
            assert_eq!(extract_plain(text, &Hints::default()).text, text);
        }
    }
}
