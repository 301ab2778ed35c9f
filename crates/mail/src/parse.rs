//! Raw bytes to [`Mail`]. Everything that can be wrong with a mail is: whatever cannot be read is left empty, nothing fails.
//!
//! MIME structure, transfer encodings and charsets are read by `mail-parser`, after [`caps`] has taken away what only an attack
//! contains. Ids and loosely written recipient headers are read from the raw values by our own small grammars.

mod body;
mod caps;
mod flowed;
mod header;

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{HeaderName, Message, MessageParser};
use sha1::{Digest, Sha1};

use crate::message::{Header, Mail};
use crate::threading::ids_in;

/// Parses a mail. A first mbox line (`From …`, as some MTAs pipe) is skipped; bare LF line ends are fine. Linear time; never panics.
pub fn parse(raw: &[u8]) -> Mail {
    let capped = caps::cap(without_mbox_line(raw));
    // mail-parser promises not to panic; a mail that proves it wrong must not take the server down
    let read = catch_unwind(AssertUnwindSafe(|| read(&capped.bytes))).ok().flatten();
    let mut mail = read.unwrap_or_default();
    if mail.headers.iter().all(|header| header.value.is_empty()) && mail.text.is_empty() && mail.attachments.is_empty()
    {
        mail.text = header::decode(&capped.bytes);
    }
    mail.truncated |= capped.truncated;
    if mail.content_type.is_empty() {
        mail.content_type = "text/plain".to_owned();
    }
    if mail.message_id.is_empty() {
        mail.message_id = format!("{}@segue.invalid", hex::encode(Sha1::digest(raw)));
        mail.message_id_synthetic = true;
    }
    mail
}

fn without_mbox_line(raw: &[u8]) -> &[u8] {
    if !raw.starts_with(b"From ") {
        return raw;
    }
    raw.iter().position(|b| *b == b'\n').and_then(|end| raw.get(end + 1..)).unwrap_or_default()
}

fn read(raw: &[u8]) -> Option<Mail> {
    let message = MessageParser::default().parse(raw)?;
    let headers: Vec<Header> = header::fields(&message, raw);
    let ids = |name: &str| -> Vec<String> {
        headers.iter().filter(|h| h.name.eq_ignore_ascii_case(name)).flat_map(|h| ids_in(&h.value)).collect()
    };
    let bodies = body::read(&message, raw);
    Some(Mail {
        message_id: ids("Message-ID").into_iter().next().unwrap_or_default(),
        message_id_synthetic: false,
        subject: message.subject().map(header::one_line).filter(|subject| !subject.is_empty()),
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
        recipients: header::recipients(&message, &headers),
        content_type: body::media_type(message.parts.first(), "text/plain"),
        truncated: bodies.truncated,
        headers,
    })
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
    fn html_only_mail_has_text() {
        let mail =
            parse(b"From: a@x.example\nContent-Type: text/html; charset=utf-8\n\n<p>Hello <b>you</b></p><p>Bye</p>");
        assert!(mail.text_from_html);
        assert_eq!(mail.text.trim(), "Hello you\n\nBye");
    }
}
