//! A line of plain text with what the rules ask of it again and again.

use std::ops::Range;

use super::words::is_verb;

/// Lines longer than this introduce nothing.
pub(super) const LONGEST: usize = 400;

/// A line with what is asked of it again and again.
#[derive(Clone, Default)]
pub(super) struct Line<'a> {
    /// Where it stands in the text, its end included.
    pub(super) range: Range<usize>,
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
        Self { range: 0..raw.len(), raw, lower, quoted, blank: visible.is_empty() }
    }
}

/// Some clients quote with a bar; a table has more of them.
fn is_bar_quote(visible: &str) -> bool {
    visible.strip_prefix('|').is_some_and(|rest| (rest.is_empty() || rest.starts_with(' ')) && !rest.contains('|'))
}

/// `> wrote:`, the end of an attribution whose address was broken over lines.
pub(super) fn is_attribution_tail(lower: &str) -> bool {
    let verb = lower.trim_start_matches(['>', ' ']).trim_end_matches([':', ' ']);
    lower.ends_with(':') && is_verb(verb)
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut end = 0;
    let whole = text.split_inclusive('\n').map(|whole| {
        let start = end;
        end += whole.len();
        let raw = whole.strip_suffix('\n').unwrap_or(whole);
        Line { range: start..end, ..Line::new(raw.strip_suffix('\r').unwrap_or(raw)) }
    });
    whole.collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}' | '\u{61C}')
}

fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| *c != '*' && !is_invisible(*c)) {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && !folded.is_empty() {
            folded.push(' ');
        }
        blank = false;
        folded.push(plain(c));
    }
    let folded = folded.to_lowercase();
    // what is left of a capital dotted i
    if folded.contains('\u{307}') { folded.replace('\u{307}', "") } else { folded }
}

/// The zeros of the digits that languages write dates with.
const ZEROS: &[char] = &[
    '\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{AE6}', '\u{BE6}', '\u{C66}', '\u{CE6}', '\u{D66}', '\u{E50}',
    '\u{ED0}', '\u{1040}', '\u{17E0}',
];

/// A character as ASCII has it: quotation marks, full-width forms, the digits of other scripts.
fn plain(c: char) -> char {
    match c {
        '\u{80}'..='\u{60B}' => c,
        '،' => ',',
        '؛' => ';',
        '؟' => '?',
        '’' | '‘' | '‛' | '＇' => '\'',
        '“' | '”' | '„' | '＂' => '"',
        '，' | '、' => ',',
        '。' => '.',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{660}'..='\u{17E9}' => {
            let digit = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|n| *n < 10));
            digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
        }
        c => c,
    }
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
