//! `Content-Type` and `Content-Disposition`: a value and its parameters (RFC 2045 §5.1), which may be continued, percent-encoded and of a
//! charset (RFC 2231), encoded words, raw bytes, or without their quotes.

use std::borrow::Cow;

use super::{charset, transfer, words};

/// `value; name=value; …`, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Structured {
    /// The value in lower case, without blanks and comments.
    pub(super) value: String,
    params: Vec<(String, String)>,
}

/// The most parameters that are read.
const MAX_PARAMS: usize = 200;

impl Structured {
    /// A parameter by its name in lower case.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there with a value, in any case.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.param(name).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    }

    /// Reads a field's value, unfolded.
    pub(super) fn parse(text: &str) -> Self {
        let mut pieces = split(text).into_iter();
        let first = pieces.next().unwrap_or_default();
        let first = first.split('(').next().unwrap_or_default().trim();
        let mut value = first;
        let mut raw: Vec<(String, Cow<'_, str>)> = Vec::new();
        // `multipart/mixed boundary=x`, without its semicolon; or no value at all
        if let Some((before, _)) = first.split_once('=') {
            let at = before.trim_end().rfind([' ', '\t']).map_or(0, |at| at + 1);
            value = first.get(..at).unwrap_or_default();
            raw.extend(pair(first.get(at..).unwrap_or_default()));
        }
        raw.extend(pieces.take(MAX_PARAMS).filter_map(pair));
        let value = value.trim().trim_matches('"').split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        Self { value, params: joined(raw) }
    }
}

/// Splits at semicolons outside quotes. A quote that is never closed does not hide what follows.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b';' => {
                pieces.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            b'"' => {
                let Some(close) = closing_quote(bytes, at + 1) else {
                    // quotes do not come in pairs: semicolons alone part what is left
                    pieces.extend(text.get(from..).unwrap_or_default().split(';'));
                    return pieces;
                };
                at = close;
            }
            _ => {}
        }
        at += 1;
    }
    pieces.push(text.get(from..).unwrap_or_default());
    pieces
}

fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            // `"C:\"` ends here, `"a\"b"` does not
            b'\\' if bytes.get(at + 1) == Some(&b'"') && !closes(bytes, at + 1) => at += 1,
            b'\\' if bytes.get(at + 1) == Some(&b'\\') => at += 1,
            b'"' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether the quote at `at` is followed by a semicolon or the end.
fn closes(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at + 1..).unwrap_or_default().trim_ascii_start();
    rest.is_empty() || rest.starts_with(b";") && !rest.contains(&b'"')
}

fn pair(piece: &str) -> Option<(String, Cow<'_, str>)> {
    let (name, value) = piece.split_once('=')?;
    let name: String = name.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).take(60).collect();
    let value = value.trim();
    let value = match value.strip_prefix('"') {
        Some(quoted) => {
            let end = closing_quote(quoted.as_bytes(), 0).unwrap_or(quoted.len());
            unescape(quoted.get(..end).unwrap_or_default())
        }
        None => Cow::Borrowed(value.split(" (").next().unwrap_or_default().trim_end_matches('"')),
    };
    (!name.is_empty()).then_some((name, value))
}

/// `\"` and `\\`; another backslash is one, as in the paths of Windows.
fn unescape(text: &str) -> Cow<'_, str> {
    if text.contains('\\') { text.replace("\\\\", "\\").replace("\\\"", "\"").into() } else { text.into() }
}

/// A piece of a continued parameter: its number, whether it is percent-encoded, and what it says.
type Piece<'a> = (usize, bool, Cow<'a, str>);

