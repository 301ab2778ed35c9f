//! `Sent from my iPhone` and its kin.

use super::line::Line;
use super::words::{mobile_beginning, mobile_end};

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
    let text = text.trim_end_matches(['.', ' ']);
    let words = mobile_beginning(text).or_else(|| mobile_end(text));
    // "Sent from Berlin, where it rains." is a sentence
    words.is_some() && !(text.contains(", ") && line.lower.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::locales::{locales, phrases};

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
        for locale in locales() {
            let begun = phrases(locale.mobile).map(|words| format!("{words} iPhone"));
            for text in begun.chain(phrases(locale.mobile_end).map(|words| format!("iPhone {words}"))) {
                assert!(is_mobile_footer(&Line::new(&text)), "{}: {text}", locale.lang);
            }
        }
    }
}
