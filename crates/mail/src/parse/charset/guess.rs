//! What charset bytes are in, where the mail does not say or says what cannot be.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::shifted;

/// The most that is looked at.
const LOOKED_AT: usize = 256 * 1024;

/// UTF-8 where valid, ISO-2022 by its escapes, UTF-16 and UTF-32 by their zero bytes, else what the statistics of chardetng say.
pub(super) fn decode(bytes: &[u8]) -> String {
    if shifted::has_escapes(bytes) && bytes.is_ascii() {
        return shifted::iso_2022(bytes);
    }
    if let Some(wide) = wide(bytes) {
        return wide;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    encoding(bytes).decode_without_bom_handling(bytes).0.into_owned()
}

/// The likeliest charset of bytes that are not UTF-8. Text that is UTF-8 but for a few bytes is UTF-8 that was cut or mixed.
pub(super) fn encoding(bytes: &[u8]) -> &'static Encoding {
    let seen = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let (mut good, mut bad) = (0, 0);
    for chunk in seen.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good >= 2 && good > 2 * bad {
        return encoding_rs::UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(seen, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 and UTF-32 without a mark: zero bytes stand on one side of each unit only, and the text has no broken unit.
fn wide(bytes: &[u8]) -> Option<String> {
    let seen = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    if seen.len() < 4 || !seen.len().is_multiple_of(2) || !seen.contains(&0) {
        return None;
    }
    let zeros = |of: usize| {
        let mut counts = [0usize; 4];
        for (at, _) in seen.iter().enumerate().filter(|(_, b)| **b == 0) {
            counts[at % of] += 1;
        }
        counts
    };
    let quarter = seen.len() / 4;
    match zeros(4) {
        [a, b, c, _] if seen.len().is_multiple_of(4) && a == quarter && b == quarter && c * 2 > quarter => {
            return Some(super::utf_32(bytes, true));
        }
        [_, b, c, d] if seen.len().is_multiple_of(4) && c == quarter && d == quarter && b * 2 > quarter => {
            return Some(super::utf_32(bytes, false));
        }
        _ => {}
    }
    let half = seen.len() / 2;
    // of letters of seven bits every second byte is zero; among those of other scripts a blank now and then is
    let fewest = if seen.is_ascii() { half / 2 } else { half / 20 };
    let encoding = match zeros(2) {
        [high, low, ..] if high > low * 8 && high > fewest => UTF_16BE,
        [high, low, ..] if low > high * 8 && low > fewest => UTF_16LE,
        _ => return None,
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let controls = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (!broken && controls == 0).then(|| text.into_owned())
}
