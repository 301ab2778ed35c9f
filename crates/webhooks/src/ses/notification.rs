//! The notification in a message: the mail itself where the receipt rule's SNS action put it there.

use crate::{Delivery, LARGEST_MAIL, Refusal, Said, json, verdicts::domain_of};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde_json::Value;

/// The mail that a notification of type `Received` carries.
///
/// # Errors
/// 400: it carries none, or none that can be read.
pub(super) fn mail(message: &str) -> Result<Delivery, Refusal> {
    let broken = |words: &'static str| Refusal::Broken(words.into());
    let names = [
        "notificationType",
        "content",
        "mail",
        "source",
        "receipt",
        "recipients",
        "action",
        "type",
        "encoding",
        "spfVerdict",
        "dkimVerdict",
        "dmarcVerdict",
        "dmarcPolicy",
        "status",
    ];
    let notification = json::pick(message.as_bytes(), &names).map_err(|_| broken("the message is not JSON"))?;
    if notification.get("notificationType").and_then(Value::as_str) != Some("Received") {
        return Err(broken("the notification is not of a received mail"));
    }
    let receipt = notification.get("receipt").unwrap_or(&Value::Null);
    let action = |name: &str| receipt.get("action").and_then(|action| action.get(name)).and_then(Value::as_str);
    let Some(content) = notification.get("content").and_then(Value::as_str).filter(|content| !content.is_empty())
    else {
        return Err(broken(match action("type") {
            Some("S3") => "the mail is in S3: use an SNS action in the receipt rule, which carries the mail itself",
            _ => "the notification carries no content",
        }));
    };
    let raw: Bytes = if action("encoding").is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64")) {
        let text: Vec<u8> = content.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        BASE64_STANDARD.decode(text).map_err(|_| broken("the content is not base64"))?.into()
    } else {
        content.as_bytes().to_vec().into()
    };
    if raw.len() > LARGEST_MAIL {
        return Err(Refusal::TooLarge);
    }
    let plain = |address: &str| !address.is_empty() && !address.contains(char::is_control);
    let recipients = receipt.get("recipients").and_then(Value::as_array).into_iter().flatten();
    let to = recipients.filter_map(Value::as_str).filter(|to| plain(to)).map(str::to_owned).collect();
    let source = notification.get("mail").and_then(|mail| mail.get("source")).and_then(Value::as_str);
    let from = source.filter(|from| plain(from)).map(str::to_owned);
    let said = said(receipt, from.as_deref());
    Ok(Delivery { raw, from, to, client: None, said })
}

fn said(receipt: &Value, from: Option<&str>) -> Option<Said> {
    let verdict =
        |name: &str| receipt.get(name).and_then(|verdict| verdict.get("status")).and_then(Value::as_str).map(word);
    let said = Said {
        by: "ses",
        spf: verdict("spfVerdict"),
        spf_domain: from.and_then(domain_of),
        dkim: verdict("dkimVerdict").map(|word| (None, word)).into_iter().collect(),
        dmarc: verdict("dmarcVerdict"),
        policy: receipt.get("dmarcPolicy").and_then(Value::as_str).map(str::to_ascii_lowercase),
    };
    said.if_any()
}

/// Amazon's words in those of RFC 8601.
fn word(status: &str) -> String {
    match status {
        "PASS" => "pass",
        "FAIL" => "fail",
        "PROCESSING_FAILED" => "temperror",
        // GRAY: neither of the two, no record, no signature.
        _ => "none",
    }
    .to_owned()
}
