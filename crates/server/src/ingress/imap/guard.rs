//! Between the wire and the parser of the server's answers: a mailbox's server is whoever a user named, so what it says is
//! measured before anything is made of it. Long lines, long literals, deep nesting and more than was asked for end the
//! connection; the parser would take memory for them, or our stack.

use std::{
    fmt::Debug,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest line, literals aside. What we ask for is answered in shorter ones.
const LONGEST_LINE: usize = 64 * 1024;
/// Opening parentheses of one answer. Nothing that we ask for has more than a few.
const MOST_PARENTHESES: usize = 64;

/// A connection to a server, in the clear or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Wire for T {}

/// A connection whose server is not trusted.
#[derive(Debug)]
pub(super) struct Guarded {
    wire: Box<dyn Wire>,
    scan: Scan,
}

impl Guarded {
    pub(super) fn new(wire: impl Wire + 'static) -> Self {
        Self { wire: Box::new(wire), scan: Scan::default() }
    }

    /// Before a command: its answer may have literals of `literal` bytes, and `in_all` bytes.
    pub(super) fn allow(&mut self, literal: usize, in_all: usize) {
        self.scan.longest_literal = literal;
        self.scan.left = in_all;
    }

    /// The connection itself, for TLS to begin on it.
    pub(super) fn into_wire(self) -> Box<dyn Wire> {
        self.wire
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.wire).poll_read(cx, buf))?;
        let seen = self.scan.see(buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(seen.map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why)))
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

/// Where in the server's words we are (RFC 9051 §4.3, §9).
#[derive(Debug)]
struct Scan {
    longest_literal: usize,
    /// Bytes that may still come.
    left: usize,
    /// Bytes of a literal that are still to come.
    literal: usize,
    /// The line so far.
    line: Vec<u8>,
    /// The line goes on an answer that a literal has interrupted.
    goes_on: bool,
    /// Opening parentheses of this answer.
    parentheses: usize,
}

impl Default for Scan {
    /// What a greeting may be.
    fn default() -> Self {
        let (longest_literal, left) = (0, LONGEST_LINE);
        Self { longest_literal, left, literal: 0, line: Vec::new(), goes_on: false, parentheses: 0 }
    }
}

impl Scan {
    fn see(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        self.left = self.left.checked_sub(bytes.len()).ok_or("it says more than it was asked for")?;
        while !bytes.is_empty() {
            if self.literal > 0 {
                let skipped = self.literal.min(bytes.len());
                self.literal -= skipped;
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
            let (piece, rest) = bytes.split_at(end);
            bytes = rest;
            self.line.extend_from_slice(piece);
            self.parentheses += piece.iter().filter(|byte| **byte == b'(').count();
            if self.line.len() > LONGEST_LINE {
                return Err("it sends a line that is too long");
            }
            if self.parentheses > MOST_PARENTHESES {
                return Err("it sends an answer that is nested too deeply");
            }
            if self.line.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), &'static str> {
        let announced = announced(&self.line);
        if announced.is_some_and(|size| size > self.longest_literal) {
            return Err("it sends more at once than it was asked for");
        }
        // What is said in words announces nothing, whatever it ends with.
        self.literal = announced.filter(|_| self.goes_on || !in_words(&self.line)).unwrap_or(0);
        self.goes_on = self.literal > 0;
        if !self.goes_on {
            self.parentheses = 0;
        }
        self.line.clear();
        Ok(())
    }
}

/// The size of the literal that a line announces at its end.
fn announced(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let inside = line.strip_suffix(b"}")?;
    let start = inside.iter().rposition(|byte| *byte == b'{')?;
    let digits = inside.get(start + 1..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    let number = std::str::from_utf8(digits).ok()?;
    if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some(number.parse().unwrap_or(usize::MAX))
}

/// Whether a first line is a status in words: `* OK …`, `+ …`, `A0001 NO …`.
fn in_words(line: &[u8]) -> bool {
    let Some(data) = line.strip_prefix(b"* ") else { return true };
    let word = data.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    ["OK", "NO", "BAD", "BYE", "PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &[u8], at_once: usize) -> Result<(), &'static str> {
        let mut scan = Scan { longest_literal: 1000, left: 1_000_000, ..Scan::default() };
        text.chunks(at_once).try_for_each(|piece| scan.see(piece))
    }

    #[test]
    fn what_servers_say_passes_however_it_is_cut() {
        let mail = b"* 1 FETCH (UID 7 BODY[]<0> {24}\r\n{99999999}\r\n((((((((((( )\r\nA0003 OK done {12}\r\n\
            * OK [UIDNEXT 3] see {5000}\r\n";
        for at_once in [1, 2, 7, 1000] {
            let (good, far) = mail.split_at(mail.len() - "* OK [UIDNEXT 3] see {5000}\r\n".len());
            assert_eq!(scan(good, at_once), Ok(()), "{at_once}");
            assert!(scan(far, at_once).is_err(), "{at_once}: larger than any literal may be, even in words");
        }
    }

    #[test]
    fn whatever_would_cost_us_dearly_is_cut_off() {
        let nested = [b"* 1 FETCH (BODYSTRUCTURE ".as_slice(), &b"(".repeat(100)].concat();
        let nested_by_literals = b"* 1 FETCH (BODY ((((((((({1}\r\nx".repeat(10);
        let long = b"x".repeat(LONGEST_LINE + 1);
        let much = b"* OK yes\r\n".repeat(100_001);
        let rows: [(&[u8], &str); 8] = [
            (b"* 1 FETCH (BODY[] {1001}\r\n", "at once"),
            (b"* 1 FETCH (BODY[] {99999999999999999999999999}\r\n", "at once"),
            (b"* OK [BADCHARSET ({1001}\r\n", "at once"),
            (b"* 1 FETCH (BODY[] {5}\r\nabcde X {1001}\r\n", "at once"),
            (&nested, "nested"),
            (&nested_by_literals, "nested"),
            (&long, "too long"),
            (&much, "more than"),
        ];
        for (text, why) in rows {
            for at_once in [3, 4096] {
                let refused = scan(text, at_once).unwrap_err();
                assert!(refused.contains(why), "{refused}");
            }
        }
    }
}
