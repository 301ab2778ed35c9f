//! Encoded words (RFC 2047) as mail programs write them: split in the middle of a character or of a base64 quantum, in quotes, without blanks
//! between them, with blanks within, without an end; and bytes above 127 that no RFC allows in a header.

use std::borrow::Cow;

use super::{charset, transfer};

/// An encoded word's pieces, still coded.
struct Word<'a> {
    charset: &'a str,
    base64: bool,
    payload: &'a str,
}

/// The text with its encoded words decoded.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    replace(text, |decoded, out| out.push_str(decoded))
}

/// The text with every run of encoded words written as one, in UTF-8 and base64: for a parser of addresses that knows encoded words but not
/// what they can look like.
pub(super) fn normalize(text: &str) -> Cow<'_, str> {
    replace(text, |decoded, out| {
        use base64::Engine as _;
        out.push_str("=?utf-8?B?");
        out.push_str(&base64::engine::general_purpose::STANDARD.encode(decoded));
        out.push_str("?=");
    })
}

fn replace(text: &str, write: impl Fn(&str, &mut String)) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut run: Vec<Word<'_>> = Vec::new();
    while let Some(at) = rest.find("=?") {
        let (before, after) = rest.split_at(at);
        let Some((word, next)) = word(after) else {
            flush(&mut run, &mut out, &write);
            out.push_str(before);
            out.push_str("=?");
            rest = after.get(2..).unwrap_or_default();
            continue;
        };
        // blanks between two encoded words are not there (RFC 2047 §6.2)
        if !before.trim().is_empty() || run.is_empty() {
            flush(&mut run, &mut out, &write);
            out.push_str(before);
        }
        run.push(word);
        rest = next;
    }
    flush(&mut run, &mut out, &write);
    out.push_str(rest);
    Cow::Owned(out)
}

/// The encoded word that the text begins with, and what follows it.
fn word(text: &str) -> Option<(Word<'_>, &str)> {
    let inner = text.strip_prefix("=?")?;
    let head_end = inner.bytes().take(80).position(|b| b == b'?')?;
    let (charset, rest) = inner.split_at_checked(head_end)?;
    let rest = rest.get(1..)?;
    let base64 = match rest.as_bytes().first()? {
        b'b' | b'B' => true,
        b'q' | b'Q' => false,
        _ => return None,
    };
    if charset.contains([' ', '=']) && !charset.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    {
        return None;
    }
    let payload = rest.get(1..)?.strip_prefix('?')?;
    // where the end is missing, the next word or blank is it
    let (payload, next) = match stop(payload) {
        Some((end, true)) => (payload.get(..end)?, payload.get(end + 2..)?),
        Some((word, false)) => {
            let cut = payload.get(..word)?.trim_end().len();
            (cut > 0).then_some(())?;
            payload.split_at_checked(cut)?
        }
        None => {
            let cut = payload.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(payload.len());
            let (payload, next) = payload.split_at_checked(cut)?;
            (payload.trim_end_matches('?'), next)
        }
    };
    Some((Word { charset, base64, payload }, next))
}

/// Where a payload stops, and whether at its own end; else the next word begins there.
fn stop(payload: &str) -> Option<(usize, bool)> {
    let bytes = payload.as_bytes();
    memchr::memchr_iter(b'?', bytes).find_map(|at| {
        let begins = || at > 0 && bytes.get(at - 1) == Some(&b'=') && payload.get(at - 1..).is_some_and(begins_word);
        if bytes.get(at + 1) == Some(&b'=') { Some((at, true)) } else { begins().then(|| (at - 1, false)) }
    })
}

/// `=?charset?B?` or `?Q?`.
fn begins_word(text: &str) -> bool {
    let near = text.get(..text.floor_char_boundary(70)).unwrap_or_default();
    let mut pieces = near.split('?').skip(1);
    let is_charset = pieces.next().is_some_and(|charset| !charset.contains(' '));
    is_charset && matches!(pieces.next(), Some("b" | "B" | "q" | "Q")) && pieces.next().is_some()
}

