//! One mail as one JSON object: what `segue mail inspect` prints.

use serde::Serialize;

use crate::classify::{Bounce, Kind, classify};
use crate::message::{Attachment, Mailbox, Note};
use crate::parse;
use crate::reply::{Hints, Reply, extract, extract_html, extract_plain};

/// Everything that can be read from a mail. Ids stand without angle brackets, `date` is RFC 3339, absent things are null.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Inspection {
    /// Message-ID.
    pub message_id: Option<String>,
    /// Decoded subject.
    pub subject: Option<String>,
    /// The mail's own date.
    pub date: Option<jiff::Timestamp>,
    /// The author.
    pub from: Option<Mailbox>,
    /// `To`.
    pub to: Vec<Mailbox>,
    /// `Cc`.
    pub cc: Vec<Mailbox>,
    /// Ids of the mails this answers.
    pub in_reply_to: Vec<String>,
    /// Ids of the thread.
    pub references: Vec<String>,
    /// What kind of mail it is; null where only a body was given.
    pub kind: Option<Kind>,
    /// The delivery report that it is.
    pub bounce: Option<Bounce>,
    /// The words, taken apart.
    pub reply: Reply,
    /// Attached files.
    pub attachments: Vec<AttachmentInfo>,
    /// What else there is to know, such as that the words are encrypted; left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// An attachment without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentInfo {
    /// File name.
    pub name: Option<String>,
    /// Media type.
    pub content_type: String,
    /// Size in bytes.
    pub size: usize,
    /// Whether it is an image of the text.
    pub inline: bool,
    /// Content-ID.
    pub content_id: Option<String>,
}

impl From<Attachment> for AttachmentInfo {
    fn from(attachment: Attachment) -> Self {
        let Attachment { name, content_type, bytes, inline, content_id } = attachment;
        Self { name, content_type, size: bytes.len(), inline, content_id }
    }
}

/// Inspects a whole mail.
pub fn inspect_eml(raw: &[u8]) -> Inspection {
    let mail = parse(raw);
    let classified = classify(&mail);
    let reply = extract(&mail, &Hints::default());
    Inspection {
        from: mail.author().cloned(),
        message_id: Some(mail.message_id),
        subject: mail.subject,
        date: mail.date,
        to: mail.to,
        cc: mail.cc,
        in_reply_to: mail.in_reply_to,
        references: mail.references,
        kind: Some(classified.kind),
        bounce: classified.bounce,
        reply,
        attachments: mail.attachments.into_iter().map(Into::into).collect(),
        notes: mail.notes,
    }
}

/// Inspects a plain text body: only `reply` is filled.
pub fn inspect_plain(text: &str) -> Inspection {
    Inspection { reply: extract_plain(text, &Hints::default()), ..Inspection::default() }
}

/// Inspects an HTML body: only `reply` is filled.
pub fn inspect_html(html: &str) -> Inspection {
    Inspection { reply: extract_html(html, &Hints::default()), ..Inspection::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_documented_shape() {
        let raw = b"Message-ID: <a@x.example>\nSubject: Hi\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nFrom: Ann <ann@x.example>\nTo: b@x.example\n\nHello\n\n-- \nAnn\n";
        let json = serde_json::to_value(inspect_eml(raw)).expect("json");
        let expected = serde_json::json!({
            "message_id": "a@x.example", "subject": "Hi", "date": "2026-11-22T10:00:00Z",
            "from": {"name": "Ann", "address": "ann@x.example"}, "to": [{"name": null, "address": "b@x.example"}], "cc": [],
            "in_reply_to": [], "references": [], "kind": "human", "bounce": null,
            "reply": {"text": "Hello", "signature": "--\nAnn", "quoted": null, "html": null, "rule": "signature", "parts": [
                {"kind": "written", "rule": "written", "confidence": "certain", "shown": true, "text": "Hello\n\n"},
                {"kind": "signature", "rule": "delimiter", "confidence": "certain", "shown": false, "text": "-- \nAnn\n"},
            ]},
            "attachments": []
        });
        assert_eq!(json, expected);
        assert_eq!(serde_json::to_value(inspect_plain("x")).expect("json")["kind"], serde_json::Value::Null);
    }
}
