//! Charsets that change their meaning as they go: ISO-2022-JP and its sisters -1, -2, -3 (RFC 1468, 1554, 2237), -KR (RFC 1557), -CN (RFC
//! 1922), HZ (RFC 1843) and UTF-7 (RFC 2152). Each run of one set is handed to the table of its 8-bit form, which encoding_rs has.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, EUC_KR, Encoding, GBK, ISO_8859_7, WINDOWS_1252};

/// A set that an escape sequence switches to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Ascii,
    /// JIS X 0201: ASCII with a yen sign and an overline
    Roman,
    Kana,
    /// two bytes a character, in the 8-bit form of a charset
    Double(&'static Encoding),
    /// JIS X 0212, three bytes in EUC-JP
    Supplement,
    /// a set nobody has a table for here
    Unknown,
}

/// Escape sequences after ESC, and what they switch to.
const ESCAPES: &[(&[u8], Set)] = &[
    (b"$(B", Set::Double(EUC_JP)),
    (b"$(@", Set::Double(EUC_JP)),
    (b"$(D", Set::Supplement),
    (b"$(O", Set::Double(EUC_JP)),
    (b"$(Q", Set::Double(EUC_JP)),
    (b"$(P", Set::Unknown),
    (b"$(C", Set::Double(EUC_KR)),
    (b"$(A", Set::Double(GBK)),
    (b"$@", Set::Double(EUC_JP)),
    (b"$B", Set::Double(EUC_JP)),
    (b"$A", Set::Double(GBK)),
    (b"(B", Set::Ascii),
    (b"(J", Set::Roman),
    (b"(H", Set::Roman),
    (b"(I", Set::Kana),
];

/// What SO (0x0E) shifts to, by the announcing sequence; the upper half of -JP-2 by SS2.
const SHIFTS: &[(&[u8], Set)] =
    &[(b"$)C", Set::Double(EUC_KR)), (b"$)A", Set::Double(GBK)), (b"$)G", Set::Unknown), (b"$*H", Set::Unknown)];

/// Whether there is an escape sequence of these charsets.
pub(super) fn has_escapes(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0x1B, bytes).any(|at| {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        ESCAPES.iter().chain(SHIFTS).any(|(escape, _)| rest.starts_with(escape))
    })
}

/// ISO-2022 of any country. Raw kana (0xA1 to 0xDF, as some Japanese programs leave it) is read too.
pub(super) fn iso_2022(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    let (mut set, mut shifted, mut upper): (Set, Set, &'static Encoding) = (Set::Ascii, Set::Kana, WINDOWS_1252);
    let mut unshifted = Set::Ascii;
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        match first {
            0x1B => {
                let found = ESCAPES.iter().find(|(escape, _)| tail.starts_with(escape));
                let shift = SHIFTS.iter().find(|(escape, _)| tail.starts_with(escape));
                rest = match (found, shift) {
                    (Some((escape, next)), _) => {
                        (set, unshifted) = (*next, *next);
                        tail.get(escape.len()..).unwrap_or_default()
                    }
                    (_, Some((escape, next))) => {
                        shifted = *next;
                        tail.get(escape.len()..).unwrap_or_default()
                    }
                    _ if tail.starts_with(b".") => {
                        upper = if tail.get(1) == Some(&b'F') { ISO_8859_7 } else { WINDOWS_1252 };
                        tail.get(2..).unwrap_or_default()
                    }
                    _ if tail.starts_with(b"N") => {
                        let byte = tail.get(1).copied().unwrap_or_default() | 0x80;
                        out.push_str(&upper.decode_without_bom_handling(&[byte]).0);
                        tail.get(2..).unwrap_or_default()
                    }
                    _ => tail,
                };
            }
            0x0E => (set, rest) = (shifted, tail),
            0x0F => (set, rest) = (unshifted, tail),
            _ => {
                let run = run_of(rest, set);
                let (now, next) = rest.split_at(run);
                write(now, set, &mut out);
                rest = next;
            }
        }
        // every line begins anew (RFC 1468, RFC 1557)
        if matches!(first, b'\n' | b'\r') && !matches!(set, Set::Ascii) {
            (set, unshifted) = (Set::Ascii, Set::Ascii);
        }
    }
    out
}

