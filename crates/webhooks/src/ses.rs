//! Amazon SES over SNS: a signed message that carries a notification that carries the mail (SNS's "Verifying the signatures
//! of Amazon SNS messages", SES's "Contents of notifications for receiving email").
//!
//! The certificate that proves a message is fetched by the caller; which address it may come from is decided here.

mod certificate;
mod notification;
mod topic;

pub use topic::Topic;

use crate::{Delivery, LARGEST_BODY, Provider, Reading, Refusal, Request, Secrets, json};
use base64::{Engine, prelude::BASE64_STANDARD};
use certificate::Digest;
use serde_json::Value;

/// Amazon SES.
pub const PROVIDER: Provider = Provider {
    name: "ses",
    path: "/rails/action_mailbox/ses/inbound_emails",
    summary: "Take a mail from Amazon SES",
    about: "A subscription of the SNS topic `ACTION_MAILBOX_SES_SNS_TOPIC`, confirmed by itself; its receipt rule has an SNS \
            action. Larger mails than SNS carries (150 KB) bounce at Amazon.",
    media: &["text/plain", "application/json"],
    success: 204,
    looks_first: false,
    largest_body: LARGEST_BODY,
    missing: |secrets| secrets.ses_topic.is_none().then_some("ACTION_MAILBOX_SES_SNS_TOPIC"),
    admit: |_, _| Ok(()),
    read,
};

/// A message that says it is of our topic; nothing of it is believed yet.
#[derive(Debug)]
pub struct Unproven {
    /// Where its certificate is: at Amazon SNS, in the topic's region.
    pub certificate: String,
    signed: String,
    signature: Vec<u8>,
    digest: Digest,
    message: Value,
    topic: Topic,
}

/// What a proven message asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Proven {
    /// To take that mail.
    Mail(Box<Delivery>),
    /// To confirm the subscription by a GET of that address, which is at Amazon SNS in the topic's region.
    Confirm(String),
    /// Nothing: the subscription has ended.
    Ended,
}

/// The members that are signed, in their order.
const NOTIFICATION: &[&str] = &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION: &[&str] = &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

fn read(request: &Request<'_>, secrets: &Secrets) -> Result<Reading, Refusal> {
    let names = [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "SubscribeURL",
        "Token",
    ];
    let message = json::pick(&request.body, &names);
    let message = message.map_err(|error| Refusal::Broken(format!("the body is not JSON: {error}").into()))?;
    let topic = secrets.ses_topic.clone().ok_or(Refusal::Proof("there is no topic"))?;
    if text(&message, "TopicArn") != Some(topic.arn()) {
        return Err(Refusal::Proof("the topic is not ACTION_MAILBOX_SES_SNS_TOPIC"));
    }
    let members = match text(&message, "Type") {
        Some("Notification") => NOTIFICATION,
        Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") => CONFIRMATION,
        _ => return Err(Refusal::Proof("the message has no known Type")),
    };
    let digest = match text(&message, "SignatureVersion") {
        Some("2") => Digest::Sha256,
        Some("1") | None => Digest::Sha1,
        Some(_) => return Err(Refusal::Proof("the SignatureVersion is neither 1 nor 2")),
    };
    let signature = text(&message, "Signature").and_then(|signature| BASE64_STANDARD.decode(signature).ok());
    let signature = signature.ok_or(Refusal::Proof("there is no Signature in base64"))?;
    let certificate = text(&message, "SigningCertURL").filter(|url| topic.certifies(url));
    let certificate =
        certificate.ok_or(Refusal::Proof("the SigningCertURL is not that of a certificate of Amazon SNS"))?.to_owned();
    let lines = members.iter().filter_map(|name| Some(format!("{name}\n{}\n", text(&message, name)?)));
    let signed = lines.collect();
    Ok(Reading::Unproven(Box::new(Unproven { certificate, signed, signature, digest, message, topic })))
}

impl Unproven {
    /// Checks the message against its certificate (PEM).
    ///
    /// # Errors
    /// 401: the certificate is none, or the signature not its. 422: it confirms at an address that is not Amazon's. 400: it
    /// carries no mail.
    pub fn prove(self, certificate: &[u8], now: i64) -> Result<Proven, Refusal> {
        certificate::verify(certificate, now, self.digest, self.signed.as_bytes(), &self.signature)?;
        match text(&self.message, "Type") {
            Some("Notification") => notification::mail(text(&self.message, "Message").unwrap_or_default())
                .map(|mail| Proven::Mail(Box::new(mail))),
            Some("SubscriptionConfirmation") => {
                let url = text(&self.message, "SubscribeURL").filter(|url| self.topic.owns(url));
                url.map(|url| Proven::Confirm(url.to_owned()))
                    .ok_or(Refusal::Invalid("the SubscribeURL is not at Amazon SNS".into()))
            }
            _ => Ok(Proven::Ended),
        }
    }
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}
