//! SendGrid Inbound Parse with "POST the raw, full MIME message": a form with the mail and its envelope. It proves itself
//! by HTTP Basic, and where the webhook has a signature policy by ECDSA over timestamp and body.

use crate::{
    Delivery, LARGEST_BODY, Provider, Reading, Refusal, Request, Said, Secrets, basic, fields::Fields,
    provider::with_recipients, verdicts::domain_of,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde_json::Value;

/// SendGrid.
pub const PROVIDER: Provider = Provider {
    name: "sendgrid",
    path: "/rails/action_mailbox/sendgrid/inbound_emails",
    summary: "Take a mail from SendGrid",
    about: "HTTP Basic, user `actionmailbox`, password `RAILS_INBOUND_EMAIL_PASSWORD`; with `SEGUE_SENDGRID_PUBLIC_KEY` \
            the signature of the webhook's security policy, too. Tick \"POST the raw, full MIME message\": the mail stands \
            in `email`.",
    media: &["multipart/form-data"],
    success: 204,
    looks_first: false,
    largest_body: LARGEST_BODY,
    missing,
    admit,
    read,
};

/// The public key of a signature policy (ECDSA on P-256).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

/// DER of a SubjectPublicKeyInfo (RFC 5480) before the point of a key on P-256.
const P256: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

impl PublicKey {
    /// Reads the key as SendGrid shows it: base64 of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// It is not such a key, and why.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let der = BASE64_STANDARD.decode(text.trim()).map_err(|_| "is not base64")?;
        let point = der.strip_prefix(P256).filter(|point| point.len() == 65 && point.first() == Some(&4));
        point.map(|point| Self(point.to_vec())).ok_or("is not a public key on the curve P-256")
    }
}

fn missing(secrets: &Secrets) -> Option<&'static str> {
    (secrets.password.is_none() && secrets.sendgrid_key.is_none()).then_some("RAILS_INBOUND_EMAIL_PASSWORD")
}

/// The password where there is one; with a key alone the signature is the proof.
fn admit(request: &Request<'_>, secrets: &Secrets) -> Result<(), Refusal> {
    if secrets.password.is_some() || secrets.sendgrid_key.is_none() {
        basic::admit(request, secrets.password.as_deref())?;
    }
    match &secrets.sendgrid_key {
        Some(_) => signature(request).map(|_| ()),
        None => Ok(()),
    }
}

fn read(request: &Request<'_>, secrets: &Secrets) -> Result<Reading, Refusal> {
    if let Some(key) = &secrets.sendgrid_key {
        prove(request, key)?;
    }
    let fields = Fields::of(request, &["email", "envelope", "SPF", "dkim", "sender_ip"])?;
    let raw = fields.required("email")?.clone();
    let (from, to) = match fields.optional("envelope")? {
        Some(envelope) => read_envelope(envelope)?,
        None => (None, Vec::new()),
    };
    let said = Said {
        by: "sendgrid",
        spf: fields.hint("SPF").map(str::to_ascii_lowercase),
        spf_domain: from.as_deref().and_then(domain_of),
        dkim: fields.hint("dkim").map(dkim).unwrap_or_default(),
        ..Said::default()
    };
    let client = fields.hint("sender_ip").and_then(|address| address.parse().ok());
    let raw = with_recipients(raw, &to)?;
    Ok(Reading::Mails(vec![Delivery { raw, from, to, client, said: said.if_any() }]))
}

/// `X-Twilio-Email-Event-Webhook-Signature` and `-Timestamp`.
fn signature<'r>(request: &Request<'r>) -> Result<(&'r str, &'r str), Refusal> {
    let signature = (request.header)("x-twilio-email-event-webhook-signature");
    let timestamp = (request.header)("x-twilio-email-event-webhook-timestamp");
    signature
        .zip(timestamp)
        .ok_or(Refusal::Proof("there is no X-Twilio-Email-Event-Webhook-Signature with its -Timestamp"))
}

fn prove(request: &Request<'_>, key: &PublicKey) -> Result<(), Refusal> {
    let (signature, timestamp) = signature(request)?;
    let signature =
        BASE64_STANDARD.decode(signature.trim()).map_err(|_| Refusal::Proof("the signature is not base64"))?;
    let signed = [timestamp.as_bytes(), &request.body].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.0)
        .verify(&signed, &signature)
        .map_err(|_| Refusal::Proof("the signature is not of SEGUE_SENDGRID_PUBLIC_KEY"))
}

/// Sender and recipients of `{"to": ["…"], "from": "…"}`.
fn read_envelope(text: &[u8]) -> Result<(Option<String>, Vec<String>), Refusal> {
    let wrong = |words: &'static str| Refusal::Invalid(words.into());
    let envelope: Value = serde_json::from_slice(text).map_err(|_| wrong("envelope is not JSON"))?;
    let to = envelope.get("to").and_then(Value::as_array).ok_or(wrong("envelope has no list `to`"))?;
    let to = to.iter().map(|address| address.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    let to = to.ok_or(wrong("envelope.to is not a list of addresses"))?;
    let from = envelope.get("from").and_then(Value::as_str);
    let from = from.filter(|from| !from.is_empty() && !from.contains(char::is_control));
    Ok((from.map(str::to_owned), to))
}

/// `{@example.org : pass}`, once for each signature; `none` where there is none.
fn dkim(text: &str) -> Vec<(Option<String>, String)> {
    let each = text.split('{').skip(1).filter_map(|part| part.split('}').next());
    let each = each.filter_map(|pair| pair.rsplit_once(':'));
    each.map(|(domain, word)| {
        let domain = domain.trim().trim_start_matches('@').to_ascii_lowercase();
        (Some(domain).filter(|domain| !domain.is_empty()), word.trim().to_ascii_lowercase())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dkim_verdicts_name_their_domains() {
        let pass = |domain: &str, word: &str| (Some(domain.to_owned()), word.to_owned());
        assert_eq!(dkim("{@Example.org : pass}"), [pass("example.org", "pass")]);
        assert_eq!(
            dkim("{@a.example : pass}{@b.example : fail}"),
            [pass("a.example", "pass"), pass("b.example", "fail")]
        );
        for text in ["none", "", "{", "{}", "}{"] {
            assert_eq!(dkim(text), [], "{text}");
        }
    }

    #[test]
    fn only_keys_on_that_curve_are_keys() {
        let point = [&[4][..], &[7; 64]].concat();
        let text = |der: &[u8]| BASE64_STANDARD.encode(der);
        assert_eq!(
            PublicKey::parse(&format!(" {}\n", text(&[P256, &point].concat()))).unwrap(),
            PublicKey(point.clone())
        );
        for wrong in ["???".to_owned(), text(&point), text(&[P256, &point[..64]].concat()), String::new()] {
            assert!(PublicKey::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
