//! Delivery reports: `multipart/report` with `message/delivery-status` (RFC 3464), and the free-form reports of qmail, Exim and others.

use super::{Bounce, BounceClass, BouncedRecipient, has_empty_return_path};
use crate::address;
use crate::message::{Attachment, Mail};
use crate::parse;
use crate::threading::{OwnId, ids_in};

/// The report that this mail is, and the sign that says so.
pub(super) fn bounce(mail: &Mail) -> Option<(Bounce, &'static str)> {
    if is_receipt(mail) {
        return None;
    }
    let mut recipients: Vec<BouncedRecipient> = Vec::new();
    let parts = mail.attachments.iter().filter(|part| is_status(part));
    for recipient in parts.flat_map(|part| status_recipients(&part.bytes)) {
        if !recipients.iter().any(|known| address::same(&known.address, &recipient.address)) {
            recipients.push(recipient);
        }
    }
    let is_report = mail.content_type == "multipart/report" && report_type(mail) != Some("feedback-report".to_owned());
    let because = match () {
        () if !recipients.is_empty() && (is_report || comes_from_a_daemon(mail)) => "a delivery-status part",
        () if is_report && mail.attachments.iter().any(is_status) => "an unreadable delivery-status part",
        () if mail.header("X-Failed-Recipients").is_some() && comes_from_a_daemon(mail) => "X-Failed-Recipients",
        () if comes_from_a_daemon(mail) && reads_like_a_failure(mail) => "a failure note from a mail system",
        () => return None,
    };
    if recipients.is_empty() {
        recipients = named_recipients(mail);
    }
    let class = recipients.iter().map(class_of).min().unwrap_or(BounceClass::Failed);
    Some((Bounce { class, recipients, original_message_id: original_message_id(mail) }, because))
}

/// A disposition notification (RFC 8098), which tells of reading and not of delivery.
pub(super) fn is_receipt(mail: &Mail) -> bool {
    report_type(mail).as_deref() == Some("disposition-notification")
        || (mail.content_type == "multipart/report"
            && mail.attachments.iter().any(|part| part.content_type.ends_with("/disposition-notification")))
}

fn is_status(part: &Attachment) -> bool {
    matches!(part.content_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
}

fn report_type(mail: &Mail) -> Option<String> {
    let value = mail.header("Content-Type")?.to_ascii_lowercase();
    let (_, kind) = value.split_once("report-type=")?;
    Some(kind.trim_start_matches('"').split([';', '"', ' ']).next().unwrap_or_default().to_owned())
}

fn comes_from_a_daemon(mail: &Mail) -> bool {
    let local = mail.author().and_then(|from| from.address.split('@').next()).unwrap_or_default().to_ascii_lowercase();
    has_empty_return_path(mail)
        || matches!(local.as_str(), "mailer-daemon" | "postmaster" | "mail-daemon" | "maildaemon")
}

/// Blocks of fields, one for each recipient after the one about the message.
fn status_recipients(bytes: &[u8]) -> Vec<BouncedRecipient> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    text.split("\n\n").filter_map(recipient).collect()
}

