//! Paths: what stands between `<` and `>` in MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531).
//!
//! Looser than the grammar where that harms nobody: dots anywhere in the local part, local parts longer than 64 octets,
//! which the envelope senders of mailing services are.

use std::fmt;

/// The longest path, octets; the grammar has 256.
const LONGEST: usize = 512;
/// The longest domain, octets (RFC 5321 §4.5.3.1.2).
const LONGEST_DOMAIN: usize = 255;

/// A mailbox as the client wrote it: `local@domain`, the local part perhaps quoted. Printable, without blanks outside quotes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    text: String,
    at: Option<usize>,
}

impl Address {
    /// Before the `@`; quoted if it was.
    #[must_use]
    pub fn local(&self) -> &str {
        self.at.and_then(|at| self.text.get(..at)).unwrap_or(&self.text)
    }

    /// After the `@`; none for `postmaster` alone.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.at.and_then(|at| self.text.get(at + 1..))
    }

    /// The whole.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a path is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoPath;

/// Reads `<…>` at the beginning of `text`; `None` for `<>`. Also what comes after it.
pub(crate) fn path(text: &str) -> Result<(Option<Address>, &str), NoPath> {
    let inside = text.strip_prefix('<').ok_or(NoPath)?;
    let end = closing(inside).ok_or(NoPath)?;
    let (inside, rest) = (inside.get(..end).ok_or(NoPath)?, inside.get(end + 1..).ok_or(NoPath)?);
    if inside.is_empty() {
        return Ok((None, rest));
    }
    Ok((Some(mailbox(without_route(inside)?)?), rest))
}

/// Where the `>` is that stands outside quotes.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Source routes are read and forgotten (RFC 5321 appendix C).
fn without_route(text: &str) -> Result<&str, NoPath> {
    if !text.starts_with('@') {
        return Ok(text);
    }
    let (route, mailbox) = text.split_once(':').ok_or(NoPath)?;
    let hosts = route.split(',').all(|host| host.strip_prefix('@').is_some_and(is_domain));
    if hosts { Ok(mailbox) } else { Err(NoPath) }
}

fn mailbox(text: &str) -> Result<Address, NoPath> {
    if text.len() > LONGEST {
        return Err(NoPath);
    }
    if text.eq_ignore_ascii_case("postmaster") {
        return Ok(Address { text: text.to_owned(), at: None });
    }
    let at = text.rfind('@').ok_or(NoPath)?;
    let (local, domain) = (text.get(..at).ok_or(NoPath)?, text.get(at + 1..).ok_or(NoPath)?);
    let good = (is_atoms(local) || is_quoted(local)) && (is_domain(domain) || is_literal(domain));
    if good { Ok(Address { text: text.to_owned(), at: Some(at) }) } else { Err(NoPath) }
}

fn is_atoms(local: &str) -> bool {
    let atom = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:@\"".contains(c);
    !local.is_empty() && local.chars().all(atom)
}

fn is_quoted(local: &str) -> bool {
    let Some(inside) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut escaped = false;
    for c in inside.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            _ => {}
        }
    }
    !inside.is_empty() && !escaped && !inside.chars().any(char::is_control)
}

/// Labels of letters, digits, hyphens and underlines; letters of any script (RFC 6531).
fn is_domain(text: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c == '-' || c == '_' || c.is_alphanumeric());
    text.len() <= LONGEST_DOMAIN && text.split('.').all(label)
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
fn is_literal(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|inside| {
        !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let rows = [
            ("<a@b.example>", Some("a@b.example"), ""),
            ("<>", None, ""),
            ("<a@b.example> SIZE=3", Some("a@b.example"), " SIZE=3"),
            ("<\"a b>@c\"@d.example>", Some("\"a b>@c\"@d.example"), ""),
            ("<\"a\\\"b\"@d.example>", Some("\"a\\\"b\"@d.example"), ""),
            ("<@one.example,@two.example:a@b.example>", Some("a@b.example"), ""),
            ("<a..b.@b.example>", Some("a..b.@b.example"), ""),
            ("<jörg@müller.example>", Some("jörg@müller.example"), ""),
            ("<a@[192.0.2.1]>", Some("a@[192.0.2.1]"), ""),
            ("<Postmaster>", Some("Postmaster"), ""),
        ];
        for (text, expected, rest) in rows {
            let read = path(text).map(|(address, rest)| (address.map(|address| address.to_string()), rest));
            assert_eq!(read, Ok((expected.map(String::from), rest)), "{text}");
        }
        let (address, _) = path("<\"a@b\"@C.example>").unwrap();
        let address = address.unwrap();
        assert_eq!((address.local(), address.domain()), ("\"a@b\"", Some("C.example")));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "",
            "a@b.example",
            "<a@b.example",
            "< >",
            "<a>",
            "<@b.example>",
            "<a@>",
            "<a b@c.example>",
            "<a@b@c.example>",
            "<a@b..example>",
            "<a@b.example\u{0}>",
            "<\"a\"b\"@c.example>",
            "<\"\"@c.example>",
            "<\"a\\\"@c.example>",
            "<@one.example a@b.example>",
            "<@:a@b.example>",
            "<a@[]>",
            "<a,b@c.example>",
        ] {
            assert_eq!(path(text), Err(NoPath), "{text}");
        }
        assert_eq!(path(&format!("<{}@b.example>", "a".repeat(600))), Err(NoPath));
    }
}
