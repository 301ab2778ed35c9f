//! What a mail is to the rest of Segue: plain owned values, already decoded, in the order in which they stood.

use crate::address::{self, Token};

/// A display name and an address (RFC 5322 §3.4). The name is decoded; it is `None` when the mail gives none.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Mailbox {
    /// Display name, decoded from RFC 2047 words.
    pub name: Option<String>,
    /// `local@domain` as written (case kept).
    pub address: String,
}

impl Mailbox {
    /// A mailbox; a name of blanks counts as none.
    pub fn new(name: Option<&str>, address: &str) -> Self {
        let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        Self { name, address: address.trim().to_owned() }
    }
}

/// One header field as it stood, unfolded but not decoded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// Field name, case kept.
    pub name: String,
    /// Field value on one line.
    pub value: String,
}

/// Where a recipient address was read. The order is that of trust in routing: what the transport said before what the author wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientSource {
    /// The SMTP envelope itself, added by [`Mail::with_envelope`].
    Envelope,
    /// `X-Original-To` (every one: ingresses prepend one for each envelope recipient).
    XOriginalTo,
    /// `Delivered-To`.
    DeliveredTo,
    /// `Envelope-To` and `X-Envelope-To`.
    EnvelopeTo,
    /// `X-Forwarded-To`.
    XForwardedTo,
    /// `To`.
    To,
    /// `Cc`.
    Cc,
    /// `Bcc`.
    Bcc,
    /// `Resent-To`.
    ResentTo,
    /// `Resent-Cc`.
    ResentCc,
    /// `Resent-Bcc`.
    ResentBcc,
}

impl RecipientSource {
    /// Every header that can name a recipient, with its source.
    pub const HEADERS: [(&'static str, Self); 11] = [
        ("X-Original-To", Self::XOriginalTo),
        ("Delivered-To", Self::DeliveredTo),
        ("Envelope-To", Self::EnvelopeTo),
        ("X-Envelope-To", Self::EnvelopeTo),
        ("X-Forwarded-To", Self::XForwardedTo),
        ("To", Self::To),
        ("Cc", Self::Cc),
        ("Bcc", Self::Bcc),
        ("Resent-To", Self::ResentTo),
        ("Resent-Cc", Self::ResentCc),
        ("Resent-Bcc", Self::ResentBcc),
    ];

    /// The header's usual spelling, `envelope` for the envelope; for traces and logs.
    pub fn as_str(self) -> &'static str {
        Self::HEADERS.iter().find(|(_, source)| *source == self).map_or("envelope", |(name, _)| name)
    }
}

/// An address that the mail was sent to, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recipient {
    /// Where the address was read.
    pub source: RecipientSource,
    /// The bare address.
    pub address: String,
}

/// A part of the mail that is not its running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name, decoded, without folders and what misleads; one made from the type when the mail gives none.
    pub name: Option<String>,
    /// Media type in lower case without parameters, `application/octet-stream` when unknown.
    pub content_type: String,
    /// Decoded content.
    pub bytes: Vec<u8>,
    /// An image that belongs into the text: disposition `inline`, or its `cid:` is used by the HTML.
    pub inline: bool,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
}

/// Something to know about a mail that its words do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Encrypted with S/MIME: the words are in an attachment that only the receiver's key opens.
    EncryptedSmime,
    /// Encrypted with PGP, likewise.
    EncryptedPgp,
    /// Wrapped in an S/MIME signature, which was taken off and not checked.
    SignedSmime,
    /// Files or words came out of a `winmail.dat`.
    Winmail,
}

impl Note {
    /// The note in words, for people; one line.
    pub fn words(self) -> &'static str {
        match self {
            Self::EncryptedSmime => "Encrypted with S/MIME: the words are in the attachment",
            Self::EncryptedPgp => "Encrypted with PGP: the words are in the attachment",
            Self::SignedSmime => "Signed with S/MIME; the signature was not checked",
            Self::Winmail => "Unpacked from winmail.dat",
        }
    }

    /// Whether the words cannot be read here.
    pub fn hides_words(self) -> bool {
        matches!(self, Self::EncryptedSmime | Self::EncryptedPgp)
    }
}

/// A parsed mail. Fields that the mail lacks are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mail {
    /// Message-ID without brackets, case kept; made from the SHA-1 of the bytes when the mail has none.
    pub message_id: String,
    /// Whether `message_id` was made up here.
    pub message_id_synthetic: bool,
    /// Subject, decoded, on one line.
    pub subject: Option<String>,
    /// The mail's own date.
    pub date: Option<jiff::Timestamp>,
    /// `From`: usually one.
    pub from: Vec<Mailbox>,
    /// `Reply-To`.
    pub reply_to: Vec<Mailbox>,
    /// `Sender`.
    pub sender: Option<Mailbox>,
    /// `To`.
    pub to: Vec<Mailbox>,
    /// `Cc`.
    pub cc: Vec<Mailbox>,
    /// `Bcc`.
    pub bcc: Vec<Mailbox>,
    /// Ids without brackets.
    pub in_reply_to: Vec<String>,
    /// Ids without brackets, oldest first as written.
    pub references: Vec<String>,
    /// All running text; of an HTML-only mail its text rendering. `\n` line ends, no NUL.
    pub text: String,
    /// Whether `text` was made from the HTML because the mail has no plain part.
    pub text_from_html: bool,
    /// All running HTML as written (not sanitised); `None` for plain mail.
    pub html: Option<String>,
    /// Everything else, in order.
    pub attachments: Vec<Attachment>,
    /// What else there is to know, each note once.
    pub notes: Vec<Note>,
    /// Top-level header fields in order.
    pub headers: Vec<Header>,
    /// Everyone it was sent to, most trusted source first.
    pub recipients: Vec<Recipient>,
    /// Media type of the whole, lower case without parameters (`text/plain` when absent).
    pub content_type: String,
    /// Whether parts or header fields were left out because the mail has more of them than any honest one.
    pub truncated: bool,
}

impl Mail {
    /// The author: the first `From`, else `Sender`.
    pub fn author(&self) -> Option<&Mailbox> {
        self.from.first().or(self.sender.as_ref())
    }

    /// First value of a header field, name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.as_str())
    }

    /// Every value of a header field, name in any case.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|h| h.value.as_str())
    }

    /// Adds the recipients of the SMTP envelope before those that the headers name.
    #[must_use]
    pub fn with_envelope<'a>(mut self, recipients: impl IntoIterator<Item = &'a str>) -> Self {
        let envelope = recipients.into_iter().flat_map(address::addresses_in);
        let envelope = envelope.map(|address| Recipient { source: RecipientSource::Envelope, address });
        self.recipients.splice(0..0, envelope);
        self
    }

    /// Distinct reply tokens (`reply+TOKEN@…`) in the recipients, most trusted source first, each with where it stood.
    pub fn reply_tokens(&self) -> Vec<(Token, RecipientSource)> {
        self.tokens(address::reply_token)
    }

    /// Distinct bounce tokens (`bounce+TOKEN@…`) in the recipients.
    pub fn bounce_tokens(&self) -> Vec<(Token, RecipientSource)> {
        self.tokens(address::bounce_token)
    }

    fn tokens(&self, read: fn(&str) -> Option<Token>) -> Vec<(Token, RecipientSource)> {
        let mut found: Vec<(Token, RecipientSource)> = Vec::new();
        for recipient in &self.recipients {
            if let Some(token) = read(&recipient.address)
                && found.iter().all(|(known, _)| *known != token)
            {
                found.push((token, recipient.source));
            }
        }
        found
    }
}
