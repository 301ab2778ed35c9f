//! Meaning to bytes: a [`Letter`] becomes one MIME message, always the same bytes for the same letter.
//!
//! The writer is our own and small, because the stored bytes are the contract: boundaries come from the Message-ID and not from
//! chance, ids with a `/` stand verbatim, and a strange contact name can never break a header. Builders that validate or
//! randomise (lettre's, mail-builder) fit that less well than two hundred lines do.

mod body;
mod header;
mod reply;

pub use reply::reply_as_recipient;

use crate::address;
use crate::message::{Attachment, Mailbox};
use header::Head;

/// A mail to be sent, in plain strings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letter {
    /// The author.
    pub from: Mailbox,
    /// Recipients that everyone sees.
    pub to: Vec<Mailbox>,
    /// Copies that everyone sees.
    pub cc: Vec<Mailbox>,
    /// Recipients of the envelope only: no header shows them.
    pub bcc: Vec<Mailbox>,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// Subject, any Unicode.
    pub subject: String,
    /// Message-ID without brackets.
    pub message_id: String,
    /// Id of the mail this answers, without brackets.
    pub in_reply_to: Option<String>,
    /// Ids of the thread without brackets, oldest first.
    pub references: Vec<String>,
    /// The moment it was written; the header says it in UTC.
    pub date: jiff::Timestamp,
    /// The words as plain text.
    pub text: String,
    /// The same words as HTML.
    pub html: Option<String>,
    /// Attached files; those that are `inline` with a `content_id` stand beside the HTML.
    pub attachments: Vec<Attachment>,
    /// `Auto-Submitted` (RFC 3834), for mail that nobody wrote.
    pub auto_submitted: Option<String>,
    /// An `https` URL for one-click unsubscription (RFC 8058).
    pub list_unsubscribe: Option<String>,
    /// Further header fields: name, value.
    pub headers: Vec<(String, String)>,
}

/// Why a letter cannot become a mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Nobody to send it to.
    #[error("the mail has no recipient")]
    NoRecipient,
    /// An address that cannot stand in a header.
    #[error("{field}: `{address}` is not an address that mail can be sent to")]
    BadAddress {
        /// The header it was meant for.
        field: &'static str,
        /// The address.
        address: String,
    },
    /// An id with blanks, brackets or no `@`.
    #[error("`{0}` is not a Message-ID")]
    BadId(String),
    /// A further header whose name is not one.
    #[error("`{0}` is not a header name")]
    BadHeaderName(String),
}

impl Letter {
    /// The addresses of the envelope (To, Cc, Bcc), each once, with host names in ASCII.
    pub fn recipients(&self) -> Result<Vec<String>, ComposeError> {
        let mut all: Vec<String> = Vec::new();
        for (field, mailboxes) in [("To", &self.to), ("Cc", &self.cc), ("Bcc", &self.bcc)] {
            for mailbox in mailboxes {
                let address = header::ascii_address(field, &mailbox.address)?;
                if !all.iter().any(|known| address::same(known, &address)) {
                    all.push(address);
                }
            }
        }
        if all.is_empty() { Err(ComposeError::NoRecipient) } else { Ok(all) }
    }
}

