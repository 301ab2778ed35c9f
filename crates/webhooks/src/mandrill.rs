//! Mandrill (Mailchimp Transactional) inbound: a form field with a JSON list of events, signed over URL and fields
//! (Mailchimp's "Authenticating webhook requests").

use crate::{
    Delivery, LARGEST_BODY, LARGEST_MAIL, Provider, Reading, Refusal, Request, Said, Secrets,
    fields::Fields,
    json,
    proof::{hmac_sha1, same_tag},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

/// Mandrill.
pub const PROVIDER: Provider = Provider {
    name: "mandrill",
    path: "/rails/action_mailbox/mandrill/inbound_emails",
    summary: "Take mails from Mandrill",
    about: "`X-Mandrill-Signature` is HMAC-SHA1 of URL and fields with `MANDRILL_INGRESS_API_KEY`, the webhook's key; the \
            URL is `FRONTEND_URL` with this path. All mails of a batch are stored, or none is.",
    media: &["application/x-www-form-urlencoded"],
    success: 200,
    looks_first: true,
    largest_body: LARGEST_BODY,
    missing: |secrets| secrets.mandrill_key.is_none().then_some("MANDRILL_INGRESS_API_KEY"),
    admit: |request, _| (request.header)("x-mandrill-signature").map(|_| ()).ok_or(UNSIGNED),
    read,
};

const UNSIGNED: Refusal = Refusal::Proof("there is no X-Mandrill-Signature");

fn read(request: &Request<'_>, secrets: &Secrets) -> Result<Reading, Refusal> {
    let fields = Fields::of(request, &["mandrill_events"])?;
    let signature = (request.header)("x-mandrill-signature").ok_or(UNSIGNED)?;
    let key = secrets.mandrill_key.as_deref().unwrap_or_default();
    if key.is_empty() || !same_tag(&expected(key, request.url, &fields), signature.as_bytes()) {
        return Err(Refusal::Proof("the signature is not of MANDRILL_INGRESS_API_KEY and FRONTEND_URL"));
    }
    let names = ["event", "msg", "raw_msg", "email", "spf", "result", "dkim", "signed", "valid"];
    let events = json::pick(fields.required("mandrill_events")?, &names)
        .map_err(|error| Refusal::Invalid(format!("mandrill_events is not JSON: {error}").into()))?;
    let Value::Array(events) = events else {
        return Err(Refusal::Invalid("mandrill_events is not a list".into()));
    };
    let mails: Result<Vec<Option<Delivery>>, Refusal> = events.into_iter().map(mail).collect();
    Ok(Reading::Mails(mails?.into_iter().flatten().collect()))
}

/// Base64 of the HMAC over the URL and each field's name and value, sorted by name.
fn expected(key: &str, url: &str, fields: &Fields) -> String {
    let mut parts = vec![url.as_bytes()];
    parts.extend(fields.texts().flat_map(|(name, value)| [name, value.as_ref()]));
    BASE64_STANDARD.encode(hmac_sha1(key, &parts))
}

/// The mail of an event; none where it tells of something else.
fn mail(event: Value) -> Result<Option<Delivery>, Refusal> {
    let Value::Object(mut event) = event else {
        return Err(Refusal::Invalid("an event is not an object".into()));
    };
    if event.get("event").and_then(Value::as_str) != Some("inbound") {
        return Ok(None);
    }
    let Some(Value::Object(mut message)) = event.remove("msg") else {
        return Err(Refusal::Invalid("an inbound event has no msg".into()));
    };
    let Some(Value::String(raw)) = message.remove("raw_msg").filter(|raw| raw.as_str() != Some("")) else {
        return Err(Refusal::Invalid("an inbound event has no raw_msg".into()));
    };
    if raw.len() > LARGEST_MAIL {
        return Err(Refusal::TooLarge);
    }
    // Only known here: the raw mail of a blind copy names nobody of ours.
    let to = message.get("email").and_then(Value::as_str).map(str::trim);
    let to = to.filter(|address| address.contains('@') && !address.contains(char::is_control)).map(str::to_owned);
    let said = Said {
        by: "mandrill",
        spf: message.get("spf").and_then(|spf| Some(spf.get("result")?.as_str()?.to_ascii_lowercase())),
        dkim: message.get("dkim").and_then(dkim).map(|word| (None, word)).into_iter().collect(),
        ..Said::default()
    };
    let to = to.into_iter().collect();
    Ok(Some(Delivery { raw: raw.into_bytes().into(), from: None, to, client: None, said: said.if_any() }))
}

fn dkim(dkim: &Value) -> Option<String> {
    let is = |name: &str| dkim.get(name).and_then(Value::as_bool);
    let word = match (is("signed")?, is("valid")) {
        (false, _) => "none",
        (true, Some(true)) => "pass",
        (true, _) => "fail",
    };
    Some(word.to_owned())
}
