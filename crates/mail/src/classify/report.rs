//! Delivery reports: `multipart/report` with `message/delivery-status` (RFC 3464), and the free-form reports of qmail, Exim and others.

mod free_form;
mod status;

use super::{Bounce, BounceClass, BouncedRecipient, has_empty_return_path};
use crate::address;
use crate::message::Mail;
use crate::parse;
use crate::threading::{OwnId, ids_in};
use free_form::{named_recipients, reads_like_a_failure};
use status::{is_status, status_recipients};

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

    /// As Gmail sends them: with a picture beside the words; before 2016, in words alone.
    #[test]
    fn gmail_says_what_did_not_arrive() {
        let report = |subject: &str, fields: &str| {
            format!(
                "Return-Path: <>\nX-Failed-Recipients: ann@x.example\nAuto-Submitted: auto-replied\n\
                From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: help@acme.example\n\
                Subject: Delivery Status Notification ({subject})\nMessage-ID: <5f.ac.9d@mx.google.com>\n\
                In-Reply-To: <conversation/x/messages/1@in.example>\nReferences: <conversation/x/messages/1@in.example>\n\
                Content-Type: multipart/report; boundary=\"r\"; report-type=delivery-status\n\n\
                --r\nContent-Type: multipart/related; boundary=\"m\"\n\n--m\nContent-Type: multipart/alternative; boundary=\"a\"\n\n\
                --a\nContent-Type: text/plain; charset=UTF-8\n\n** Ann has no mailbox there **\n\n\
                --a\nContent-Type: text/html; charset=UTF-8\n\n<p>Ann has no mailbox there <img src=\"cid:icon.png\"></p>\n\n--a--\n\
                --m\nContent-Type: image/png; name=\"icon.png\"\nContent-ID: <icon.png>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n\n--m--\n\
                --r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; googlemail.com\n\
                X-Original-Message-ID: <conversation/x/messages/1@in.example>\n\nFinal-Recipient: rfc822; ann@x.example\n{fields}\n\n\
                --r\nContent-Type: message/rfc822\n\nMessage-ID: <conversation/x/messages/1@in.example>\nSubject: s\n\nbody\n--r--\n"
            )
        };
        let words = "Return-Path: <>\nX-Failed-Recipients: ann@x.example\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n\
            Subject: Delivery Status Notification (Failure)\nContent-Type: text/plain\n\nIt did not arrive at\n\n     ann@x.example\n\n\
            550 550 5.1.1 no such user (state 14).\n\n----- Original message -----\n\n\
            Message-ID: <conversation/01234567-89ab-4def-8123-456789abcdef/messages/1@in.example>\nSubject: s\n";
        for (raw, class, status) in [
            (
                report(
                    "Failure",
                    "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 no such user\n 550 5.1.1 try another",
                ),
                BounceClass::Failed,
                "5.1.1",
            ),
            (
                report(
                    "Delay",
                    "Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Mon, 30 Nov 2026 09:00:00 -0800 (PST)",
                ),
                BounceClass::Delay,
                "4.4.1",
            ),
            (words.to_owned(), BounceClass::Failed, "5.1.1"),
        ] {
            let classified = classify(&parse(raw.as_bytes()));
            assert_eq!(classified.kind, Kind::Bounce, "{raw}");
            let bounce = classified.bounce.expect("a report");
            let told: Vec<_> = bounce.recipients.iter().map(|r| (r.address.as_str(), r.status.as_deref())).collect();
            assert_eq!((bounce.class, told), (class, vec![("ann@x.example", Some(status))]), "{raw}");
            assert!(bounce.original_message_id.is_some_and(|id| id.starts_with("conversation/")), "{raw}");
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
