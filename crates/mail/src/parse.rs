//! Raw bytes to [`Mail`]. Everything that can be wrong with a mail is: whatever cannot be read is left empty, nothing fails.
//!
//! The structure, transfer encodings, charsets and encoded words are read here, from bytes that hold to no standard; `mail-parser` reads the
//! grammars of addresses and dates, which it is given in clean UTF-8. Ids and loosely written recipient headers are read from the raw values by our
//! own small grammars.

mod body;
mod charset;
mod comments;
mod fields;
mod file;
mod flowed;
mod header;
mod names;
mod params;
mod structure;
mod transfer;
mod unpack;
mod words;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{HeaderName, Message, MessageParser, MessagePart};
use sha1::{Digest, Sha1};

use crate::message::{Header, Mail};
use crate::threading::ids_in;

/// Parses a mail. A first mbox line (`From …`, as some MTAs pipe) is skipped; bare LF line ends are fine. Linear time; never panics.
pub fn parse(raw: &[u8]) -> Mail {
    let raw_mail = without_mbox_line(raw);
    // nothing here is known to panic; a mail that proves it wrong must not take the server down
    let mut mail = catch_unwind(AssertUnwindSafe(|| read(&raw_mail))).unwrap_or_default();
    if mail.headers.iter().all(|header| header.value.is_empty()) && mail.text.is_empty() && mail.attachments.is_empty()
    {
        mail.text = charset::decode(None, &raw_mail);
    }
    if mail.content_type.is_empty() {
        mail.content_type = "text/plain".to_owned();
    }
    if mail.message_id.is_empty() {
        mail.message_id = format!("{}@segue.invalid", hex::encode(Sha1::digest(raw)));
        mail.message_id_synthetic = true;
    }
    mail
}

/// What pipes and ingresses put before a mail: empty lines, a byte order mark, and the mbox line, which may stand below the
/// `X-Original-To` lines that an ingress prepended.
fn without_mbox_line(raw: &[u8]) -> Cow<'_, [u8]> {
    let raw = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw);
    let trimmed = raw.trim_ascii_start();
    let raw = if begins_like_mail(trimmed) { trimmed } else { raw };
    let mut at = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let rest = at + line.len();
        if line.starts_with(b"From ") {
            let (above, below) = (raw.get(..at).unwrap_or_default(), raw.get(rest..).unwrap_or_default());
            return if at == 0 { Cow::Borrowed(below) } else { Cow::Owned([above, below].concat()) };
        }
        if !line.get(..14).is_some_and(|name| name.eq_ignore_ascii_case(b"X-Original-To:")) {
            break;
        }
        at = rest;
    }
    Cow::Borrowed(raw)
}

/// `Name: ` or the mbox line.
fn begins_like_mail(raw: &[u8]) -> bool {
    let name = raw.iter().take_while(|b| b.is_ascii_graphic() && **b != b':').count();
    raw.starts_with(b"From ") || (name > 0 && raw.get(name) == Some(&b':'))
}

fn read(raw: &[u8]) -> Mail {
    let parts = structure::read(raw);
    let Some(root) = parts.all.first() else { return Mail::default() };
    let text_charset = parts.all.iter().find_map(|part| part.content_type.param("charset"));
    let headers: Vec<Header> = header::fields(&root.block, text_charset);
    let ids = |name: &str| -> Vec<String> {
        headers.iter().filter(|h| h.name.eq_ignore_ascii_case(name)).flat_map(|h| ids_in(&h.value)).collect()
    };
    let structured = header::structured(&headers);
    // a grammar that fails costs the fields it reads, never the words
    let message = catch_unwind(|| MessageParser::default().parse_headers(&structured)).ok().flatten();
    let message = message.unwrap_or_else(|| Message { parts: vec![MessagePart::default()], ..Message::default() });
    let bodies = body::read(&parts);
    Mail {
        message_id: ids("Message-ID").into_iter().next().unwrap_or_default(),
        message_id_synthetic: false,
        subject: header::subject(&headers),
        date: date(&message),
        from: header::mailboxes(&message, &headers, &HeaderName::From),
        reply_to: header::mailboxes(&message, &headers, &HeaderName::ReplyTo),
        sender: header::mailboxes(&message, &headers, &HeaderName::Sender).into_iter().next(),
        to: header::mailboxes(&message, &headers, &HeaderName::To),
        cc: header::mailboxes(&message, &headers, &HeaderName::Cc),
        bcc: header::mailboxes(&message, &headers, &HeaderName::Bcc),
        in_reply_to: ids("In-Reply-To"),
        references: ids("References"),
        text: bodies.text,
        text_from_html: bodies.text_from_html,
        html: bodies.html,
        attachments: bodies.attachments,
        notes: bodies.notes,
        recipients: header::recipients(&message, &headers),
        content_type: root.media_type.clone(),
        truncated: parts.truncated,
        headers,
    }
}