fn recipient(block: &str) -> Option<BouncedRecipient> {
    let fields = unfold(block);
    let field = |name: &str| {
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let after_type = |value: &str| value.split_once(';').map_or(value, |(_, value)| value).trim().to_owned();
    let address = field("final-recipient").or_else(|| field("original-recipient")).map(after_type)?;
    let address = address::addresses_in(&address).into_iter().next().unwrap_or(address);
    Some(BouncedRecipient {
        address,
        action: field("action").and_then(|action| action.split([' ', '(']).next()).map(str::to_ascii_lowercase),
        status: field("status").and_then(|status| status.split_whitespace().next()).map(str::to_owned),
        diagnostic: field("diagnostic-code").map(after_type).filter(|words| !words.is_empty()),
    })
}

fn unfold(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

fn class_of(recipient: &BouncedRecipient) -> BounceClass {
    match (recipient.action.as_deref(), recipient.status.as_deref().and_then(|status| status.chars().next())) {
        (Some("failed"), _) => BounceClass::Failed,
        (Some("delayed"), _) => BounceClass::Delay,
        (Some("delivered"), _) => BounceClass::Delivered,
        (Some("relayed"), _) => BounceClass::Relayed,
        (Some("expanded"), _) => BounceClass::Expanded,
        (_, Some('4')) => BounceClass::Delay,
        (_, Some('2')) => BounceClass::Delivered,
        _ => BounceClass::Failed,
    }
}

/// The Message-ID in the returned mail or its headers; else an id of ours in the words of the report.
fn original_message_id(mail: &Mail) -> Option<String> {
    let returned = mail.attachments.iter().filter(|part| {
        matches!(
            part.content_type.as_str(),
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/global-headers"
        )
    });
    let from_parts =
        returned.map(|part| parse(&part.bytes)).find(|inner| !inner.message_id_synthetic).map(|inner| inner.message_id);
    from_parts.or_else(|| ids_in(&mail.text).into_iter().find(|id| OwnId::parse(id).is_some()))
}

/// How mail systems without RFC 3464 begin their news, lower case.
const FAILURES: &[&str] = &[
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "delivery has failed",
    "mail delivery failed",
    "returned mail",
    "failure notice",
    "mail system error",
    "could not be delivered",
    "could not send message",
    "message delayed",
    "delivery delayed",
    "delivery has been delayed",
    "nondeliverable",
    "non-delivery",
    "mail could not be",
    "message you sent was not delivered",
    "permanent delivery failure",
    "unzustellbar",
    "non remis",
    "no se puede entregar",
    "no se pudo entregar",
    "non recapitabile",
    "impossibile recapitare",
    "onbestelbaar",
    "não é possível entregar",
    "não foi possível entregar",
    "não entregue",
    "niedostarczalne",
    "nie można dostarczyć",
    "nedoručitelné",
    "nedoručiteľné",
    "kézbesíthetetlen",
    "nelivrabil",
    "недоставленное",
    "не доставлено",
    "не удается доставить",
    "недоставлено",
    "kan ikke leveres",
    "kunne ikke leveres",
    "kan inte levereras",
    "går inte att leverera",
    "ei voi toimittaa",
    "teslim edilemiyor",
    "teslim edilemedi",
    "δεν είναι δυνατή η παράδοση",
    "配信不能",
    "配信できません",
    "无法送达",
    "未送达",
    "無法傳遞",
    "배달되지 않음",
    "배달할 수 없음",
];

fn reads_like_a_failure(mail: &Mail) -> bool {
    let subject = mail.subject.as_deref().unwrap_or_default().to_lowercase();
    FAILURES.iter().any(|words| subject.contains(words))
}

/// Recipients of a free-form report: `X-Failed-Recipients` (Exim, Gmail), else lines that begin with `<address>` (qmail).
fn named_recipients(mail: &Mail) -> Vec<BouncedRecipient> {
    let mut addresses: Vec<String> =
        mail.header_values("X-Failed-Recipients").flat_map(address::addresses_in).collect();
    if addresses.is_empty() {
        let lines = mail.text.lines().map(str::trim).filter(|line| line.starts_with('<') && line.contains('@'));
        addresses = lines.filter_map(|line| address::addresses_in(line).into_iter().next()).take(50).collect();
    }
    if addresses.is_empty() {
        addresses = mail.text.lines().filter_map(alone).take(50).collect();
    }
    addresses.dedup_by(|a, b| address::same(a, b));
    let status = status_in(&mail.text);
    let recipient = |address| BouncedRecipient { address, action: None, status: status.clone(), diagnostic: None };
    addresses.into_iter().map(recipient).collect()
}

/// An address that is a line of its own (Exim, Sendmail), or stands alone behind a label (Exchange, Notes).
fn alone(line: &str) -> Option<String> {
    let word =
        line.trim().rsplit_once(": ").map_or(line.trim(), |(_, word)| word.trim()).trim_end_matches([':', ',', ';']);
    let word = word.trim_matches(['<', '>', '\'', '"', '(', ')']);
    let is_one = word.contains('@') && !word.contains(char::is_whitespace);
    address::addresses_in(word).into_iter().next().filter(|address| is_one && address.len() == word.len())
}

/// The first `4.Y.Z` or `5.Y.Z` in running words.
fn status_in(text: &str) -> Option<String> {
    let is_status = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3
            && matches!(parts[0], "4" | "5")
            && parts[1..].iter().all(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    text.split(|c: char| c.is_whitespace() || "()#;,:".contains(c)).find(is_status).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Kind, classify};

    #[test]
    fn a_report_finds_its_mail() {
        let raw = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: bounce+0123456789abcdef0123456789abcdef@in.example\n\
            Subject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
            --b\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
            Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such\n user\n\n\
            Final-Recipient: rfc822; bob@x.example\nAction: delayed\nStatus: 4.2.2\n\n\
            --b\nContent-Type: message/rfc822\n\nMessage-ID: <conversation/x/messages/1@in.example>\nSubject: s\n\nbody\n--b--\n";
        for raw in [raw.to_owned(), raw.replace('\n', "\r\n")] {
            let mail = parse(raw.as_bytes());
            let classified = classify(&mail);
            assert_eq!(classified.kind, Kind::Bounce);
            let bounce = classified.bounce.expect("a report");
            assert_eq!(bounce.class, BounceClass::Failed);
            assert_eq!(bounce.original_message_id.as_deref(), Some("conversation/x/messages/1@in.example"));
            assert_eq!(bounce.recipients[0].diagnostic.as_deref(), Some("550 5.1.1 no such user"));
            assert_eq!(bounce.recipients[1].action.as_deref(), Some("delayed"));
            assert_eq!(mail.bounce_tokens().len(), 1);
        }
    }

    #[test]
    fn free_form_reports_are_understood() {
        let qmail = parse(b"Return-Path: <>\nFrom: MAILER-DAEMON@q.example\nSubject: failure notice\n\nHi. This is the qmail-send program.\n\n<ann@x.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n");
        let bounce = classify(&qmail).bounce.expect("a report");
        assert_eq!(
            (bounce.recipients[0].address.as_str(), bounce.recipients[0].status.as_deref()),
            ("ann@x.example", Some("5.1.1"))
        );
        let exim = parse(b"From: Mail Delivery System <Mailer-Daemon@e.example>\nSubject: Warning: message delayed 24 hours\n\nThe address to which the message has not yet been delivered is:\n\n  ann@x.example\n    host mx.x.example: 451 4.7.1 Try later\n");
        let bounce = classify(&exim).bounce.expect("a report");
        assert_eq!((bounce.recipients[0].address.as_str(), bounce.class), ("ann@x.example", BounceClass::Delay));
        let notes = parse("From: Postmaster@n.example\nSubject: Unzustellbar: Hallo\n\nEmpf\u{e4}nger: ann@x.example\n#5.1.1 unbekannt\n".as_bytes());
        assert_eq!(classify(&notes).bounce.map(|bounce| bounce.recipients.len()), Some(1));
        let person =
            parse(b"Return-Path: <p@x.example>\nFrom: p@x.example\nSubject: Undelivered parcel\n\nWhere is it?\n");
        assert_eq!(classify(&person).kind, Kind::Human);
    }
}
