//! Files that stand in the lines of a plain text: uuencode (POSIX), yEnc (yenc.org, draft 1.3), and what PGP armours (RFC 4880 §6, §7).

use std::borrow::Cow;

use super::{Found, MAX_FOUND};

/// A text without the files that stood in it.
#[derive(Debug, Default)]
pub(in crate::parse) struct Disarmed<'a> {
    pub(in crate::parse) text: Cow<'a, [u8]>,
    pub(in crate::parse) found: Vec<Found>,
    /// Whether one of them is a PGP message, so that words are in it.
    pub(in crate::parse) encrypted: bool,
}

/// How the files begin, after a line end.
const STARTS: &[&[u8]] = &[b"begin ", b"begin-base64 ", b"=ybegin ", b"-----BEGIN PGP "];

/// Takes the files out. A text without any is borrowed.
pub(in crate::parse) fn take(text: &[u8]) -> Disarmed<'_> {
    if !STARTS.iter().any(|start| memchr::memmem::find(text, start).is_some()) {
        return Disarmed { text: Cow::Borrowed(text), ..Disarmed::default() };
    }
    let mut kept: Vec<u8> = Vec::with_capacity(text.len());
    let (mut found, mut encrypted) = (Vec::new(), false);
    let mut rest = text;
    while !rest.is_empty() {
        let (line, below) = next_line(rest);
        let taken = if found.len() < MAX_FOUND { begin(line, below) } else { None };
        match taken {
            Some(Taken::File(file, after)) => {
                found.push(file);
                rest = after;
            }
            Some(Taken::Secret(file, after)) => {
                (encrypted, rest) = (true, after);
                found.push(file);
            }
            // signed words stay, without what PGP put around them
            Some(Taken::Signed(words, file, after)) => {
                for line in words.split_inclusive(|b| *b == b'\n') {
                    kept.extend_from_slice(line.strip_prefix(b"- ").unwrap_or(line));
                }
                found.push(file);
                rest = after;
            }
            None => {
                kept.extend_from_slice(rest.get(..rest.len() - below.len()).unwrap_or_default());
                rest = below;
            }
        }
    }
    if found.is_empty() {
        Disarmed { text: Cow::Borrowed(text), ..Disarmed::default() }
    } else {
        Disarmed { text: Cow::Owned(kept), found, encrypted }
    }
}

enum Taken<'a> {
    File(Found, &'a [u8]),
    Secret(Found, &'a [u8]),
    Signed(&'a [u8], Found, &'a [u8]),
}

/// The file that a line begins, and what is below it. A file that is never ended, or within which another begins, is none: so the search
/// for its end sees every line once.
fn begin<'a>(line: &[u8], below: &'a [u8]) -> Option<Taken<'a>> {
    if let Some(rest) = line.strip_prefix(b"begin ").or_else(|| line.strip_prefix(b"begin-base64 ")) {
        let (mode, name) = rest.split_at_checked(rest.iter().position(|b| *b == b' ')?)?;
        if !(3..=4).contains(&mode.len()) || !mode.iter().all(|b| (b'0'..=b'7').contains(b)) {
            return None;
        }
        if line.starts_with(b"begin-base64 ") {
            let (body, after) = up_to(below, |l| l == b"====", |l| l.starts_with(b"begin"))?;
            return Some(Taken::File(file(name, crate::parse::transfer::base64(body)), after));
        }
        let (body, after) = up_to(below, |l| l == b"end", |l| l.first().is_some_and(|b| !(b' '..=b'`').contains(b)))?;
        return Some(Taken::File(file(name, uudecode(body)?), after));
    }
    if let Some(rest) = line.strip_prefix(b"=ybegin ") {
        let at = memchr::memmem::find(rest, b"name=")?;
        let (body, after) = up_to(below, |l| l.starts_with(b"=yend "), |l| l.starts_with(b"=ybegin "))?;
        return Some(Taken::File(file(rest.get(at + 5..)?, yenc(body)), after));
    }
    let kind = line.strip_prefix(b"-----BEGIN PGP ")?.strip_suffix(b"-----")?;
    let is_signed = kind == b"SIGNED MESSAGE";
    let name = match kind {
        b"MESSAGE" => "message.asc",
        b"SIGNED MESSAGE" => "signature.asc",
        b"PUBLIC KEY BLOCK" => "key.asc",
        _ => return None,
    };
    let begins = |l: &[u8]| l.starts_with(b"-----BEGIN PGP ") && !(is_signed && l == b"-----BEGIN PGP SIGNATURE-----");
    let (body, after) = up_to(below, |l| l.starts_with(b"-----END PGP "), begins)?;
    if is_signed {
        let at = memchr::memmem::find(body, b"-----BEGIN PGP SIGNATURE-----")?;
        let (words, signature) = body.split_at_checked(at)?;
        let words = words.get(empty_line(words)?..)?;
        let signature = [signature, b"-----END PGP SIGNATURE-----\n"].concat();
        return Some(Taken::Signed(words, file(name.as_bytes(), signature), after));
    }
    let whole = [b"-----BEGIN PGP ", kind, b"-----\n", body, b"-----END PGP ", kind, b"-----\n"].concat();
    let file = file(name.as_bytes(), whole);
    Some(if kind == b"MESSAGE" { Taken::Secret(file, after) } else { Taken::File(file, after) })
}