/// Writes a run of words. Neighbours in one charset are joined before they are decoded.
fn flush(run: &mut Vec<Word<'_>>, out: &mut String, write: &impl Fn(&str, &mut String)) {
    if run.is_empty() {
        return;
    }
    let mut decoded = String::new();
    let mut words = run.drain(..).peekable();
    while let Some(first) = words.next() {
        let charset = first.charset;
        let (mut bytes, mut coded) = (Vec::new(), String::new());
        let mut next = Some(first);
        while let Some(word) = next {
            // a base64 quantum that is split between two words goes on in the next one
            if !word.base64 || coded.ends_with('=') || coded.len().is_multiple_of(4) {
                bytes.extend(transfer::base64(std::mem::take(&mut coded).as_bytes()));
            }
            if word.base64 {
                coded.push_str(word.payload);
            } else {
                bytes.extend(quoted(word.payload));
            }
            next = words.next_if(|next| next.charset.eq_ignore_ascii_case(charset));
        }
        bytes.extend(transfer::base64(coded.as_bytes()));
        decoded.push_str(&charset::decode(Some(charset), &bytes));
    }
    write(&decoded.replace(['\r', '\n'], " "), out);
}

/// The `Q` encoding: quoted-printable with `_` for a blank.
fn quoted(payload: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len());
    let mut rest = payload.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'_' => out.push(b' '),
            b'=' => match tail.get(..2).and_then(transfer::byte_of) {
                Some(byte) => {
                    out.push(byte);
                    rest = tail.get(2..).unwrap_or_default();
                }
                None => out.push(b'='),
            },
            byte => out.push(*byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read_however_they_are_written() {
        for (text, words) in [
            ("plain", "plain"),
            ("=?utf-8?q?J=C3=B6rg?= Lee", "Jörg Lee"),
            ("=?UTF-8?B?SsO2cmc=?=", "Jörg"),
            ("a =?utf-8?q?b?=  =?utf-8?q?c?= d", "a bc d"),
            ("=?utf-8?q?b?==?utf-8?q?c?=", "bc"),
            ("=?iso-8859-1?q?caf=E9?= =?utf-8?q?_caf=C3=A9?=", "café café"),
            // a character split between words, in both encodings, and a quantum
            ("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?=", "Jörg"),
            ("=?utf-8?B?SsM=?= =?UTF-8?B?tnJn?=", "Jörg"),
            ("=?utf-8?B?SsO?= =?utf-8?B?2cmc=?=", "Jörg"),
            ("=?iso-2022-jp?B?GyRCJDMkcw==?= =?iso-2022-jp?B?JEsbKEI=?=", "こんに"),
            ("=?gb2312?B?xOO6ww==?=", "你好"),
            ("=?utf-8?q?with blanks in it?= end", "with blanks in it end"),
            ("Re: [x]=?utf-8?q?=C3=A9?=tail", "Re: [x]étail"),
            ("=?utf-8*en?q?=C3=A9?=", "é"),
            ("=??q?=C3=A9?=", "é"),
            ("=?latin1?q?=C3=A9?=", "é"),
            ("=?utf-8?q?cut=C3=A9", "cuté"),
            ("=?utf-8?q?one =?utf-8?q?two?=", "onetwo"),
            ("=?utf-8?q??=", ""),
            ("=?utf-8?x?y?=", "=?utf-8?x?y?="),
            ("what =?is this", "what =?is this"),
            ("=?", "=?"),
            ("=?utf-8?q?a=0D=0ABcc:_x?=", "a  Bcc: x"),
        ] {
            assert_eq!(decode(text), words, "{text}");
        }
        assert_eq!(normalize("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?= <a@x>"), "=?utf-8?B?SsO2cmc=?= <a@x>");
    }

    #[test]
    fn words_without_end_take_no_time() {
        for piece in ["=?a?q?", "=?utf-8?b?A ", "=?", "=?utf-8?q?a?= "] {
            assert!(!decode(&piece.repeat(50_000)).is_empty(), "{piece}");
        }
    }
}
