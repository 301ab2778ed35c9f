//! Takes away what makes a mail cost more than its size: more than 500 parts, deep nesting, thousands of header fields.
//!
//! One pass over the lines. A mail within the limits (every honest one) is borrowed unchanged; otherwise the mail is cut before
//! the first part over the limit, and over-long header blocks lose their tail. The stored raw mail is never touched.

use std::borrow::Cow;
use std::collections::HashSet;

/// Most parts in a mail.
pub(super) const MAX_PARTS: usize = 500;
/// Most mails inside mails: `mail-parser` nests them as values, which are dropped recursively.
const MAX_MESSAGES: usize = 50;
/// Most lines and bytes in one header block.
const MAX_HEADER_LINES: usize = 2_000;
const MAX_HEADER_BYTES: usize = 512 * 1024;
/// A multipart whose boundary never comes is searched to the end of the mail, so their number times the size is bounded.
const MAX_SEARCHED: usize = 1 << 30;

/// A mail within the limits.
pub(super) struct Capped<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) truncated: bool,
}

/// Brings a mail within the limits.
pub(super) fn cap(raw: &[u8]) -> Capped<'_> {
    let max_multiparts = (MAX_SEARCHED / raw.len().max(1)).clamp(16, MAX_PARTS);
    let mut scan = Scan { in_header: true, ..Scan::default() };
    let mut kept: Option<Vec<u8>> = None;
    let mut offset = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let verdict = scan.line(line);
        if scan.parts > MAX_PARTS || scan.messages > MAX_MESSAGES || scan.multiparts > max_multiparts {
            let head = raw.get(..offset).unwrap_or_default();
            return Capped { bytes: kept.map_or(Cow::Borrowed(head), Cow::Owned), truncated: true };
        }
        match (verdict, &mut kept) {
            (Line::Drop, None) => kept = Some(raw.get(..offset).unwrap_or_default().to_vec()),
            (Line::Keep, Some(kept)) => kept.extend_from_slice(line),
            _ => {}
        }
        offset += line.len();
    }
    let truncated = kept.is_some();
    Capped { bytes: kept.map_or(Cow::Borrowed(raw), Cow::Owned), truncated }
}

enum Line {
    Keep,
    Drop,
}

#[derive(Default)]
struct Scan {
    in_header: bool,
    header_lines: usize,
    header_bytes: usize,
    /// the header block being read belongs to a `message/…` part, so another block follows it
    message_header: bool,
    parts: usize,
    messages: usize,
    multiparts: usize,
    boundaries: HashSet<Vec<u8>>,
    /// `boundary=` ended its line: the value stands on the next
    boundary_follows: bool,
}

impl Scan {
    fn line(&mut self, line: &[u8]) -> Line {
        let trimmed = line.trim_ascii_end();
        if self.is_delimiter(trimmed) {
            self.parts += 1;
            self.start_header();
            return Line::Keep;
        }
        if !self.in_header {
            return Line::Keep;
        }
        if trimmed.is_empty() {
            self.in_header = std::mem::take(&mut self.message_header);
            self.header_lines = 0;
            self.header_bytes = 0;
            return Line::Keep;
        }
        self.header_lines += 1;
        self.header_bytes += line.len();
        if self.header_lines > MAX_HEADER_LINES || self.header_bytes > MAX_HEADER_BYTES {
            return Line::Drop;
        }
        self.header_line(trimmed);
        Line::Keep
    }

    fn start_header(&mut self) {
        self.in_header = true;
        self.message_header = false;
        self.header_lines = 0;
        self.header_bytes = 0;
    }

    fn header_line(&mut self, line: &[u8]) {
        let lower = line.to_ascii_lowercase();
        let holds = |word: &str| lower.windows(word.len()).any(|w| w == word.as_bytes());
        if holds("message/") || holds("multipart/digest") {
            self.messages += 1;
            self.message_header = true;
        }
        if let Some(at) = lower.windows(9).position(|w| w == b"boundary=") {
            self.multiparts += 1;
            self.boundary(line.get(at + 9..).unwrap_or_default());
        } else if std::mem::take(&mut self.boundary_follows) {
            self.boundary(line.trim_ascii_start());
        }
    }

    fn boundary(&mut self, value: &[u8]) {
        let value = match value.strip_prefix(b"\"") {
            Some(quoted) => quoted.split(|b| *b == b'"').next(),
            None => value.split(|b| *b == b';' || b.is_ascii_whitespace()).next(),
        };
        match value.unwrap_or_default().trim_ascii() {
            b"" => self.boundary_follows = true,
            value => drop(self.boundaries.insert(value.to_vec())),
        }
    }

    /// `--boundary`, not the closing `--boundary--`.
    fn is_delimiter(&self, line: &[u8]) -> bool {
        line.strip_prefix(b"--").is_some_and(|rest| self.boundaries.contains(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn honest_mail_is_untouched() {
        let raw = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n";
        let capped = cap(raw);
        assert!(!capped.truncated && matches!(capped.bytes, Cow::Borrowed(bytes) if bytes == raw));
    }

    #[test]
    fn the_part_after_the_last_allowed_is_cut() {
        let mut raw = b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec();
        for n in 0..600 {
            raw.extend(format!("--b\nContent-Disposition: attachment; filename=f{n}\n\nx\n").bytes());
        }
        let mail = parse(&raw);
        assert!(mail.truncated);
        assert_eq!(mail.attachments.len(), MAX_PARTS);
    }

    #[test]
    fn mails_in_mails_do_not_exhaust_the_stack() {
        let raw = b"Content-Type: message/rfc822\n\n".repeat(50_000);
        assert!(parse(&raw).truncated);
        let raw = b"Content-Type: multipart/digest; boundary=a\n\n--a\n\n".repeat(20_000);
        assert!(parse(&raw).truncated);
    }

    #[test]
    fn a_flood_of_header_fields_is_cut_but_the_body_stays() {
        let mut raw = b"Subject: flood\n".to_vec();
        raw.extend(b"X: y\n".repeat(100_000));
        raw.extend(b"\nThe body\n");
        let mail = parse(&raw);
        assert!(mail.truncated && mail.headers.len() <= MAX_HEADER_LINES);
        assert_eq!((mail.subject.as_deref(), mail.text.trim()), (Some("flood"), "The body"));
    }
}
