//! Long texts in pieces that a channel takes, cut where a reader would: between paragraphs, lines, sentences, words.

use super::sms;

/// What a provider counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Unicode characters.
    Characters,
    /// UTF-16 code units.
    Utf16,
    /// Bytes in UTF-8.
    Bytes,
    /// What it takes as SMS, in septets: 153 for each segment that it fills, in whichever alphabet.
    Septets,
}

/// The longest text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many.
    pub most: usize,
    /// Of these.
    pub units: Units,
}

/// Counts a text, character by character.
struct Count {
    units: Units,
    taken: usize,
    sms: sms::Count,
}

impl Count {
    fn of(units: Units) -> Self {
        Self { units, taken: 0, sms: sms::Count::default() }
    }

    /// What the text takes with another character.
    fn with(&mut self, c: char) -> usize {
        match self.units {
            Units::Characters => self.taken += 1,
            Units::Utf16 => self.taken += c.len_utf16(),
            Units::Bytes => self.taken += c.len_utf8(),
            Units::Septets => {
                self.sms.take(c);
                self.taken = self.sms.septets();
            }
        }
        self.taken
    }
}

impl Limit {
    /// Whether the text goes as one message.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        let mut count = Count::of(self.units);
        text.chars().all(|c| count.with(c) <= self.most)
    }
}

/// Where a text is cut, the best first: how the place ends.
const CUTS: [&[&str]; 4] = [&["\n\n"], &["\n"], &[". ", "! ", "? ", "。", "！", "？"], &[" "]];

/// The text in pieces of at most `limit`, in order; none where there is nothing but blanks. Joined they are the text but
/// for blanks around the cuts.
#[must_use]
pub fn split(text: &str, limit: Limit) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let fits = fitting(rest, limit);
        let end = if fits == rest.len() { fits } else { cut(&rest[..fits], &rest[fits..]) };
        pieces.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    pieces
}

/// How many bytes of the text fit, at a character's end; at least one character.
fn fitting(text: &str, limit: Limit) -> usize {
    let mut count = Count::of(limit.units);
    for (at, c) in text.char_indices() {
        if count.with(c) > limit.most && at > 0 {
            return at;
        }
    }
    text.len()
}

/// The best place to cut in what fits, but none in its first half; at its end if there is none.
fn cut(fits: &str, next: &str) -> usize {
    if next.starts_with(char::is_whitespace) {
        return fits.len();
    }
    let places = |ends: &&[&str]| ends.iter().filter_map(|end| fits.rfind(end).map(|at| at + end.len())).max();
    CUTS.iter().filter_map(places).find(|at| *at > fits.len() / 2).unwrap_or(fits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(text: &str, most: usize, units: Units) -> Vec<&str> {
        split(text, Limit { most, units })
    }

    #[test]
    fn a_text_is_cut_where_a_reader_would_cut_it() {
        let rows: [(&str, usize, &[&str]); 7] = [
            ("short", 20, &["short"]),
            ("  ", 20, &[]),
            ("one two three\n\nfour five", 16, &["one two three", "four five"]),
            ("one two.\nthree four", 12, &["one two.", "three four"]),
            ("It works. Thank you all", 14, &["It works.", "Thank you all"]),
            ("one two three", 7, &["one two", "three"]),
            ("abcdefghij", 4, &["abcd", "efgh", "ij"]),
        ];
        for (text, most, expected) in rows {
            assert_eq!(in_pieces(text, most, Units::Characters), expected, "{text:?}");
        }
    }

    #[test]
    fn every_unit_is_counted_and_no_character_cut() {
        assert_eq!(in_pieces("ää", 2, Units::Bytes), ["ä", "ä"]);
        assert_eq!(in_pieces("😀😀", 3, Units::Utf16), ["😀", "😀"]);
        assert_eq!(in_pieces("😀😀", 4, Units::Utf16), ["😀😀"]);
        assert_eq!(in_pieces("😀", 1, Units::Bytes), ["😀"], "what cannot be cut goes whole");
        assert!(Limit { most: 2, units: Units::Utf16 }.holds("😀"));
        assert!(!Limit { most: 3, units: Units::Bytes }.holds("😀"));
    }

    #[test]
    fn nothing_is_lost() {
        let text = "Dear Carla, the parcel went out.\nIt comes tomorrow! Or later? ".repeat(40);
        for most in [1, 7, 50, 300] {
            let joined: String = in_pieces(&text, most, Units::Characters).concat();
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(bare(&joined), bare(&text), "{most}");
        }
    }
}
