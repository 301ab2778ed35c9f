//! How mail clients introduce history and end a mail, a row a language. A new language is a new row; nothing else changes.
//!
//! Every field holds words or phrases that a bar parts: lower case, apostrophes and quotation marks straight, labels without their
//! colon. Where a client writes a name, a date or a device between two phrases, both stand here on their own.

mod africa_europe;
mod arabic_indic;
mod cyrillic;
mod east_asian;
mod germanic;
mod legal;
mod notices;
mod romance;
mod slavic;

pub(super) use legal::LEGAL;
pub(super) use notices::{ANTIVIRUS, LEGAL_STEMS, LIST};

/// The words of one language.
pub(super) struct Locale {
    /// BCP 47 tag; names the row for readers, and in the tests that walk the table.
    #[cfg_attr(not(test), expect(dead_code, reason = "names the row for readers and tests"))]
    pub(super) lang: &'static str,
    /// First words of an attribution line: `On … wrote:`; weekdays where the language has no such word.
    pub(super) on: &'static str,
    /// The verbs of an attribution line, at its end or within.
    pub(super) wrote: &'static str,
    /// Labels of a header block: its author.
    pub(super) from: &'static str,
    /// When it was sent.
    pub(super) date: &'static str,
    /// Whom it was sent to, and what else stands in such blocks.
    pub(super) to: &'static str,
    /// Its subject.
    pub(super) subject: &'static str,
    /// What stands in the separator above an answered mail: `-----Original Message-----`.
    pub(super) original: &'static str,
    /// What stands in the separator above a forwarded mail: `Begin forwarded message:`.
    pub(super) forwarded: &'static str,
    /// Beginnings of the lines that mobile and web clients add.
    pub(super) mobile: &'static str,
    /// Ends of such lines, where the device comes first.
    pub(super) mobile_end: &'static str,
    /// Closings that begin a signature. Words of thanks are not here: they say something.
    pub(super) closings: &'static str,
}

/// Every language that is known, by script and region.
pub(super) fn locales() -> impl Iterator<Item = &'static Locale> {
    [
        germanic::ROWS,
        romance::ROWS,
        slavic::ROWS,
        cyrillic::ROWS,
        africa_europe::ROWS,
        arabic_indic::ROWS,
        east_asian::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The phrases of a field.
pub(super) fn phrases(field: &'static str) -> impl Iterator<Item = &'static str> {
    field.split('|').map(str::trim).filter(|phrase| !phrase.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::line::Line;

    #[test]
    fn every_phrase_is_written_as_lines_are_folded() {
        let mut seen = std::collections::HashSet::new();
        for locale in locales() {
            assert!(seen.insert(locale.lang), "{} has two rows", locale.lang);
            let Locale {
                on, wrote, from, date, to, subject, original, forwarded, mobile, mobile_end, closings, ..
            } = locale;
            for field in [on, wrote, from, date, to, subject, original, forwarded, mobile, mobile_end, closings] {
                for phrase in phrases(field) {
                    assert_eq!(Line::new(phrase).lower, phrase, "{}", locale.lang);
                }
            }
        }
    }

    #[test]
    fn no_language_is_missing() {
        let wanted = "en de fr es pt-PT pt-BR it nl pl cs sk hu ro bg ru uk el tr sv da nb fi et lv lt hr sr-Cyrl sr-Latn sl he ar fa hi th vi id \
                      ja ko zh-Hans zh-Hant";
        for lang in wanted.split_whitespace() {
            assert!(locales().any(|locale| locale.lang == lang), "{lang}");
        }
    }
}
