//! The lines a mail gets on top where it is taken (RFC 5321 §4.4): `Return-Path` and `Received`.

use crate::Address;
use std::net::IpAddr;

/// What the lines say.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    /// The envelope sender; none for `<>`.
    pub from: Option<&'a Address>,
    /// The name the client said in its hello.
    pub hello: &'a str,
    /// Where it is, if it came over a network.
    pub peer: Option<IpAddr>,
    /// This server's name.
    pub by: &'a str,
    /// How it came: a keyword of RFC 3848 or RFC 6531 §4.3, such as `ESMTPS`.
    pub with: &'a str,
    /// The recipients; only one who is alone is named, so that nobody learns of others.
    pub to: &'a [Address],
    /// The time, as RFC 5322 §3.3 writes it.
    pub date: &'a str,
}

/// The lines, each ending in CR LF.
#[must_use]
pub fn lines(trace: &Trace<'_>) -> String {
    let from = trace.from.map(Address::as_str).unwrap_or_default();
    let peer = match trace.peer {
        Some(IpAddr::V4(address)) => format!(" ([{address}])"),
        Some(IpAddr::V6(address)) => format!(" ([IPv6:{address}])"),
        None => String::new(),
    };
    let recipient = match trace.to {
        [one] => format!("\r\n\tfor <{one}>"),
        _ => String::new(),
    };
    let (hello, by, with, date) = (name(trace.hello), trace.by, trace.with, trace.date);
    format!(
        "Return-Path: <{from}>\r\nReceived: from {hello}{peer}\r\n\tby {by} (Segue) with {with}{recipient};\r\n\t{date}\r\n"
    )
}

/// A client calls itself what it likes; in a header it is a word of host-name characters.
fn name(hello: &str) -> String {
    let good = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c) || (!c.is_ascii() && c.is_alphanumeric());
    hello.chars().map(|c| if good(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::path;

    #[test]
    fn the_lines_say_how_it_came() {
        let address = |text: &str| path(&format!("<{text}>")).unwrap().0.unwrap();
        let (from, to) = (address("ann@a.example"), [address("x@in.example.org")]);
        let trace = Trace {
            from: Some(&from),
            hello: "mail.a.example",
            peer: Some("192.0.2.1".parse().unwrap()),
            by: "mx.in.example.org",
            with: "ESMTPS",
            to: &to,
            date: "Sun, 22 Nov 2026 10:00:00 +0000",
        };
        assert_eq!(
            lines(&trace),
            "Return-Path: <ann@a.example>\r\nReceived: from mail.a.example ([192.0.2.1])\r\n\tby mx.in.example.org (Segue) with \
             ESMTPS\r\n\tfor <x@in.example.org>;\r\n\tSun, 22 Nov 2026 10:00:00 +0000\r\n"
        );
        let two = [to[0].clone(), address("y@in.example.org")];
        let peer = Some("2001:db8::1".parse().unwrap());
        let bounce = Trace { from: None, hello: "a(b)\\;c", peer, to: &two, ..trace };
        let text = lines(&bounce);
        assert!(text.starts_with("Return-Path: <>\r\nReceived: from a?b???c ([IPv6:2001:db8::1])\r\n"), "{text}");
        assert!(!text.contains("for <"), "{text}");
    }
}
