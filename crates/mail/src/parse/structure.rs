//! The parts of a mail (RFC 2046): a flat tree, found by the boundaries line by line, however deep, wide or broken the mail is.
//!
//! Every level is searched once and levels are few, so the work is in proportion to the size. Mails inside are not entered: they are files.

use super::{
    charset,
    fields::{self, Block},
    params::Structured,
    transfer::Encoding,
};

/// Most parts in a mail.
pub(super) const MAX_PARTS: usize = 500;
/// Most multiparts within each other.
const MAX_DEPTH: usize = 40;

/// One part.
#[derive(Debug, Default)]
pub(super) struct Part<'a> {
    pub(super) block: Block<'a>,
    /// Media type in lower case, `text/plain` where it is absent or no type.
    pub(super) media_type: String,
    pub(super) content_type: Structured,
    pub(super) disposition: Structured,
    pub(super) encoding: Encoding,
    /// As transferred.
    pub(super) body: &'a [u8],
    /// Ids of the parts in a multipart; empty for a multipart whose boundary never comes, which is then words.
    pub(super) children: Vec<usize>,
    depth: usize,
}

impl Part<'_> {
    /// The value of a field, decoded.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        self.block.get(name).map(|field| charset::decode(None, &field.unfolded())).filter(|value| !value.is_empty())
    }

    pub(super) fn is_multipart(&self) -> bool {
        !self.children.is_empty()
    }
}

/// The header fields that bytes begin with.
pub(super) fn headers(raw: &[u8]) -> Block<'_> {
    fields::read(raw)
}

/// All parts, the whole mail first.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    pub(super) all: Vec<Part<'a>>,
    pub(super) truncated: bool,
}

/// Reads the structure.
pub(super) fn read(raw: &[u8]) -> Parts<'_> {
    let mut parts = Parts { all: vec![part(raw, "text/plain", 0)], truncated: false };
    parts.truncated = parts.all.first().is_some_and(|root| root.block.truncated);
    let mut at = 0;
    while let Some(parent) = parts.all.get(at) {
        if parent.media_type.starts_with("multipart/") && parent.depth < MAX_DEPTH {
            let room = MAX_PARTS.saturating_sub(parts.all.len() - 1);
            let default = if parent.media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
            let (pieces, more) = pieces(parent, room);
            let depth = parent.depth + 1;
            parts.truncated |= more;
            let from = parts.all.len();
            parts.all.extend(pieces.into_iter().map(|piece| part(piece, default, depth)));
            let ids = (from..parts.all.len()).collect();
            if let Some(parent) = parts.all.get_mut(at) {
                parent.children = ids;
            }
        }
        at += 1;
    }
    parts.truncated |= parts.all.iter().any(|part| part.block.truncated);
    parts
}

fn part<'a>(raw: &'a [u8], default: &str, depth: usize) -> Part<'a> {
    let mut block = fields::read(raw);
    // a text that begins like a field, in a part that has no fields
    if depth > 0 && !block.closed && !fields::any_usual(&block.fields) {
        block = Block { body: raw, ..Block::default() };
    }
    let structured = |name: &str| {
        block.get(name).map(|field| Structured::parse(&charset::decode(None, &field.unfolded()))).unwrap_or_default()
    };
    let (content_type, disposition) = (structured("Content-Type"), structured("Content-Disposition"));
    let encoding = block.get("Content-Transfer-Encoding").map(fields::Field::unfolded);
    let encoding = encoding.map(|value| Encoding::named(&String::from_utf8_lossy(&value))).unwrap_or_default();
    let body = block.body;
    Part {
        media_type: media_type(&content_type.value, default),
        encoding,
        content_type,
        disposition,
        body,
        children: Vec::new(),
        depth,
        block,
    }
}

/// `type/subtype`; a type alone gets its usual subtype.
fn media_type(value: &str, default: &str) -> String {
    match value.split_once('/') {
        Some((kind, subtype)) if !kind.is_empty() && !subtype.is_empty() => {
            format!("{kind}/{}", subtype.split(['/', ',', ':']).next().unwrap_or_default())
        }
        _ => match value.trim_matches('/') {
            "" => default,
            "text" | "plain" => "text/plain",
            "html" => "text/html",
            "multipart" => "multipart/mixed",
            "message" => "message/rfc822",
            _ => "application/octet-stream",
        }
        .to_owned(),
    }
}

/// The bytes between the boundaries, at most `room` pieces, and whether there were more.
fn pieces<'a>(parent: &Part<'a>, room: usize) -> (Vec<&'a [u8]>, bool) {
    let declared = parent.content_type.param("boundary").unwrap_or_default().trim_end();
    if !declared.is_empty() {
        let found = between(parent.body, declared.as_bytes(), room);
        if !found.0.is_empty() {
            return found;
        }
    }
    // the mail names another boundary than it uses, or none
    match guessed_boundary(parent.body) {
        Some(boundary) => between(parent.body, boundary, room),
        None => (Vec::new(), false),
    }
}

