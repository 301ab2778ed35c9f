//! Bytes to characters, in whatever charset: the labels of the WHATWG and of IANA, wrong labels and none.
//!
//! encoding_rs knows the charsets of the web, in which `iso-8859-1` is Windows-1252, `gb2312` is GB 18030 and `ks_c_5601` is CP 949, as mail
//! means them too; [`shifted`] and [`tables`] add those that only mail has.

mod guess;
mod labels;
mod shifted;
mod tables;

use encoding_rs::{Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE};

use labels::{Charset, named};

/// Whether a label names a charset.
pub(super) fn is_known(label: &str) -> bool {
    named(label).is_some()
}

/// The characters of `bytes`, which the mail says to be in `label`; NULs and a byte order mark are dropped. Where the label is missing,
/// unknown or cannot be true, the bytes decide.
pub(super) fn decode(label: Option<&str>, bytes: &[u8]) -> String {
    let text = decode_all(label, bytes);
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// The characters of bytes that are surely in the charset.
pub(super) fn decode_as(label: &str, bytes: &[u8]) -> String {
    match named(label) {
        Some(Charset::Web(encoding)) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        Some(Charset::Upper(upper)) => single_byte(upper, bytes),
        _ => decode(Some(label), bytes),
    }
}

fn decode_all(label: Option<&str>, bytes: &[u8]) -> String {
    if let Some(marked) = marked(bytes) {
        return marked;
    }
    let charset = label.and_then(named).unwrap_or(Charset::Unsaid);
    match charset {
        Charset::Unsaid => guess::decode(bytes),
        Charset::Web(encoding) => web(encoding, bytes),
        Charset::Upper(upper) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => single_byte(upper, bytes),
        },
        // a charset of seven bits that holds others is wrongly named
        Charset::Iso2022 if !shifted::has_escapes(bytes) && !bytes.is_ascii() => guess::decode(bytes),
        Charset::Iso2022 => shifted::iso_2022(bytes),
        Charset::Hz | Charset::Utf7 if !bytes.is_ascii() => guess::decode(bytes),
        Charset::Hz => shifted::hz(bytes),
        Charset::Utf7 => shifted::utf_7(bytes),
        Charset::Utf16 => {
            let zeros = |of: usize| bytes.iter().skip(of).step_by(2).filter(|b| **b == 0).count();
            web(if zeros(1) > zeros(0) { UTF_16LE } else { UTF_16BE }, bytes)
        }
        Charset::Utf32 { .. } if !bytes.contains(&0) => guess::decode(bytes),
        Charset::Utf32 { big } => utf_32(bytes, big && bytes.first() == Some(&0)),
    }
}

/// Text that begins with a byte order mark.
fn marked(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(b"\x00\x00\xFE\xFF") {
        return Some(utf_32(rest, true));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE\x00\x00") {
        return Some(utf_32(rest, false));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(encoding.decode_without_bom_handling(bytes.get(length..)?).0.into_owned())
}

/// One of the web's charsets, unless the bytes say that it cannot be.
fn web(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let wide = encoding == UTF_16BE || encoding == UTF_16LE;
    if wide && !bytes.contains(&0) && bytes.len() > 3 {
        // eight-bit text behind a label of sixteen bits is read as such; Chinese without a blank has no zero byte either
        let is_control = |c: char| c.is_control() && !c.is_whitespace();
        let is_eight = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_control));
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        return if is_eight || broken { guess::decode(bytes) } else { text.into_owned() };
    }
    if !wide && bytes.is_ascii() {
        return guess::decode(bytes);
    }
    if !wide
        && let Ok(text) = std::str::from_utf8(bytes)
        && (encoding == UTF_8 || is_surely_utf8(text, encoding))
    {
        return text.to_owned();
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if !broken {
        return text.into_owned();
    }
    let guessed = if wide { encoding } else { guess::encoding(bytes) };
    let (other, other_broken) = guessed.decode_without_bom_handling(bytes);
    let holes = |text: &str| text.matches('\u{FFFD}').count();
    if !other_broken || holes(&other) < holes(&text) { other.into_owned() } else { text.into_owned() }
}

/// Valid UTF-8 with the wrong label. In a charset of one byte such sequences make no words; in one of several bytes, only many and long ones
/// tell.
fn is_surely_utf8(text: &str, encoding: &'static Encoding) -> bool {
    if encoding.is_single_byte() {
        return true;
    }
    let long = text.chars().filter(|c| c.len_utf8() >= 3).count();
    let short = text.chars().filter(|c| c.len_utf8() == 2).count();
    long >= 2 && (encoding != GBK || long >= short)
}

fn single_byte(upper: &str, bytes: &[u8]) -> String {
    let table: Vec<char> = upper.chars().collect();
    let char_of = |byte: &u8| match byte.checked_sub(0x80) {
        Some(at) => table.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
        None => char::from(*byte),
    };
    bytes.iter().map(char_of).collect()
}

fn utf_32(bytes: &[u8], big: bool) -> String {
    let char_of = |unit: &[u8; 4]| {
        char::from_u32(if big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) }).unwrap_or('\u{FFFD}')
    };
    bytes.as_chunks().0.iter().map(char_of).collect()
}

#[cfg(test)]
mod tests;
