//! A line of plain text with what the rules ask of it again and again.

use std::sync::LazyLock;

use super::locales::LOCALES;

/// Lines longer than this introduce nothing.
pub(super) const LONGEST: usize = 400;

/// A line with what is asked of it again and again.
#[derive(Clone)]
pub(super) struct Line<'a> {
    /// As written, without its end.
    pub(super) raw: &'a str,
    /// Lower case, blanks of all kinds folded, marks of emphasis and invisible characters gone; empty for very long lines.
    pub(super) lower: String,
    /// Begins with `>`.
    pub(super) quoted: bool,
    /// Nothing to be seen.
    pub(super) blank: bool,
}

impl<'a> Line<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        let visible = raw.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        let lower = if visible.len() > LONGEST { String::new() } else { fold(visible) };
        let quoted = (visible.starts_with('>') && !is_attribution_tail(&lower)) || is_bar_quote(visible);
        Self { raw, lower, quoted, blank: visible.is_empty() }
    }
}

/// Some clients quote with a bar; a table has more of them.
fn is_bar_quote(visible: &str) -> bool {
    visible.strip_prefix('|').is_some_and(|rest| (rest.is_empty() || rest.starts_with(' ')) && !rest.contains('|'))
}

/// `> wrote:`, the end of an attribution whose address was broken over lines.
pub(super) fn is_attribution_tail(lower: &str) -> bool {
    let verb = lower.trim_start_matches(['>', ' ']).trim_end_matches([':', ' ']);
    lower.ends_with(':') && VERBS.contains(&verb)
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    text.lines().map(Line::new).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}

fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let kept = text.chars().filter(|c| !is_invisible(*c) && *c != '*');
    let kept: String = kept.map(|c| if c == '’' { '\'' } else { c }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// As [`fold`], in one pass: nearly every line of nearly every mail.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| *c != '*') {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && !folded.is_empty() {
            folded.push(' ');
        }
        blank = false;
        folded.push(c.to_ascii_lowercase());
    }
    folded
}

/// Whether `words` stand in `text` on their own. Scripts without blanks between words match anywhere.
pub(super) fn has_words(text: &str, words: &str) -> bool {
    let free = words.chars().any(|c| ('\u{3040}'..='\u{9FFF}').contains(&c) || ('\u{AC00}'..='\u{D7AF}').contains(&c));
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|s| s.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|s| s.chars().next());
        free || !(before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric))
    })
}

pub(super) fn begins_with_words(text: &str, words: &str) -> bool {
    text.strip_prefix(words).is_some_and(|rest| {
        !rest.starts_with(char::is_alphanumeric) || !words.is_ascii() && words.chars().all(|c| c > '\u{3000}')
    })
}

/// Every verb once.
pub(super) static VERBS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut verbs: Vec<&str> = LOCALES.iter().flat_map(|locale| locale.wrote).copied().collect();
    verbs.sort_unstable();
    verbs.dedup();
    verbs
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_to_fold_is_the_long_way() {
        for text in ["", " ", "*", "A  b", "\tOn *Monday* , Ann\u{b}wrote :* ", "* * x", "a\u{1c}b"] {
            let long: String = text.chars().filter(|c| *c != '*').collect();
            assert_eq!(
                fold_ascii(text),
                long.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
                "{text:?}"
            );
        }
    }
}
