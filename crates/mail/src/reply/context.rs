//! What is known before a body is read, made ready for comparing: our words and addresses, the author's names.

use super::Hints;
use super::line::Line;
use super::own::Sent;
use crate::address;
use crate::message::Mailbox;

/// [`Hints`], folded as lines are.
#[derive(Default)]
pub(super) struct Context {
    /// Our addresses.
    addresses: Vec<String>,
    /// What we sent.
    pub(super) sent: Option<Sent>,
    /// The author's whole name, letters alone.
    whole_name: String,
    /// The words of the author's name and of the first part of their address.
    names: Vec<String>,
}

impl Context {
    /// `author` is who wrote the mail, where the hints do not say.
    pub(super) fn of(hints: &Hints, author: Option<&Mailbox>) -> Self {
        let addresses =
            hints.addresses.iter().filter(|address| !address.is_empty()).map(|address| address.to_lowercase());
        let author = hints.author.as_ref().or(author);
        let name =
            author.and_then(|author| author.name.as_deref()).filter(|name| !name.contains('@')).unwrap_or_default();
        let local = author.map(|author| author.address.split('@').next().unwrap_or_default()).unwrap_or_default();
        let words = |text: &str, least: usize| -> Vec<String> {
            let folded = Line::new(text).lower;
            let words = folded.split(|c: char| !c.is_alphabetic() && c != '\'');
            words.filter(|word| word.chars().count() >= least).map(str::to_owned).collect()
        };
        Self {
            addresses: addresses.collect(),
            sent: Sent::of(hints),
            whole_name: words(name, 1).concat(),
            names: [words(name, 2), words(local, 3)].concat(),
        }
    }

    /// Whether a line speaks of one of our addresses, as attributions do.
    pub(super) fn names_us(&self, line: &Line<'_>) -> bool {
        self.addresses.iter().any(|address| line.lower.contains(address))
            || (line.lower.contains('@')
                && address::addresses_in(&line.lower).iter().any(|address| address::reply_token(address).is_some()))
    }

    /// Whether words are the author's name and nothing else: `Ann`, `Ann Lee`, `A. Lee`.
    pub(super) fn is_author(&self, words: &str) -> bool {
        let (mut known, mut count) = (false, 0);
        for word in words.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty()) {
            let name = self.names.iter().any(|name| name == word);
            if !name && word.chars().count() > 1 && !TITLES.contains(&word) {
                return !self.whole_name.is_empty() && words.split_whitespace().collect::<String>() == self.whole_name;
            }
            known |= name;
            count += 1;
        }
        known && count <= 5
    }
}

const TITLES: &[&str] = &["dr", "prof", "mr", "mrs", "ms", "mag", "ing", "dipl", "von", "van", "de", "der"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_is_known_by_any_part_of_their_name() {
        let known = |name: &str, words: &str| {
            let hints = Hints { author: Some(Mailbox::new(Some(name), "ann.lee22@x.example")), ..Hints::default() };
            Context::of(&hints, None).is_author(words)
        };
        assert!(known("Ann Marie Lee", "ann") && known("Ann Marie Lee", "ann m. lee") && known("", "lee"));
        assert!(known("김민지", "김민지") && known("山田 花子", "山田花子") && known("Dr. Ann Lee", "dr. ann lee"));
        assert!(!known("Ann Lee", "ann will come") && !known("Ann Lee", "") && !known("Ann Lee", "bob"));
    }
}