/// Renders the mail: CRLF line ends, lines of at most 998 octets, 7-bit only, no `Bcc`.
pub fn render(letter: &Letter) -> Result<Vec<u8>, ComposeError> {
    letter.recipients()?;
    let mut head = Head::default();
    head.field("Date", &letter.date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
    head.mailboxes("From", std::slice::from_ref(&letter.from))?;
    head.mailboxes("To", &letter.to)?;
    head.mailboxes("Cc", &letter.cc)?;
    head.mailboxes("Reply-To", letter.reply_to.as_slice())?;
    head.unstructured("Subject", &letter.subject);
    head.ids("Message-ID", std::slice::from_ref(&letter.message_id))?;
    head.ids("In-Reply-To", letter.in_reply_to.as_slice())?;
    head.ids("References", &letter.references)?;
    if let Some(value) = &letter.auto_submitted {
        head.field("Auto-Submitted", value);
    }
    if let Some(url) = &letter.list_unsubscribe {
        head.field("List-Unsubscribe", &format!("<{url}>"));
        head.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    for (name, value) in &letter.headers {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(ComposeError::BadHeaderName(name.clone()));
        }
        head.unstructured(name, value);
    }
    head.field("MIME-Version", "1.0");
    let mut bytes = head.into_bytes();
    bytes.extend(body::of(letter));
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    pub(super) fn letter() -> Letter {
        Letter {
            from: Mailbox::new(Some("Zoë \"Z\" from Acme, Inc."), "help@acme.example"),
            to: vec![Mailbox::new(
                Some("Jörg Müller 日本語の長い名前をもつ人はここにいますかそうですか"),
                "jorg@x.example",
            )],
            bcc: vec![Mailbox::new(None, "secret@x.example")],
            reply_to: Some(Mailbox::new(Some("Zoë"), "reply+0123456789abcdef0123456789abcdef@in.example")),
            subject: "[#7] Neue Nachrichten über Ihr Gespräch 😀 und noch viel mehr Worte, damit es lang wird".into(),
            message_id: "conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/42@in.example".into(),
            in_reply_to: Some("account/1/conversation/5a1c2f34-0000-4000-8000-0123456789ab@in.example".into()),
            references: vec![
                "account/1/conversation/5a1c2f34-0000-4000-8000-0123456789ab@in.example".into(),
                "a@x".into(),
            ],
            date: "2026-11-22T10:00:00Z".parse().expect("a date"),
            text: "Grüße = gut \n\nFrom here\n.\nend".into(),
            html: Some("<p>Grüße</p><img src=\"cid:logo@x\">".into()),
            attachments: vec![
                Attachment {
                    name: Some("Übersicht \"1\".pdf".into()),
                    content_type: "application/pdf".into(),
                    bytes: vec![0, 255, 13, 10],
                    inline: false,
                    content_id: None,
                },
                Attachment {
                    name: Some("logo.png".into()),
                    content_type: "image/png".into(),
                    bytes: vec![1; 100],
                    inline: true,
                    content_id: Some("logo@x".into()),
                },
            ],
            list_unsubscribe: Some("https://s.example/u".into()),
            ..Letter::default()
        }
    }

    #[test]
    fn what_is_composed_is_read_back() {
        let letter = letter();
        let bytes = render(&letter).expect("a mail");
        let mail = parse(&bytes);
        assert_eq!(mail.message_id, letter.message_id);
        assert_eq!(mail.in_reply_to.first(), letter.in_reply_to.as_ref());
        assert_eq!(mail.references, letter.references);
        assert_eq!(mail.subject.as_deref(), Some(letter.subject.as_str()));
        assert_eq!(mail.from, std::slice::from_ref(&letter.from));
        assert_eq!(mail.to, letter.to);
        assert_eq!(mail.date, Some(letter.date));
        assert_eq!(mail.text, letter.text.clone() + "\n");
        assert_eq!(mail.html.as_deref().map(str::trim_end), letter.html.as_deref());
        assert_eq!(mail.reply_to[0].address, letter.reply_to.as_ref().expect("set").address);
        let mut attachments = mail.attachments;
        attachments.sort_by_key(|attachment| attachment.inline);
        assert_eq!(attachments, letter.attachments);
        assert_eq!(render(&letter), Ok(bytes), "the same letter gives the same bytes");
    }

    #[test]
    fn the_bytes_obey_the_transport() {
        let bytes = render(&letter()).expect("a mail");
        let text = String::from_utf8(bytes).expect("7 bit");
        assert!(
            text.is_ascii() && !text.contains("secret@x.example") && !text.replace("\r\n", "").contains(['\r', '\n'])
        );
        let holds_id = |line: &str| line.contains('<');
        for line in text.lines() {
            assert!(line.len() <= 78 || holds_id(line), "{line}");
        }
        assert!(
            text.contains("Message-ID: <conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/42@in.example>\r\n")
        );
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    }

    #[test]
    fn nothing_injects_a_header() {
        let evil = "x\r\nBcc: evil@x.example\r\n\r\nbody\0\u{85}\u{2028}";
        let mut letter = letter();
        letter.subject = evil.into();
        letter.from.name = Some(evil.into());
        letter.auto_submitted = Some(evil.into());
        letter.list_unsubscribe = Some(evil.into());
        letter.headers = vec![("X-Note".into(), evil.into())];
        letter.attachments[0].name = Some(evil.into());
        letter.attachments[0].content_type = evil.into();
        let mail = parse(&render(&letter).expect("a mail"));
        assert!(mail.bcc.is_empty() && mail.header("Bcc").is_none(), "{:?}", mail.headers);
        assert_eq!(mail.text, letter.text.clone() + "\n");
        letter.to = vec![Mailbox::new(None, "a@x.example\r\nBcc: evil@x.example")];
        assert!(matches!(render(&letter), Err(ComposeError::BadAddress { field: "To", .. })));
        letter.to = vec![];
        letter.bcc = vec![];
        assert_eq!(render(&letter), Err(ComposeError::NoRecipient));
        letter.to = vec![Mailbox::new(None, "ann@müller.example")];
        letter.message_id = "a b@x".into();
        assert_eq!(render(&letter), Err(ComposeError::BadId("a b@x".into())));
        assert_eq!(letter.recipients(), Ok(vec!["ann@xn--mller-kva.example".into()]));
    }
}