fn date(message: &Message<'_>) -> Option<jiff::Timestamp> {
    let date = message.date().filter(|date| date.is_valid())?;
    jiff::Timestamp::from_second(date.to_timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::RecipientSource;

    #[test]
    fn an_ordinary_reply_is_read() {
        let mail = parse(
            b"From ann@x.example Mon Jan  1 00:00:00 2026\n\
            X-Original-To: reply+0123456789abcdef0123456789abcdef@in.example\n\
            From: =?utf-8?q?J=C3=B6rg?= <jorg@x.example>\nTo: \"Acme, Inc\" <help@acme.example>,\n reply+ffffffffffffffffffffffffffffffff@in.example\n\
            Subject: Re: caf=?utf-8?b?w6k=?=\nDate: Sun, 22 Nov 2026 11:00:00 +0100\nMessage-ID: <a@x.example>\n\
            In-Reply-To: <conversation/1@in>\nReferences: <r@in>\n <conversation/1@in>\n\nHello\nworld\n",
        );
        assert_eq!(mail.message_id, "a@x.example");
        assert_eq!(mail.from[0].name.as_deref(), Some("Jörg"));
        assert_eq!(mail.to[0].name.as_deref(), Some("Acme, Inc"));
        assert_eq!(mail.date.map(|d| d.to_string()).as_deref(), Some("2026-11-22T10:00:00Z"));
        assert_eq!(mail.references, ["r@in", "conversation/1@in"]);
        assert_eq!(mail.text.trim_end(), "Hello\nworld");
        assert_eq!(mail.html, None);
        let tokens: Vec<_> =
            mail.reply_tokens().into_iter().map(|(token, source)| (token.as_str()[..1].to_owned(), source)).collect();
        assert_eq!(tokens, [("0".into(), RecipientSource::XOriginalTo), ("f".into(), RecipientSource::To)]);
    }

    #[test]
    fn a_mail_without_id_gets_one_from_its_bytes() {
        let mail = parse(b"Subject: x\r\n\r\nbody");
        assert!(mail.message_id_synthetic && mail.message_id.len() == 40 + "@segue.invalid".len());
        assert_eq!(mail.message_id, parse(b"Subject: x\r\n\r\nbody").message_id);
        assert_ne!(mail.message_id, parse(b"Subject: x\r\n\r\nbody2").message_id);
    }

    #[test]
    fn garbage_is_a_mail_too() {
        for raw in [
            &b""[..],
            b"\0\0\0",
            b"From ",
            b"\r\n\r\n",
            b"no header at all",
            b"\xff\xfe\xfd: x",
            b"Content-Type: multipart/mixed; boundary=\"\"\n\n--\n--",
        ] {
            let mail = parse(raw);
            assert!(mail.message_id_synthetic, "{raw:?}");
        }
        assert_eq!(parse(b"no header at all").text.trim(), "no header at all");
    }

    #[test]
    fn old_and_broken_headers_are_understood() {
        let mail = parse(
            b"From: \"Mary Smith\" <@machine.tld:mary@example.net>, , jdoe@test   . example\nTo: a@x.example b@x.example\n\
            Cc: \"odd local\"@x.example, Who? <w@y.example>\nReply-To: friends:a@x.example,b@x.example;\n\
            Sender: John Doe <jdoe@machine(comment).  example>\nDate: Fri, 21 Nov 1997 09(comment):   55  :  06 -0600\n\
            Subject: Forma\xe7\xe3o\nBcc: nobody, <>, @x\n\nhi",
        );
        let addresses = |list: &[crate::Mailbox]| list.iter().map(|m| m.address.clone()).collect::<Vec<_>>();
        assert_eq!(addresses(&mail.from), ["mary@example.net", "jdoe@test.example"]);
        assert_eq!(addresses(&mail.to), ["a@x.example", "b@x.example"]);
        assert_eq!(addresses(&mail.cc), ["\"odd local\"@x.example", "w@y.example"]);
        assert_eq!(addresses(&mail.reply_to), ["a@x.example", "b@x.example"]);
        assert_eq!(addresses(&mail.bcc), Vec::<String>::new());
        let sender = mail.sender.map(|sender| (sender.name.unwrap_or_default(), sender.address));
        assert_eq!(sender, Some(("John Doe".into(), "jdoe@machine.example".into())));
        assert_eq!(mail.date.map(|date| date.to_string()).as_deref(), Some("1997-11-21T15:55:06Z"));
        assert_eq!(mail.subject.as_deref(), Some("Formação"));
    }

    #[test]
    fn what_stands_before_a_mail_is_skipped() {
        let before = [
            "",
            "\n\r\n",
            "From a@x Mon Jan  1 00:00:00 2026\n",
            "\u{FEFF}",
            "X-Original-To: b@x.example\nFrom a@x Mon Jan  1 00:00:00 2026\n",
            "\nX-Original-To: b@x.example\n",
        ];
        for before in before {
            let mail = parse(format!("{before}Subject: Hi\nFrom: a@x.example\n\nBody\n").as_bytes());
            assert_eq!(
                (mail.subject.as_deref(), mail.text.trim(), mail.from.len()),
                (Some("Hi"), "Body", 1),
                "{before:?}"
            );
            assert_eq!(mail.recipients.len(), usize::from(before.contains("X-O")), "{before:?}");
        }
        assert_eq!(parse(b"\n\nno header, only words\n").text.trim(), "no header, only words");
    }

    #[test]
    fn words_outside_any_part_are_not_lost() {
        let mail = parse(b"Content-Type: multipart/alternative; boundary=nowhere\n\nJust words, no parts.\n");
        assert_eq!((mail.text.trim(), mail.attachments.len()), ("Just words, no parts.", 0));
    }

    #[test]
    fn html_only_mail_has_text() {
        let mail =
            parse(b"From: a@x.example\nContent-Type: text/html; charset=utf-8\n\n<p>Hello <b>you</b></p><p>Bye</p>");
        assert!(mail.text_from_html);
        assert_eq!(mail.text.trim(), "Hello you\n\nBye");
    }
}