/// Puts continued parameters together and decodes all. What RFC 2231 says goes before what else has the name.
fn joined(raw: Vec<(String, Cow<'_, str>)>) -> Vec<(String, String)> {
    let mut params: Vec<(String, String)> = Vec::new();
    let mut continued: Vec<(String, Vec<Piece<'_>>)> = Vec::new();
    for (name, value) in raw {
        let Some((base, rest)) = name.split_once('*') else {
            if !params.iter().any(|(known, _)| *known == name) {
                params.push((name, words::decode(&value).into_owned()));
            }
            continue;
        };
        let (number, coded) = match rest.strip_suffix('*') {
            Some(number) => (number, true),
            None => (rest, rest.is_empty()),
        };
        let piece = (number.parse().unwrap_or(0), coded, value);
        match continued.iter_mut().find(|(known, _)| known == base) {
            Some((_, pieces)) => pieces.push(piece),
            None => continued.push((base.to_owned(), vec![piece])),
        }
    }
    for (name, mut pieces) in continued {
        pieces.sort_by_key(|(number, ..)| *number);
        let value = rfc_2231(&pieces);
        match params.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => params.push((name, value)),
        }
    }
    params
}

fn rfc_2231(pieces: &[Piece<'_>]) -> String {
    let mut label: Option<&str> = None;
    let mut bytes = Vec::new();
    let mut any_coded = false;
    for (at, (_, coded, value)) in pieces.iter().enumerate() {
        let mut value: &str = value;
        any_coded |= *coded;
        if at == 0
            && *coded
            && let Some((charset, rest)) = value.split_once('\'')
            && let Some((_, rest)) = rest.split_once('\'')
        {
            label = Some(charset).filter(|charset| !charset.is_empty());
            value = rest;
        }
        if *coded { percent_decode(value, &mut bytes) } else { bytes.extend_from_slice(value.as_bytes()) }
    }
    let text = charset::decode(label, &bytes);
    // programs that continue encoded words instead
    if any_coded { text } else { words::decode(&text).into_owned() }
}

fn percent_decode(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match tail.get(..2).and_then(transfer::byte_of) {
            Some(byte) if *first == b'%' => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => out.push(*first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_parameters_are_read_however_they_are_written() {
        let cases: &[(&str, &str, &str, Option<&str>)] = &[
            ("text/plain; charset=utf-8", "text/plain", "charset", Some("utf-8")),
            ("TEXT/Plain ; CharSet = \"UTF-8\" (really)", "text/plain", "charset", Some("UTF-8")),
            ("multipart/mixed boundary=\"x y\"", "multipart/mixed", "boundary", Some("x y")),
            ("; name=a.txt", "", "name", Some("a.txt")),
            ("name=a.txt", "", "name", Some("a.txt")),
            ("attachment; filename=my report.pdf", "attachment", "filename", Some("my report.pdf")),
            ("attachment; filename=\"a;b\\\"c.txt\"", "attachment", "filename", Some("a;b\"c.txt")),
            ("attachment; filename=\"C:\\dir\\a.txt\"", "attachment", "filename", Some("C:\\dir\\a.txt")),
            ("attachment; filename=\"open.txt; size=3", "attachment", "filename", Some("open.txt")),
            ("attachment; filename=\"open.txt; size=3", "attachment", "size", Some("3")),
            ("attachment; filename=\"=?utf-8?B?w6kudHh0?=\"", "attachment", "filename", Some("é.txt")),
            ("attachment; filename==?utf-8?Q?=C3=A9.txt?=", "attachment", "filename", Some("é.txt")),
            ("attachment; filename*=utf-8'en'%C3%A9.txt", "attachment", "filename", Some("é.txt")),
            ("attachment; filename*=iso-8859-1''%e9.txt; filename=e.txt", "attachment", "filename", Some("é.txt")),
            ("a; filename*1*=%A9.txt; filename*0*=utf-8''%C3", "a", "filename", Some("é.txt")),
            ("a; filename*0=\"long \"; filename*1=name.txt", "a", "filename", Some("long name.txt")),
            ("a; filename*0*=utf-8''%C3%A9; filename*1=\" x.txt\"", "a", "filename", Some("é x.txt")),
            ("a; filename*0=\"=?utf-8?Q?=C3=A9\"; filename*1=\".txt?=\"", "a", "filename", Some("é.txt")),
            ("a; filename*=%C3%A9.txt", "a", "filename", Some("é.txt")),
            ("a; filename*=utf-8'%zz.txt", "a", "filename", Some("utf-8'%zz.txt")),
            ("a; name=first; name=second", "a", "name", Some("first")),
            ("a; x", "a", "x", None),
            ("", "", "x", None),
            ("\"text/html\"", "text/html", "x", None),
        ];
        for (text, value, name, param) in cases {
            let read = Structured::parse(text);
            assert_eq!((read.value.as_str(), read.param(name)), (*value, *param), "{text}");
        }
    }
}
