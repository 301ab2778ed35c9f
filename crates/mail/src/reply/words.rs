//! The table of languages made ready for looking up: one look at a line instead of one for each language.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::locales::{Locale, locales, phrases};

/// Kinds of labels in a header block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Label {
    From,
    Date,
    To,
    Subject,
}

/// The languages in which a word is a label of each kind, a bit for each.
#[derive(Clone, Copy, Default)]
pub(super) struct Languages([u128; 4]);

impl Languages {
    /// The kind that the label is taken for, by itself.
    pub(super) fn kind(self) -> Option<Label> {
        [Label::From, Label::Date, Label::Subject, Label::To].into_iter().find(|kind| self.of(*kind) != 0)
    }

    pub(super) fn of(self, kind: Label) -> u128 {
        self.0.get(kind as usize).copied().unwrap_or_default()
    }

    /// With the languages of another label too.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
        self
    }
}

/// What the label of a header block may be, in any language.
pub(super) fn label(word: &str) -> Option<Languages> {
    static LABELS: LazyLock<HashMap<&'static str, Languages>> = LazyLock::new(|| {
        let mut labels: HashMap<&'static str, Languages> = HashMap::new();
        for (n, Locale { from, date, to, subject, .. }) in locales().enumerate() {
            let kinds = [(from, Label::From), (date, Label::Date), (to, Label::To), (subject, Label::Subject)];
            for (field, kind) in kinds {
                for phrase in phrases(field) {
                    let Languages(masks) = labels.entry(phrase).or_default();
                    if let Some(mask) = masks.get_mut(kind as usize) {
                        *mask |= 1 << (n % 128);
                    }
                }
            }
        }
        labels
    });
    LABELS.get(word).copied()
}

/// Phrases that lines begin with, by their first letter.
struct Beginnings(HashMap<char, Vec<&'static str>>);

impl Beginnings {
    fn of(field: fn(&Locale) -> &'static str) -> Self {
        let mut index: HashMap<char, Vec<&'static str>> = HashMap::new();
        for phrase in locales().flat_map(|locale| phrases(field(locale))) {
            index.entry(phrase.chars().next().unwrap_or_default()).or_default().push(phrase);
        }
        Self(index)
    }

    fn at(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let first = text.chars().next().unwrap_or_default();
        self.0.get(&first).into_iter().flatten().copied()
    }
}

/// Whether a text begins as attributions do.
pub(super) fn begins_attribution(text: &str) -> bool {
    static ON: LazyLock<Beginnings> = LazyLock::new(|| Beginnings::of(|locale| locale.on));
    ON.at(text).any(|on| begins_with_words(text, on))
}

/// The length of what a mobile client's line begins with.
pub(super) fn mobile_beginning(text: &str) -> Option<usize> {
    static MOBILE: LazyLock<Beginnings> = LazyLock::new(|| Beginnings::of(|locale| locale.mobile));
    MOBILE.at(text).filter(|words| begins_with_words(text, words)).map(str::len).max()
}

/// The length of what the line of a mobile client ends with, in languages that put the device first.
pub(super) fn mobile_end(text: &str) -> Option<usize> {
    static ENDS: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
        let mut index: HashMap<char, Vec<&'static str>> = HashMap::new();
        for phrase in locales().flat_map(|locale| phrases(locale.mobile_end)) {
            index.entry(phrase.chars().next_back().unwrap_or_default()).or_default().push(phrase);
        }
        index
    });
    let last = text.chars().next_back()?;
    ENDS.get(&last).into_iter().flatten().filter(|words| text.ends_with(**words)).map(|words| words.len()).max()
}

/// What a separator stands above.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Above {
    /// A mail that is answered.
    Answered,
    /// A mail that is passed on.
    Forwarded,
}

/// The words of a separator; `whole` where nothing may follow them.
pub(super) fn separator(text: &str, whole: bool) -> Option<Above> {
    static ORIGINAL: LazyLock<Beginnings> = LazyLock::new(|| Beginnings::of(|locale| locale.original));
    static FORWARDED: LazyLock<Beginnings> = LazyLock::new(|| Beginnings::of(|locale| locale.forwarded));
    let is = |words: &str| if whole { text == words } else { begins_with_words(text, words) };
    match () {
        () if FORWARDED.at(text).any(is) => Some(Above::Forwarded),
        () if ORIGINAL.at(text).any(is) => Some(Above::Answered),
        () => None,
    }
}

/// Whether a text is a closing and nothing else.
pub(super) fn is_closing(text: &str) -> bool {
    static CLOSINGS: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| locales().flat_map(|locale| phrases(locale.closings)).collect());
    CLOSINGS.contains(text)
}

/// The length of the closing that a text begins with.
pub(super) fn closing_words(text: &str) -> Option<usize> {
    static CLOSINGS: LazyLock<Beginnings> = LazyLock::new(|| Beginnings::of(|locale| locale.closings));
    CLOSINGS.at(text).filter(|words| begins_with_words(text, words)).map(str::len).max()
}

/// The verbs of attributions, each once.
static VERBS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut verbs: Vec<&str> = locales().flat_map(|locale| phrases(locale.wrote)).collect();
    verbs.sort_unstable();
    verbs.dedup();
    verbs
});

/// Whether a text is a verb of attributions and nothing else.
pub(super) fn is_verb(text: &str) -> bool {
    VERBS.binary_search(&text).is_ok()
}

/// Whether a verb of attributions stands in a text on its own.
pub(super) fn holds_verb(text: &str) -> bool {
    // the words are few and ours, so that the search for them can be built
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(VERBS.iter()).ok());
    let mut found = SEARCH.iter().flat_map(|search| search.find_overlapping_iter(text));
    found.any(|found| stands_alone(text, found.start(), found.end()))
}

/// What stands before the verb that a text ends with.
pub(super) fn before_verb(text: &str) -> Option<&str> {
    static ENDS: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
        let mut index: HashMap<char, Vec<&'static str>> = HashMap::new();
        for verb in VERBS.iter() {
            index.entry(verb.chars().next_back().unwrap_or_default()).or_default().push(verb);
        }
        index
    });
    let last = text.chars().next_back()?;
    let ends = ENDS.get(&last).into_iter().flatten().filter_map(|verb| text.strip_suffix(verb));
    ends.min_by_key(|head| head.len())
}

/// Scripts that put no blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3000}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let inside = |end: Option<char>, other: Option<char>| match (end, other) {
        (Some(end), Some(other)) => !is_unspaced(end) && end.is_alphanumeric() && other.is_alphanumeric(),
        _ => false,
    };
    let words = text.get(start..end).unwrap_or_default();
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    !inside(words.chars().next(), before) && !inside(words.chars().next_back(), after)
}

pub(super) fn begins_with_words(text: &str, words: &str) -> bool {
    text.starts_with(words) && stands_alone(text, 0, words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand_alone() {
        assert!(holds_verb("on monday ann wrote: x") && !holds_verb("she underwrote it"));
        assert!(holds_verb("ann 于2026年写道") && holds_verb("ann님이 작성"));
        assert_eq!(before_verb("x ha scritto"), Some("x "));
        assert!(begins_attribution("on monday") && !begins_attribution("once"));
        assert_eq!(separator("forwarded message from ann", false), Some(Above::Forwarded));
        assert_eq!(separator("original message", true), Some(Above::Answered));
        assert_eq!(label("von").and_then(Languages::kind), Some(Label::From));
        assert!(locales().count() < 128, "a bit for each language");
    }
}
