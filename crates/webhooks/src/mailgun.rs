//! Mailgun routes that forward to a URL ending in `/mime`: a form with the raw mail and a signature over timestamp and
//! token, not over the mail (Mailgun's "Securing webhooks" and "Receiving messages").

use crate::{
    Delivery, LARGEST_BODY, Provider, Reading, Refusal, Request, Said, Secrets,
    fields::Fields,
    header::first_of_mail,
    proof::{fingerprint, hmac_sha256, same_tag},
    provider::with_recipients,
};

/// Mailgun.
pub const PROVIDER: Provider = Provider {
    name: "mailgun",
    path: "/rails/action_mailbox/mailgun/inbound_emails/mime",
    summary: "Take a mail from Mailgun",
    about: "A route's `forward(…)` to this URL. `signature` is HMAC-SHA256 of timestamp and token with \
            `MAILGUN_INGRESS_SIGNING_KEY`; the mail stands in `body-mime`.",
    media: &["application/x-www-form-urlencoded", "multipart/form-data"],
    success: 204,
    looks_first: false,
    largest_body: LARGEST_BODY,
    missing: |secrets| secrets.mailgun_key.is_none().then_some("MAILGUN_INGRESS_SIGNING_KEY"),
    admit: |_, _| Ok(()),
    read,
};

/// How far ahead of us Mailgun's clock may be, seconds.
const AHEAD: i64 = 15 * 60;

/// A mail whose signature covers its token alone: that token may bring these bytes, and no others.
#[derive(Debug)]
pub struct Once {
    /// The token that was signed.
    pub token: String,
    /// What it brings: a hash of the mail and its recipient, hexadecimal.
    pub brings: String,
    /// Until when the signature is good, seconds since 1970; the token need not be known any longer.
    pub until: i64,
    /// The mail.
    pub delivery: Delivery,
}

fn read(request: &Request<'_>, secrets: &Secrets) -> Result<Reading, Refusal> {
    let names = ["timestamp", "token", "signature", "body-mime", "recipient", "sender"];
    let fields = Fields::of(request, &names)?;
    let (token, until) = prove(&fields, request.now, secrets)?;
    let raw = fields.required("body-mime")?.clone();
    let recipient = fields.optional("recipient")?.map(|recipient| std::str::from_utf8(recipient));
    let recipient = recipient.transpose().map_err(|_| Refusal::Invalid("recipient is not UTF-8".into()))?;
    let to: Vec<String> = recipient.map(|recipient| recipient.trim().to_owned()).into_iter().collect();
    let from = fields.hint("sender").map(str::to_owned);
    let said = said(&raw);
    let raw = with_recipients(raw, &to)?;
    let brings = fingerprint(&[&raw]);
    let delivery = Delivery { raw, from, to, client: None, said };
    Ok(Reading::Once(Box::new(Once { token, brings, until, delivery })))
}

/// The signed token, and until when the signature is good.
fn prove(fields: &Fields, now: i64, secrets: &Secrets) -> Result<(String, i64), Refusal> {
    let timestamp = fields.required("timestamp")?;
    let token = fields.required("token")?;
    let signature = fields.required("signature")?;
    let seconds = std::str::from_utf8(timestamp).ok().and_then(|text| text.trim().parse::<i64>().ok());
    let seconds = seconds.ok_or(Refusal::Proof("the timestamp is not a number of seconds"))?;
    let until = seconds.saturating_add(secrets.mailgun_max_age);
    if until < now {
        return Err(Refusal::Proof("the signature is too old (SEGUE_MAILGUN_MAX_AGE)"));
    }
    if seconds > now.saturating_add(AHEAD) {
        return Err(Refusal::Proof("the signature is of a time that has not come; are the clocks right?"));
    }
    let key = secrets.mailgun_key.as_deref().unwrap_or_default();
    if key.is_empty() || !same_tag(&hex::encode(hmac_sha256(key, &[timestamp, token])), signature) {
        return Err(Refusal::Proof("the signature is not of MAILGUN_INGRESS_SIGNING_KEY"));
    }
    Ok((fingerprint(&[token]), until))
}

/// Mailgun writes its verdicts into the mail, but only where its spam filter is on; else such a field is the sender's own.
/// So they are shown and prove nothing: they name no domain.
fn said(raw: &[u8]) -> Option<Said> {
    let word = |name| first_of_mail(raw, name).map(str::to_ascii_lowercase).filter(|word| !word.is_empty());
    let dkim = word("X-Mailgun-Dkim-Check-Result").map(|word| (None, word));
    let said = Said { by: "mailgun", spf: word("X-Mailgun-Spf"), dkim: dkim.into_iter().collect(), ..Said::default() };
    said.if_any()
}
