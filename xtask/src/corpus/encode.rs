//! Characters to bytes and bytes to the seven bits of a mail: charsets, quoted-printable, base64, encoded words.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// Characters of an encoded line (RFC 2045 §6.7 and §6.8).
const LINE: usize = 76;

/// Text in a charset by its MIME name; a character that it lacks is an error.
pub(crate) fn charset(text: &str, name: &str) -> Result<Vec<u8>> {
    match name {
        "utf-16" => return Ok([vec![0xff, 0xfe], utf_16(text, u16::to_le_bytes)].concat()),
        "utf-16be" => return Ok(utf_16(text, u16::to_be_bytes)),
        "utf-7" => return Ok(utf_7(text).into_bytes()),
        _ => {}
    }
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).with_context(|| format!("no charset {name}"))?;
    let (bytes, _, lacking) = encoding.encode(text);
    ensure!(!lacking, "{name} lacks characters of {text:?}");
    Ok(bytes.into_owned())
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// RFC 2152: what is not ASCII stands as UTF-16 in base64 between `+` and `-`.
fn utf_7(text: &str) -> String {
    let mut out = String::new();
    let mut shifted = String::new();
    let flush = |shifted: &mut String, out: &mut String| {
        if !shifted.is_empty() {
            let _ = write!(out, "+{}-", STANDARD_NO_PAD.encode(utf_16(shifted, u16::to_be_bytes)));
            shifted.clear();
        }
    };
    for character in text.chars() {
        if character.is_ascii() {
            flush(&mut shifted, &mut out);
            out.push(character);
            if character == '+' {
                out.push('-');
            }
        } else {
            shifted.push(character);
        }
    }
    flush(&mut shifted, &mut out);
    out
}

/// Base64 in lines.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let mut out = String::new();
    for line in encoded.as_bytes().chunks(LINE) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out
}

/// Quoted-printable; line ends stay line ends.
pub(crate) fn quoted_printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut column = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' {
            out.push('\n');
            column = 0;
            continue;
        }
        let ends_line = bytes.get(at + 1).is_none_or(|&next| next == b'\n');
        let plain = match byte {
            b' ' | b'\t' => !ends_line,
            b'=' => false,
            _ => byte.is_ascii_graphic(),
        };
        let width = if plain { 1 } else { 3 };
        if column + width >= LINE {
            out.push_str("=\n");
            column = 0;
        }
        if plain {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "={byte:02X}");
        }
        column += width;
    }
    out
}

/// A header value: as it is when ASCII, else as encoded words (RFC 2047), folded between them.
pub(crate) fn words(text: &str, name: &str) -> Result<String> {
    if text.is_ascii() {
        return Ok(text.to_owned());
    }
    let mut words = Vec::new();
    let mut piece = String::new();
    for character in text.chars() {
        let longer = format!("{piece}{character}");
        if STANDARD.encode(charset(&longer, name)?).len() + name.len() + 7 > 72 {
            words.push(word(&piece, name)?);
            piece.clear();
        }
        piece.push(character);
    }
    words.push(word(&piece, name)?);
    Ok(words.join("\n "))
}

fn word(text: &str, name: &str) -> Result<String> {
    Ok(format!("=?{name}?B?{}?=", STANDARD.encode(charset(text, name)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_standards_say() {
        assert_eq!(quoted_printable("é = x \nß".as_bytes()), "=C3=A9 =3D x=20\n=C3=9F");
        assert!(quoted_printable(&[b'x'; 200]).lines().all(|line| line.len() <= LINE));
        assert_eq!(utf_7("1+1 für £"), "1+-1 f+APw-r +AKM-");
        assert_eq!(charset("日本", "iso-2022-jp").unwrap(), b"\x1b$BF|K\\\x1b(B");
        assert!(charset("日本", "iso-8859-2").is_err());
        assert_eq!(words("Grüße", "iso-8859-1").unwrap(), "=?iso-8859-1?B?R3L832U=?=");
    }
}
