//! What a text takes as SMS: septets where the GSM 7-bit alphabet has all of its characters (3GPP TS 23.038 §6.2.1),
//! UTF-16 units otherwise. What does not fit into one SMS goes in segments that the phone joins again; each of them is
//! smaller by a header (3GPP TS 23.040 §9.2.3.24.1), and none ends within a character.

/// Septets of a segment among several; one that goes alone has 160.
const SEGMENT: usize = 153;
/// UTF-16 units of a segment among several; one that goes alone has 70.
const WIDE_SEGMENT: usize = 67;

/// The basic table, without the escape to the other one.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table: each takes an escape too.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Counts a text, character by character.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    narrow: Filled,
    wide: Filled,
    is_wide: bool,
}

/// Segments, and how far the last one is filled.
#[derive(Clone, Copy, Debug, Default)]
struct Filled {
    full: usize,
    last: usize,
}

impl Filled {
    /// Another character of so many units; it goes whole into the next segment where this one has too little room.
    fn take(&mut self, units: usize, segment: usize) {
        if self.last + units > segment {
            self.full += 1;
            self.last = 0;
        }
        self.last += units;
    }
}

impl Count {
    /// Another character.
    pub(super) fn take(&mut self, c: char) {
        match septets(c) {
            Some(septets) => self.narrow.take(septets, SEGMENT),
            None => self.is_wide = true,
        }
        self.wide.take(c.len_utf16(), WIDE_SEGMENT);
    }

    /// What the text takes by now, in septets; a full segment counts 153, in either alphabet.
    pub(super) fn septets(&self) -> usize {
        let (filled, segment) = if self.is_wide { (self.wide, WIDE_SEGMENT) } else { (self.narrow, SEGMENT) };
        filled.full * SEGMENT + (filled.last * SEGMENT).div_ceil(segment)
    }
}

/// What a character takes in the GSM alphabet; `None` where it has no such character.
fn septets(c: char) -> Option<usize> {
    match c {
        _ if BASIC.contains(c) => Some(1),
        _ if EXTENSION.contains(c) => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Limit, Units, split};
    use proptest::prelude::*;

    /// How many segments a phone gets, told from the encoded text.
    fn segments(text: &str) -> usize {
        let narrow: Option<Vec<usize>> = text.chars().map(septets).collect();
        let (characters, alone, joined) = match narrow {
            Some(characters) => (characters, 160, 153),
            None => (text.chars().map(char::len_utf16).collect(), 70, 67),
        };
        if characters.iter().sum::<usize>() <= alone {
            return 1;
        }
        let mut room = joined;
        characters.iter().fold(1, |segments, units| {
            let next = *units > room;
            room = if next { joined } else { room } - units;
            segments + usize::from(next)
        })
    }

    fn taken(text: &str) -> usize {
        let mut count = Count::default();
        text.chars().for_each(|c| count.take(c));
        count.septets()
    }

    #[test]
    fn the_tables_are_those_of_the_standard() {
        assert_eq!((BASIC.chars().count(), EXTENSION.chars().count()), (127, 10));
        let rows =
            [('a', Some(1)), ('é', Some(1)), ('ç', None), ('€', Some(2)), ('~', Some(2)), ('`', None), ('😀', None)];
        for (c, expected) in rows {
            assert_eq!(septets(c), expected, "{c}");
        }
    }

    #[test]
    fn a_text_takes_what_its_alphabet_takes() {
        let rows = [
            (String::new(), 0),
            ("a".repeat(160), 160),
            ("€".repeat(76), 152),
            // The escape of the 77th does not stay alone at the end of the first segment.
            ("€".repeat(77), 155),
            ("ç".repeat(67), 153),
            ("ç".repeat(68), 156),
            // One such character and all take sixteen bits.
            (format!("{}ç", "a".repeat(66)), 153),
            // 66 units and a pair that does not fit any more.
            (format!("{}😀", "a".repeat(66)), 153 + 5),
        ];
        for (text, expected) in rows {
            assert_eq!(taken(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_text_goes_in_whole_segments() {
        let limit = Limit { most: 10 * SEGMENT, units: Units::Septets };
        assert!(limit.holds(&"a".repeat(1530)) && !limit.holds(&"a".repeat(1531)));
        assert!(limit.holds(&"ç".repeat(670)) && !limit.holds(&"ç".repeat(671)));
        assert!(limit.holds(&"€".repeat(760)) && !limit.holds(&"€".repeat(761)));
        assert!(limit.holds(&"😀".repeat(330)) && !limit.holds(&"😀".repeat(331)));
        let mixed = format!("{} 😀", "word ".repeat(200));
        let pieces = split(&mixed, limit);
        assert_eq!(pieces.iter().map(|piece| segments(piece)).collect::<Vec<_>>(), [7, 1]);
    }

    proptest! {
        #[test]
        fn no_piece_has_more_segments_than_it_may_and_nothing_is_lost(
            text in "([a-zé€~{}\\n .]{0,40}|[ç😀字 ]{0,3}){0,40}",
            most in 1_usize..12,
        ) {
            let limit = Limit { most: most * SEGMENT, units: Units::Septets };
            let pieces = split(&text, limit);
            for piece in &pieces {
                prop_assert!(segments(piece) <= most.max(1), "{}: {piece}", segments(piece));
            }
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&pieces.concat()), bare(&text));
        }

        #[test]
        fn a_longer_text_takes_no_less(text in "[a€ç😀 ]{0,400}") {
            let mut count = Count::default();
            let mut before = 0;
            for c in text.chars() {
                count.take(c);
                prop_assert!(count.septets() >= before);
                before = count.septets();
            }
        }
    }
}
