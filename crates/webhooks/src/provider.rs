//! What a provider is: a path, a credential, and the functions that turn its requests into mails.

use crate::{Refusal, Said, mailgun, sendgrid, ses};
use bytes::Bytes;
use std::{fmt, net::IpAddr};

/// The largest mail, bytes.
pub const LARGEST_MAIL: usize = 50 * 1024 * 1024;
/// The largest body of a form or a JSON text: a mail in base64, twice, and what else stands there.
pub const LARGEST_BODY: usize = 150 * 1024 * 1024;

/// One service that posts mail to us.
pub struct Provider {
    /// Its name in `RAILS_INBOUND_EMAIL_SERVICE`.
    pub name: &'static str,
    /// Where it posts to, below the base URL; also with a slash or `.json` at its end.
    pub path: &'static str,
    /// What its mails are, in a line.
    pub summary: &'static str,
    /// How it proves itself and what it posts.
    pub about: &'static str,
    /// The media types it posts.
    pub media: &'static [&'static str],
    /// The status that tells it that its mail is stored.
    pub success: u16,
    /// GET and HEAD are answered 200: it looks whether we are there.
    pub looks_first: bool,
    /// The most bytes its body may have.
    pub largest_body: usize,
    /// The variable that must be set and is not.
    pub missing: fn(&Secrets) -> Option<&'static str>,
    /// What can be refused before the body is read.
    pub admit: fn(&Request<'_>, &Secrets) -> Result<(), Refusal>,
    /// The mails in the request.
    pub read: fn(&Request<'_>, &Secrets) -> Result<Reading, Refusal>,
}

/// What providers prove themselves with. `Debug` tells only what is set.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Password of the HTTP Basic user `actionmailbox`.
    pub password: Option<String>,
    /// Mailgun's HTTP webhook signing key.
    pub mailgun_key: Option<String>,
    /// How old a Mailgun timestamp may be, seconds.
    pub mailgun_max_age: i64,
    /// Mandrill's webhook authentication key.
    pub mandrill_key: Option<String>,
    /// The SNS topic that is ours.
    pub ses_topic: Option<ses::Topic>,
    /// The public key of SendGrid's signature policy.
    pub sendgrid_key: Option<sendgrid::PublicKey>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("password", &self.password.is_some())
            .field("mailgun_key", &self.mailgun_key.is_some())
            .field("mailgun_max_age", &self.mailgun_max_age)
            .field("mandrill_key", &self.mandrill_key.is_some())
            .field("ses_topic", &self.ses_topic)
            .field("sendgrid_key", &self.sendgrid_key)
            .finish()
    }
}

/// A request as it came.
pub struct Request<'r> {
    /// The URL that the sender was given: base URL, path and query.
    pub url: &'r str,
    /// The first field of that name (lower case), where it is ASCII.
    pub header: &'r dyn Fn(&'static str) -> Option<&'r str>,
    /// Seconds since 1970.
    pub now: i64,
    /// The body, whole; empty for [`Provider::admit`].
    pub body: Bytes,
}

/// A mail and what its provider said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Its bytes.
    pub raw: Bytes,
    /// Envelope sender.
    pub from: Option<String>,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The SMTP client that brought it to the provider.
    pub client: Option<IpAddr>,
    /// What the provider found of SPF, DKIM and DMARC.
    pub said: Option<Said>,
}

/// What a request was found to be.
#[derive(Debug)]
pub enum Reading {
    /// These mails, all of them or none.
    Mails(Vec<Delivery>),
    /// A mail whose proof may be used for these bytes alone.
    Once(Box<mailgun::Once>),
    /// A message whose proof needs a certificate first.
    Unproven(Box<ses::Unproven>),
}

/// A mail with a field `X-Original-To` for each recipient on top, the last recipient first, each line ended by LF: so the
/// envelope is part of the bytes that are hashed and kept.
///
/// # Errors
/// 422: a recipient would inject a header. 413: the mail is too large.
pub(crate) fn with_recipients(raw: Bytes, to: &[String]) -> Result<Bytes, Refusal> {
    if to.iter().any(|recipient| recipient.contains(['\r', '\n', '\0'])) {
        return Err(Refusal::Invalid("a recipient contains a line end or a NUL".into()));
    }
    let lines: usize = to.iter().map(|recipient| "X-Original-To: \n".len() + recipient.len()).sum();
    if raw.len() + lines > LARGEST_MAIL {
        return Err(Refusal::TooLarge);
    }
    if to.is_empty() {
        return Ok(raw);
    }
    let mut whole = Vec::with_capacity(raw.len() + lines);
    for recipient in to.iter().rev() {
        whole.extend_from_slice(b"X-Original-To: ");
        whole.extend_from_slice(recipient.as_bytes());
        whole.push(b'\n');
    }
    whole.extend_from_slice(&raw);
    Ok(whole.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_stand_on_top_the_last_one_first() {
        let raw = Bytes::from_static(b"From: a@x.example\n\nHi\xff\n");
        let two = ["a@in.example.org".to_owned(), "b@in.example.org".to_owned()];
        let expected: &[u8] =
            b"X-Original-To: b@in.example.org\nX-Original-To: a@in.example.org\nFrom: a@x.example\n\nHi\xff\n";
        assert_eq!(with_recipients(raw.clone(), &two).unwrap(), expected);
        assert_eq!(with_recipients(raw.clone(), &[]).unwrap(), raw);
        for evil in ["a@x\r\nBcc: b@x", "a@x\nBcc: b@x", "a@x\0"] {
            assert_eq!(with_recipients(raw.clone(), &[evil.to_owned()]).unwrap_err().status(), 422, "{evil:?}");
        }
        let full = Bytes::from(vec![b'x'; LARGEST_MAIL]);
        assert!(with_recipients(full.clone(), &[]).is_ok());
        assert_eq!(with_recipients(full, &two).unwrap_err(), Refusal::TooLarge);
    }
}