fn between<'a>(body: &'a [u8], boundary: &[u8], room: usize) -> (Vec<&'a [u8]>, bool) {
    let mut pieces = Vec::new();
    let mut open: Option<usize> = None;
    for delimiter in delimiters(body) {
        let Some(rest) = delimiter.token.strip_prefix(boundary) else { continue };
        let closes = rest == b"--";
        if !(rest.is_empty() || closes) {
            continue;
        }
        if let Some(from) = open.take() {
            pieces.push(without_line_end(body.get(from..delimiter.start).unwrap_or_default()));
        }
        if pieces.len() >= room {
            return (pieces, !closes);
        }
        open = (!closes).then_some(delimiter.end);
    }
    if let Some(from) = open {
        pieces.push(body.get(from..).unwrap_or_default());
    }
    (pieces, false)
}

/// The line end before a boundary belongs to it.
fn without_line_end(piece: &[u8]) -> &[u8] {
    piece
        .strip_suffix(b"\r\n")
        .or_else(|| piece.strip_suffix(b"\n"))
        .or_else(|| piece.strip_suffix(b"\r"))
        .unwrap_or(piece)
}

/// A line that begins with two hyphens: what follows them, without blanks at its end.
struct Delimiter<'a> {
    start: usize,
    end: usize,
    token: &'a [u8],
}

fn delimiters(body: &[u8]) -> impl Iterator<Item = Delimiter<'_>> {
    let at_line = |at: &usize| *at == 0 || matches!(body.get(at - 1), Some(b'\n' | b'\r'));
    memchr::memmem::find_iter(body, b"--").filter(at_line).map(|start| {
        let rest = body.get(start + 2..).unwrap_or_default();
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        let line_end = if rest.get(length..).is_some_and(|end| end.starts_with(b"\r\n")) { 2 } else { 1 };
        Delimiter { start, end: (start + 2 + length + line_end).min(body.len()), token: line.trim_ascii_end() }
    })
}

/// The first line of hyphens and a token below which `Content-…` stands.
fn guessed_boundary(body: &[u8]) -> Option<&[u8]> {
    let is_token = |token: &[u8]| (4..=200).contains(&token.len()) && token.iter().all(u8::is_ascii_graphic);
    let found = delimiters(body).take(200).find(|delimiter| {
        let below = body.get(delimiter.end..).unwrap_or_default();
        is_token(delimiter.token) && below.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
    });
    found.map(|delimiter| delimiter.token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(raw: &str) -> String {
        let parts = read(raw.as_bytes());
        let leaves = parts.all.iter().filter(|part| part.children.is_empty());
        leaves.map(|part| String::from_utf8_lossy(part.body).into_owned()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn boundaries_are_found_however_they_are_written() {
        let mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
        for (body, leaves) in [
            ("pre\n--b\n\none\n--b\n\ntwo\n--b--\nafter", "one|two"),
            ("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "one|two"),
            ("--b\r\rone\r--b\r\rtwo\r--b--\r", "one|two"),
            // no end, blanks behind, an end too early, empty parts, another boundary that begins the same
            ("--b\n\none\n--b\n\ntwo\n", "one|two\n"),
            ("--b  \n\none\n--b\t\n\ntwo\n--b-- \n", "one|two"),
            ("--b\n\none\n--b--\n--b\n\ntwo\n--b--", "one|two"),
            ("--b\n--b\n\none\n--b--", "|one"),
            ("--b\n\none\n--bb\nstill --b\n--b--", "one\n--bb\nstill --b"),
            // no blank line below the boundary
            ("--b\nHello: there\nyou\n--b--", "Hello: there\nyou"),
            ("--b\njust words\n--b--", "just words"),
            // the boundary that is named never comes
            ("--real-one\nContent-Type: text/plain\n\none\n--real-one--", "one"),
            ("nothing at all", "nothing at all"),
            // the inner multipart is never closed
            ("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--", "two|one"),
        ] {
            assert_eq!(told(&format!("{mixed}{body}")), leaves, "{body:?}");
        }
        assert_eq!(told("Content-Type: multipart/mixed; boundary=\"b c\"\n\n--b c\n\none\n--b c--\n"), "one");
        assert_eq!(told("Content-Type: multipart/mixed\n\n--none\nContent-Type: text/plain\n\none\n--none--\n"), "one");
    }

    #[test]
    fn types_are_completed() {
        for (value, media) in [
            ("text/plain", "text/plain"),
            ("text", "text/plain"),
            ("html", "text/html"),
            ("multipart", "multipart/mixed"),
            ("", "text/plain"),
            ("text/html/x", "text/html"),
            ("word", "application/octet-stream"),
        ] {
            assert_eq!(media_type(value, "text/plain"), media);
        }
    }
}
