//! Transfer encodings (RFC 2045 §6), read as mail programs break them: junk in base64, blanks at line ends, wrong names, what was cut.

use std::borrow::Cow;

/// How a part's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    /// 7bit, 8bit, binary, and whatever nobody knows.
    #[default]
    None,
    Base64,
    QuotedPrintable,
    Uuencode,
    BinHex,
}

impl Encoding {
    /// By the value of `Content-Transfer-Encoding`, which may have quotes, blanks, a comment or a semicolon.
    pub(super) fn named(value: &str) -> Self {
        let word = value.split([';', '(']).next().unwrap_or_default();
        let name: String =
            word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(40).collect();
        match name.as_str() {
            "base64" | "b" | "b64" | "xbase64" => Self::Base64,
            "quotedprintable" | "qp" | "q" | "xquotedprintable" => Self::QuotedPrintable,
            "xuuencode" | "uuencode" | "xuue" | "uue" => Self::Uuencode,
            "macbinhex40" | "xbinhex40" | "binhex40" | "binhex" => Self::BinHex,
            _ => Self::None,
        }
    }
}

/// The bytes that are meant. Files that stand in uuencode or BinHex decode to their content where it can be read.
pub(super) fn decode(encoding: Encoding, bytes: &[u8]) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Base64 if reads_like_words(bytes) => Cow::Borrowed(bytes),
        Encoding::Base64 => Cow::Owned(base64(bytes)),
        Encoding::QuotedPrintable if !bytes.contains(&b'=') => Cow::Borrowed(bytes),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(bytes)),
        Encoding::None | Encoding::Uuencode | Encoding::BinHex => Cow::Borrowed(bytes),
    }
}

/// Text that is only said to be base64: base64 has no blanks within its lines.
fn reads_like_words(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let line =
        start.get(..memchr::memchr(b'\n', start).unwrap_or(start.len()).min(1000)).unwrap_or_default().trim_ascii();
    let foreign = line.iter().filter(|b| **b == b' ' || !b.is_ascii()).count();
    foreign * 20 > line.len()
}

/// Base64 (RFC 4648, both alphabets). What is not of the alphabet is skipped; after padding a new run may follow, but no line of words.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut bits, mut held, mut padded) = (0u32, 0u32, false);
    for line in bytes.split(|b| *b == b'\n') {
        let is_foreign = |b: &u8| SEXTETS[usize::from(*b)] == NONE && *b != b'=';
        if padded && (line.starts_with(b"--") || line.trim_ascii().iter().any(is_foreign)) {
            break;
        }
        for byte in line {
            let sextet = SEXTETS[usize::from(*byte)];
            if sextet != NONE {
                bits = (bits << 6) | u32::from(sextet);
                held += 1;
                if held == 4 {
                    out.extend_from_slice(&bits.to_be_bytes()[1..]);
                    (bits, held) = (0, 0);
                }
            } else if *byte == b'=' {
                padded = true;
                finish(&mut out, bits, held);
                (bits, held) = (0, 0);
            }
        }
    }
    finish(&mut out, bits, held);
    out
}

/// The last one or two bytes of a run.
fn finish(out: &mut Vec<u8>, bits: u32, held: u32) {
    let [_, a, b, _] = (bits << (6 * (4 - held.min(4)) % 24)).to_be_bytes();
    match held {
        2 => out.push(a),
        3 => out.extend_from_slice(&[a, b]),
        _ => {}
    }
}

const NONE: u8 = 0xFF;

const SEXTETS: [u8; 256] = {
    let mut table = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut at = 0;
    while at < 64 {
        table[alphabet[at] as usize] = at as u8;
        at += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

/// Quoted-printable (RFC 2045 §6.7). A `=` that begins nothing stays, and so do blanks before a line end, except behind a soft one.
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let content = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let end = line.get(content.len()..).unwrap_or_default();
        let mut rest = content;
        let mut soft = false;
        while let Some(at) = memchr::memchr(b'=', rest) {
            let (before, after) = rest.split_at(at);
            out.extend_from_slice(before);
            let hex = after.get(1..3).and_then(byte_of);
            rest = after.get(1..).unwrap_or_default();
            match hex {
                Some(byte) => {
                    out.push(byte);
                    rest = rest.get(2..).unwrap_or_default();
                }
                None if rest.trim_ascii().is_empty() => (soft, rest) = (true, b""),
                // a lone CR after a soft break, in mail with mixed line ends
                None if rest.starts_with(b"\r") => rest = rest.get(1..).unwrap_or_default(),
                None => out.push(b'='),
            }
        }
        out.extend_from_slice(rest);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

/// Two hexadecimal digits.
pub(super) fn byte_of(hex: &[u8]) -> Option<u8> {
    let digit = |b: &u8| char::from(*b).to_digit(16);
    let [high, low] = hex else { return None };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (value, encoding) in [
            ("base64", Encoding::Base64),
            ("BASE64;", Encoding::Base64),
            (" \"base64\" (really)", Encoding::Base64),
            ("quoted-printable", Encoding::QuotedPrintable),
            ("Quoted Printable", Encoding::QuotedPrintable),
            ("x-uuencode", Encoding::Uuencode),
            ("mac-binhex40", Encoding::BinHex),
            ("7-bit", Encoding::None),
            ("text/html", Encoding::None),
            ("", Encoding::None),
        ] {
            assert_eq!(Encoding::named(value), encoding, "{value}");
        }
    }

    #[test]
    fn base64_is_read_through_junk() {
        for (coded, plain) in [
            ("SGVsbG8=", "Hello"),
            ("SGVs\r\nbG8", "Hello"),
            ("SGVs!b*G\u{1}8=", "Hello"),
            ("SGVsbG8=SGVsbG8=", "HelloHello"),
            ("SGVsbG8=\n\n--\nthe list's footer, in words\n", "Hello"),
            ("SGVsbG8hIQ", "Hello!!"),
            ("SGVsbG8hI", "Hello!"),
            ("Pj4_", ">>?"),
            ("Just plain words that were never encoded", "Just plain words that were never encoded"),
            ("", ""),
        ] {
            assert_eq!(decode(Encoding::Base64, coded.as_bytes()), plain.as_bytes(), "{coded}");
        }
    }

    #[test]
    fn quoted_printable_survives_its_writers() {
        for (coded, plain) in [
            ("caf=C3=A9", "café"),
            ("caf=c3=a9", "café"),
            ("one =\r\ntwo", "one two"),
            ("one =  \ntwo", "one two"),
            ("blanks  \r\nend=20", "blanks  \r\nend "),
            ("a=ZZb = c =", "a=ZZb = c "),
            ("cut =C", "cut =C"),
            ("=3D=0D=0Ax", "=\r\nx"),
            ("href=http://x", "href=http://x"),
        ] {
            assert_eq!(decode(Encoding::QuotedPrintable, coded.as_bytes()), plain.as_bytes(), "{coded}");
        }
    }
}