/// How many bytes belong together: up to the next control character. At least one.
fn run_of(bytes: &[u8], set: Set) -> usize {
    if set == Set::Ascii {
        return bytes.iter().position(|b| matches!(b, 0x1B | 0x0E | 0x0F)).unwrap_or(bytes.len()).max(1);
    }
    bytes.iter().position(|b| *b < 0x20).unwrap_or(bytes.len()).max(1)
}

fn write(bytes: &[u8], set: Set, out: &mut String) {
    let upper = |bytes: &[u8]| bytes.iter().map(|b| if *b > 0x20 { b | 0x80 } else { *b }).collect::<Vec<u8>>();
    let kana = |byte: u8| char::from_u32(0xFF61 + u32::from(byte.wrapping_sub(0xA1))).unwrap_or('\u{FFFD}');
    match set {
        _ if bytes.first().is_some_and(|b| *b < 0x20) && bytes.len() == 1 => out.push(char::from(bytes[0])),
        Set::Ascii | Set::Roman => out.extend(bytes.iter().map(|byte| match byte {
            b'\\' if set == Set::Roman => '¥',
            b'~' if set == Set::Roman => '‾',
            0xA1..=0xDF => kana(*byte),
            0x80.. => '\u{FFFD}',
            byte => char::from(*byte),
        })),
        Set::Kana => out.extend(bytes.iter().map(|byte| match byte | 0x80 {
            _ if *byte <= 0x20 => char::from(*byte),
            upper @ 0xA1..=0xDF => kana(upper),
            _ => '\u{FFFD}',
        })),
        Set::Double(encoding) => out.push_str(&encoding.decode_without_bom_handling(&upper(bytes)).0),
        Set::Supplement => {
            let triples: Vec<u8> = upper(bytes).chunks(2).flat_map(|pair| [&[0x8F], pair].concat()).collect();
            out.push_str(&EUC_JP.decode_without_bom_handling(&triples).0);
        }
        Set::Unknown => out.extend(bytes.chunks(2).map(|_| '\u{FFFD}')),
    }
}

/// HZ: `~{` to `~}` is GB 2312 without the high bits, `~~` a tilde, `~` before a line end nothing.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'~', rest) {
        let (before, after) = rest.split_at(at);
        out.push_str(&String::from_utf8_lossy(before));
        rest = after.get(2..).unwrap_or_default();
        match after.get(1) {
            Some(b'{') => {
                let end = memchr::memmem::find(rest, b"~}").unwrap_or(rest.len());
                let end = memchr::memchr(b'\n', rest).map_or(end, |line| line.min(end));
                let (run, next) = rest.split_at(end);
                write(run, Set::Double(GBK), &mut out);
                rest = next.strip_prefix(b"~}").unwrap_or(next);
            }
            Some(b'~') => out.push('~'),
            Some(b'\n') => {}
            Some(_) => {
                out.push('~');
                rest = after.get(1..).unwrap_or_default();
            }
            None => out.push('~'),
        }
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

/// UTF-7: `+` to `-` is UTF-16 in base64.
pub(super) fn utf_7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'+', rest) {
        let (before, after) = rest.split_at(at);
        out.push_str(&plain(before));
        let coded = after.get(1..).unwrap_or_default();
        let end = coded.iter().position(|b| sextet(*b).is_none()).unwrap_or(coded.len());
        let (run, next) = coded.split_at(end);
        rest = next.strip_prefix(b"-").unwrap_or(next);
        if run.is_empty() {
            out.push('+');
            continue;
        }
        let (mut bits, mut held) = (0u32, 0);
        let mut units = Vec::with_capacity(run.len() / 2);
        for byte in run {
            bits = (bits << 6) | u32::from(sextet(*byte).unwrap_or_default());
            held += 6;
            if held >= 16 {
                held -= 16;
                units.push(u16::try_from((bits >> held) & 0xFFFF).unwrap_or_default());
            }
        }
        out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')));
    }
    out.push_str(&plain(rest));
    out
}

fn plain(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
