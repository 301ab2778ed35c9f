//! Comments (RFC 5322 §3.2.2) in the middle of an address, as in `<ann(at work)@machine(a host).example>`: gone, so that the address is whole.
//! Comments beside an address stay, because many of them are a name. In a date, all of them go.

use std::borrow::Cow;

/// Deepest comment in a comment; what is deeper is no comment.
const MAX_DEPTH: usize = 20;
/// Octets before a comment that are looked at; no address is longer (RFC 5321 §4.5.3.1).
const MAX_WORD: usize = 320;

/// The address list without the comments that stand in its addresses: in angle brackets, before an `@`, or before a dot of a domain. Linear time.
pub(super) fn out_of_addresses(list: &str) -> Cow<'_, str> {
    out_where(list, |before, after, bracketed| bracketed || is_within(before, after))
}

/// The text without its comments.
pub(super) fn all_out(text: &str) -> Cow<'_, str> {
    out_where(text, |_, _, _| true)
}

/// Comments go where `goes` says so of what stands before, what stands after, and whether that is in angle brackets.
fn out_where(text: &str, goes: impl Fn(&str, &str, bool) -> bool) -> Cow<'_, str> {
    if !text.contains('(') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut bracketed, mut closes) = (false, false, true);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => length += rest.chars().nth(1).map_or(0, char::len_utf8),
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            '(' if !quoted && closes => match comment(rest) {
                Some(comment) => {
                    let after = rest.get(comment..).unwrap_or_default();
                    if goes(&out, after, bracketed) {
                        rest = after;
                        continue;
                    }
                    length = comment;
                }
                // nothing below closes either
                None => closes = false,
            },
            _ => {}
        }
        let (taken, below) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push_str(taken);
        rest = below;
    }
    Cow::Owned(out)
}

/// The length of the comment that the text begins with.
fn comment(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' if depth == MAX_DEPTH => return None,
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether what stood between these two is within an address.
fn is_within(before: &str, after: &str) -> bool {
    let near = before.get(before.floor_char_boundary(before.len().saturating_sub(MAX_WORD))..).unwrap_or_default();
    let near = near.trim_end();
    match after.trim_start().as_bytes().first() {
        Some(b'@') => !near.is_empty() && !near.ends_with([',', ';', ':']),
        Some(b'.') => {
            near.rfind('@').and_then(|at| near.get(at..)).is_some_and(|host| !host.contains([' ', ',', ';', ':']))
        }
        _ => near.ends_with('@'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_within_an_address_goes() {
        for (list, clean) in [
            ("John Doe <jdoe@machine(comment).  example>", "John Doe <jdoe@machine.  example>"),
            (
                r"Pete(A nice \) chap) <pete(his account)@silly.test(his host)>",
                r"Pete(A nice \) chap) <pete@silly.test>",
            ),
            ("jdoe@machine(comment).example", "jdoe@machine.example"),
            ("jdoe(a (nested) one) @ (and) machine.example", "jdoe @  machine.example"),
            ("a@x.example (Ann), b@x.example (Bob)", "a@x.example (Ann), b@x.example (Bob)"),
            ("Sales (EU). Team <s@x.example>", "Sales (EU). Team <s@x.example>"),
            ("\"Ann (a) <b\" <a@x.example>", "\"Ann (a) <b\" <a@x.example>"),
            (r#""a \" (b)@" <a@x.example>"#, r#""a \" (b)@" <a@x.example>"#),
            ("<a@x(.example>", "<a@x(.example>"),
            ("(", "("),
            ("é(ü)@x", "é@x"),
            ("", ""),
        ] {
            assert_eq!(out_of_addresses(list), clean, "{list}");
        }
    }

    #[test]
    fn a_date_has_no_comments() {
        assert_eq!(all_out("21 Nov 1997 09(comment):55:06 -0600 (CST)"), "21 Nov 1997 09:55:06 -0600 ");
    }

    #[test]
    fn comments_without_an_end_cost_little() {
        let open = "(".repeat(200_000);
        assert_eq!(out_of_addresses(&open), open);
        for pair in ["a() ", "()", "a().", "\"()\""] {
            let pairs = pair.repeat(20_000);
            assert_eq!(out_of_addresses(&pairs), pairs);
        }
        assert!(out_of_addresses(&format!("a@{}", "() ".repeat(20_000))).len() < 60_000);
    }
}