/// Where the block of armour headers is over.
fn empty_line(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            return Some(at);
        }
    }
    None
}

fn file(name: &[u8], bytes: Vec<u8>) -> Found {
    let name = crate::parse::charset::decode(None, name.trim_ascii());
    Found { name: Some(name), bytes, ..Found::default() }
}

fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    let (line, rest) = bytes.split_at(end);
    (line.trim_ascii_end(), rest)
}

/// The lines above the first that `ends`, and what is below it; `None` where a line is `strange` first.
fn up_to(bytes: &[u8], ends: impl Fn(&[u8]) -> bool, strange: impl Fn(&[u8]) -> bool) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, below) = next_line(rest);
        if ends(line) {
            return Some((bytes.get(..bytes.len() - rest.len())?, below));
        }
        if strange(line) {
            return None;
        }
        rest = below;
    }
    None
}

/// Uuencoded lines: a length, then four characters for three bytes. `None` where a line is none.
pub(in crate::parse) fn uudecode(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    for line in body.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some((first, coded)) = line.split_first() else { continue };
        if !(b' '..=b'`').contains(first) {
            return None;
        }
        let length = usize::from(first.wrapping_sub(b' ') & 63);
        let value = |at: usize| u32::from(coded.get(at).copied().unwrap_or(b' ').wrapping_sub(b' ') & 63);
        let groups = coded.len().div_ceil(4);
        let bytes = (0..groups).flat_map(|group| {
            let at = group * 4;
            let bits = (value(at) << 18) | (value(at + 1) << 12) | (value(at + 2) << 6) | value(at + 3);
            let [_, a, b, c] = bits.to_be_bytes();
            [a, b, c]
        });
        out.extend(bytes.take(length));
    }
    Some(out)
}

/// Yenc lines: every byte plus 42, `=` before one of the few that are not written plainly.
fn yenc(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split(|b| *b == b'\n').filter(|line| !line.starts_with(b"=ypart ")) {
        let mut escaped = false;
        for byte in line.strip_suffix(b"\r").unwrap_or(line) {
            match (escaped, byte) {
                (false, b'=') => escaped = true,
                (true, byte) => {
                    out.push(byte.wrapping_sub(64 + 42));
                    escaped = false;
                }
                (false, byte) => out.push(byte.wrapping_sub(42)),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_taken_out_of_the_words() {
        let yenc_line: Vec<u8> = b"Hello\0".iter().map(|b| b.wrapping_add(42)).collect();
        let yenc = [b"See:\n=ybegin line=128 size=6 name=a b.bin\n", &yenc_line[..], b"\n=yend size=6\nBye\n"].concat();
        type File<'a> = (&'a str, &'a [u8]);
        let cases: &[(&[u8], &str, &[File<'_>])] = &[
            (b"Hi\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye\n", "Hi\nBye\n", &[("cat.txt", b"Cat")]),
            (b"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", "", &[("a.txt", b"Cat")]),
            (b"begin-base64 644 a.txt\nQ2F0\n====\nBye", "Bye", &[("a.txt", b"Cat")]),
            (&yenc, "See:\nBye\n", &[("a b.bin", b"Hello\0")]),
            (b"begin 644 never ends\nwords\n", "begin 644 never ends\nwords\n", &[]),
            (b"begin with me\nend\n", "begin with me\nend\n", &[]),
            (b"begin 644 x\nwe are lower case words\nend\n", "begin 644 x\nwe are lower case words\nend\n", &[]),
        ];
        for (text, words, files) in cases {
            let taken = take(text);
            assert_eq!(String::from_utf8_lossy(&taken.text), *words);
            let found: Vec<_> =
                taken.found.iter().map(|f| (f.name.as_deref().unwrap_or_default(), &f.bytes[..])).collect();
            assert_eq!(found, *files, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn what_pgp_armours_is_a_file_and_signed_words_stay() {
        let secret = take(b"Hi\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n");
        assert!(secret.encrypted && secret.found[0].name.as_deref() == Some("message.asc"));
        assert_eq!(&secret.text[..], b"Hi\n");
        let signed = take(b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nWords\r\n- -- \r\nAnn\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----\r\n");
        assert!(!signed.encrypted && signed.found.len() == 1);
        assert_eq!(&signed.text[..], b"Words\r\n-- \r\nAnn\r\n");
    }

    #[test]
    fn many_beginnings_cost_no_more_than_one() {
        for piece in ["begin 644 x\n", "=ybegin name=x\n", "-----BEGIN PGP MESSAGE-----\n"] {
            assert!(take(piece.repeat(100_000).as_bytes()).found.is_empty());
        }
    }
}
