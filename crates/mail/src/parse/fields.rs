//! A block of header fields (RFC 5322 §2.2): where it ends, and what stands in it, unfolded. Blocks without the blank line below, with lines
//! that belong to nothing and with any mixture of line ends are read as a person would.

use std::borrow::Cow;

/// Most fields and bytes in one block; what is over is dropped.
pub(super) const MAX_FIELDS: usize = 2_000;
const MAX_BYTES: usize = 512 * 1024;

/// A field as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// With its folds.
    raw: &'a [u8],
}

impl<'a> Field<'a> {
    /// The value on one line: folds and tabs are blanks, the blanks around it are gone.
    pub(super) fn unfolded(&self) -> Cow<'a, [u8]> {
        let raw = self.raw.trim_ascii();
        if !raw.iter().any(|b| matches!(b, b'\r' | b'\n' | b'\t')) {
            return Cow::Borrowed(raw);
        }
        let mut out = Vec::with_capacity(raw.len());
        let mut folding = false;
        for byte in raw {
            match byte {
                b'\r' | b'\n' => folding = true,
                b' ' | b'\t' if folding => {}
                byte => {
                    if std::mem::take(&mut folding) {
                        out.push(b' ');
                    }
                    out.push(if *byte == b'\t' { b' ' } else { *byte });
                }
            }
        }
        Cow::Owned(out)
    }
}

/// What a block held, and what follows it.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    pub(super) fields: Vec<Field<'a>>,
    pub(super) body: &'a [u8],
    pub(super) truncated: bool,
    /// Whether a blank line stands between the fields and the body.
    pub(super) closed: bool,
}

impl<'a> Block<'a> {
    /// The first field of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

/// Reads the block that `raw` begins with. Bytes that begin with no field are all body.
pub(super) fn read(raw: &[u8]) -> Block<'_> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut truncated = false;
    let (mut at, mut open): (usize, Option<(&str, usize)>) = (0, None);
    let mut closed = false;
    let body = loop {
        let rest = raw.get(at..).unwrap_or_default();
        let (line, length) = first_line(rest);
        let ended = rest.is_empty() || line.trim_ascii().is_empty() && !folds_on(rest, length);
        let named = if ended || line.first().is_some_and(u8::is_ascii_whitespace) { None } else { name_of(line) };
        let stray = !ended && named.is_none() && !line.first().is_some_and(u8::is_ascii_whitespace);
        // a line that is no field: a fold that lost its blanks where fields follow, else the body
        let body_here = stray && (open.is_none() || !fields_follow(rest.get(length..).unwrap_or_default()));
        if (ended || body_here || named.is_some())
            && let Some((name, from)) = open.take()
        {
            if fields.len() < MAX_FIELDS && at <= MAX_BYTES {
                fields.push(Field { name, raw: raw.get(from..at).unwrap_or_default() });
            } else {
                truncated = true;
            }
        }
        if ended {
            closed = !rest.is_empty();
            break rest.get(length..).unwrap_or_default();
        }
        if body_here {
            break rest;
        }
        if let Some((name, colon)) = named {
            open = Some((name, at + colon + 1));
        }
        at += length;
    };
    Block { fields, body, truncated, closed }
}

/// The first line without its end, and its length with it. CR alone ends a line too.
fn first_line(bytes: &[u8]) -> (&[u8], usize) {
    let Some(end) = memchr::memchr2(b'\r', b'\n', bytes) else { return (bytes, bytes.len()) };
    let line = bytes.get(..end).unwrap_or_default();
    let length = if bytes.get(end..).is_some_and(|rest| rest.starts_with(b"\r\n")) { 2 } else { 1 };
    (line, end + length)
}

/// A line of blanks that is not the end: an empty fold, with fields below.
fn folds_on(rest: &[u8], length: usize) -> bool {
    let (line, _) = first_line(rest);
    !line.is_empty() && fields_follow(rest.get(length..).unwrap_or_default())
}

/// Whether one of the next lines is a usual field, before any empty one.
fn fields_follow(mut rest: &[u8]) -> bool {
    for _ in 0..3 {
        let (line, length) = first_line(rest);
        if line.trim_ascii().is_empty() {
            return false;
        }
        if name_of(line).is_some_and(|(name, _)| is_usual(name)) {
            return true;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

/// The field name that a line begins with, and where its colon is. A blank before the colon is old, but right (RFC 5322 §4.5).
fn name_of(line: &[u8]) -> Option<(&str, usize)> {
    let colon = line.iter().take(200).position(|b| *b == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    Some((std::str::from_utf8(name).ok().filter(|_| is_name)?, colon))
}

/// Names that no line of a text happens to begin with.
const USUAL: &[&str] = &[
    "bcc",
    "cc",
    "date",
    "delivered-to",
    "from",
    "importance",
    "in-reply-to",
    "message-id",
    "mime-version",
    "received",
    "references",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
    "user-agent",
];

fn is_usual(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["content-", "x-", "list-", "arc-", "dkim-", "authentication-"].iter().any(|start| lower.starts_with(start))
        || USUAL.contains(&lower.as_str())
}

/// Whether a block has a field that belongs into a header and not to a text with a colon.
pub(super) fn any_usual(fields: &[Field<'_>]) -> bool {
    fields.iter().any(|field| is_usual(field.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(raw: &str) -> (String, String) {
        let block = read(raw.as_bytes());
        let value = |field: &Field<'_>| String::from_utf8_lossy(&field.unfolded()).into_owned();
        let fields: Vec<String> = block.fields.iter().map(|f| format!("{}={}", f.name, value(f))).collect();
        (fields.join("|"), String::from_utf8_lossy(block.body).into_owned())
    }

    #[test]
    fn blocks_end_where_a_person_sees_the_end() {
        for (raw, fields, body) in [
            ("A: b\r\nC: d\r\n\r\nbody", "A=b|C=d", "body"),
            ("A: b\nC: d\n\nbody", "A=b|C=d", "body"),
            ("A: b\rC: d\r\rbody", "A=b|C=d", "body"),
            ("A: b\r\n\t folded\r\n on\n\nbody", "A=b folded on", "body"),
            ("A: b\n \nSubject: x\n\nbody", "A=b|Subject=x", "body"),
            ("To: a,\n\t\n\tb\nSubject: x\n\nbody", "To=a, b|Subject=x", "body"),
            ("A : b\n\n", "A=b", ""),
            ("A: b", "A=b", ""),
            ("A:\n\nx", "A=", "x"),
            ("\nbody", "", "body"),
            ("no field\nat all", "", "no field\nat all"),
            // the blank line is missing
            ("Subject: x\nHello there.\nBye\n", "Subject=x", "Hello there.\nBye\n"),
            // a fold has lost its blanks
            ("To: a@x.example,\nb@x.example\nSubject: x\n\nbody", "To=a@x.example, b@x.example|Subject=x", "body"),
        ] {
            assert_eq!(told(raw), (fields.to_owned(), body.to_owned()), "{raw:?}");
        }
    }
}
