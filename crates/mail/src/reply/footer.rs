//! `Sent from my iPhone` and its kin.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::line::{Line, begins_with_words};
use super::locales::LOCALES;

/// Beginnings of mobile footers by their first letter.
static MOBILE: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut index: HashMap<char, Vec<&'static str>> = HashMap::new();
    for words in LOCALES.iter().flat_map(|locale| locale.mobile) {
        index.entry(words.chars().next().unwrap_or_default()).or_default().push(words);
    }
    index
});

/// Mobile footers whose language puts the device first.
const MOBILE_WITHIN: &[&str] = &["から送信", "에서 보냄"];

/// A line that a mobile or web client added: short, alone, and no sentence.
pub(super) fn is_mobile_footer(line: &Line<'_>) -> bool {
    let text = line.lower.trim_matches(['-', '–', '—', ' ', '[', ']', '(', ')']);
    if line.quoted
        || text.is_empty()
        || text.split(' ').count() > 10 && !text.contains("http")
        || text.ends_with(['?', '!', ','])
    {
        return false;
    }
    let first = text.chars().next().unwrap_or_default();
    let begun = MOBILE.get(&first).into_iter().flatten().filter(|words| begins_with_words(text, words));
    let within = MOBILE_WITHIN.iter().filter(|words| !text.is_ascii() && text.contains(**words));
    let words = begun.chain(within).map(|words| words.len()).max();
    // "Sent from Berlin, where it rains." is a sentence
    words.is_some_and(|len| len < text.len() + 1 && !(text.contains(", ") && text.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_footers_are_told_from_sentences() {
        let is = |text: &str| is_mobile_footer(&Line::new(text));
        for text in [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Envoyé de mon iPad",
            "Get Outlook for iOS <https://aka.ms/x>",
            "发自我的 iPhone",
            "iPhoneから送信",
            "Enviado desde mi Samsung Galaxy",
        ] {
            assert!(is(text), "{text}");
        }
        for text in ["Sent from my desk, is much easier then my mobile phone.", "Sent you the file?", "Hello"] {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn every_language_has_a_footer_that_works() {
        for locale in LOCALES {
            assert!(is_mobile_footer(&Line::new(&format!("{} iPhone", locale.mobile[0]))), "{}", locale.lang);
        }
    }
}
