//! Delivery reports, in the forms of the programs that write them.

use serde_json::json;

use super::{Fields, GROUP, Person, case};
use crate::corpus::case::{ANSWERED, Case};
use crate::corpus::mail::{Part, Transfer};

const BOUNCE_TO: &str = "bounce+0123456789abcdef0123456789abcdef@in.acme.example";
const GONE: &str = "gone@x.example";

/// A report as RFC 3464 has it.
struct Report {
    name: &'static str,
    from: Person,
    subject: &'static str,
    said: &'static str,
    /// The lines about the server, then those about the recipient.
    fields: [&'static str; 2],
    class: &'static str,
    action: &'static str,
    status: &'static str,
}

const REPORTS: &[Report] = &[
    Report {
        name: "postfix-failed",
        from: ("Mail Delivery System", "MAILER-DAEMON@mx.x.example"),
        subject: "Undelivered Mail Returned to Sender",
        said: "This is the mail system at host mx.x.example.\n\nYour message was not taken by one or more recipients; see below.\n\n<gone@x.example>: host mail.x.example[192.0.2.7] said: 550 5.1.1\n    <gone@x.example>: Recipient address rejected (in reply to RCPT TO command)",
        fields: [
            "Reporting-MTA: dns; mx.x.example\nX-Postfix-Queue-ID: 4F1A2B3C\nX-Postfix-Sender: rfc822; help@acme.example\nArrival-Date: Tue,  3 Nov 2026 12:40:00 +0000 (UTC)",
            "Final-Recipient: rfc822; gone@x.example\nOriginal-Recipient: rfc822;gone@x.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mail.x.example\nDiagnostic-Code: smtp; 550 5.1.1 <gone@x.example>: Recipient address rejected",
        ],
        class: "failed",
        action: "failed",
        status: "5.1.1",
    },
    Report {
        name: "postfix-delayed",
        from: ("Mail Delivery System", "MAILER-DAEMON@mx.x.example"),
        subject: "Delayed Mail (still being retried)",
        said: "This is the mail system at host mx.x.example.\n\nTHIS IS A WARNING ONLY. Your message waits; nothing needs to be done.",
        fields: [
            "Reporting-MTA: dns; mx.x.example\nArrival-Date: Tue,  3 Nov 2026 08:40:00 +0000 (UTC)",
            "Final-Recipient: rfc822; gone@x.example\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mail.x.example[192.0.2.7]:25: Connection timed out\nWill-Retry-Until: Sun,  8 Nov 2026 08:40:00 +0000 (UTC)",
        ],
        class: "delay",
        action: "delayed",
        status: "4.4.1",
    },
    Report {
        name: "sendmail-failed",
        from: ("Mail Delivery Subsystem", "MAILER-DAEMON@smtp.x.example"),
        subject: "Returned mail: see transcript for details",
        said: "The original message was received at Tue, 3 Nov 2026 12:40:00 GMT\n\n   ----- The following addresses had permanent fatal errors -----\n<gone@x.example>\n    (reason: 550 5.7.1 no)\n\n   ----- Transcript of session follows -----\n... while talking to mail.x.example.:\n>>> DATA\n<<< 550 5.7.1 no",
        fields: [
            "Reporting-MTA: dns; smtp.x.example\nReceived-From-MTA: DNS; out.acme.example\nArrival-Date: Tue, 3 Nov 2026 12:40:00 GMT",
            "Final-Recipient: RFC822; gone@x.example\nAction: failed\nStatus: 5.7.1\nRemote-MTA: DNS; mail.x.example\nDiagnostic-Code: SMTP; 550 5.7.1 no\nLast-Attempt-Date: Tue, 3 Nov 2026 12:40:02 GMT",
        ],
        class: "failed",
        action: "failed",
        status: "5.7.1",
    },
    Report {
        name: "exchange-failed",
        from: ("Microsoft Outlook", "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example"),
        subject: "Undeliverable: Order 1042",
        said: "Delivery has failed to these recipients or groups:\n\ngone@x.example\nThe address was not found at x.example.",
        fields: [
            "Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.outlook.com\nReceived-From-MTA: dns;out.acme.example\nArrival-Date: Tue, 3 Nov 2026 12:40:00 +0000",
            "Final-Recipient: rfc822;gone@x.example\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient gone@x.example not found by SMTP address lookup",
        ],
        class: "failed",
        action: "failed",
        status: "5.1.10",
    },
    Report {
        name: "exchange-failed-german",
        from: ("Microsoft Outlook", "postmaster@kunde.example"),
        subject: "Unzustellbar: Bestellung 1042",
        said: "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\ngone@x.example\nDas Postfach ist voll.",
        fields: [
            "Reporting-MTA: dns;mail.kunde.example",
            "Final-Recipient: rfc822;gone@x.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full",
        ],
        class: "failed",
        action: "failed",
        status: "5.2.2",
    },
    Report {
        name: "exchange-failed-french",
        from: ("Microsoft Outlook", "postmaster@client.example"),
        subject: "Non remis : Commande 1042",
        said: "Échec de la remise à ces destinataires ou groupes :\n\ngone@x.example",
        fields: [
            "Reporting-MTA: dns;mail.client.example",
            "Final-Recipient: rfc822;gone@x.example\nAction: failed\nStatus: 5.1.1",
        ],
        class: "failed",
        action: "failed",
        status: "5.1.1",
    },
    Report {
        name: "gmail-failed",
        from: ("Mail Delivery Subsystem", "mailer-daemon@googlemail.com"),
        subject: "Delivery Status Notification (Failure)",
        said: "** Address not found **\n\nYour message wasn't delivered to gone@x.example because the address couldn't be found.",
        fields: [
            "Reporting-MTA: dns; googlemail.com\nArrival-Date: Tue, 03 Nov 2026 04:40:00 -0800 (PST)\nX-Original-Message-ID: <conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/42@in.acme.example>",
            "Final-Recipient: rfc822; gone@x.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mail.x.example. (192.0.2.7, the server for the domain x.example.)\nDiagnostic-Code: smtp; 550-5.1.1 The email account does not exist.\n 550 5.1.1 a1b2c3 - gsmtp\nLast-Attempt-Date: Tue, 03 Nov 2026 04:40:01 -0800 (PST)",
        ],
        class: "failed",
        action: "failed",
        status: "5.1.1",
    },
    Report {
        name: "gmail-delayed",
        from: ("Mail Delivery Subsystem", "mailer-daemon@googlemail.com"),
        subject: "Delivery Status Notification (Delay)",
        said: "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to gone@x.example.",
        fields: [
            "Reporting-MTA: dns; googlemail.com",
            "Final-Recipient: rfc822; gone@x.example\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; The recipient server did not accept our requests to connect.",
        ],
        class: "delay",
        action: "delayed",
        status: "4.4.1",
    },
    Report {
        name: "relayed",
        from: ("Mail Delivery System", "MAILER-DAEMON@mx.x.example"),
        subject: "Successful Mail Delivery Report",
        said: "Your message was handed on to a system that gives no reports.",
        fields: [
            "Reporting-MTA: dns; mx.x.example",
            "Final-Recipient: rfc822; gone@x.example\nAction: relayed\nStatus: 2.0.0",
        ],
        class: "relayed",
        action: "relayed",
        status: "2.0.0",
    },
    Report {
        name: "delivered",
        from: ("Mail Delivery System", "MAILER-DAEMON@mx.x.example"),
        subject: "Successful Mail Delivery Report",
        said: "Your message was delivered.",
        fields: [
            "Reporting-MTA: dns; mx.x.example",
            "Final-Recipient: rfc822; gone@x.example\nAction: delivered\nStatus: 2.0.0",
        ],
        class: "delivered",
        action: "delivered",
        status: "2.0.0",
    },
];

/// What programs write that do not know RFC 3464: name, from, subject, header fields, text.
const FREE: &[(&str, Person, &str, Fields, &str)] = &[
    (
        "qmail-failed",
        ("", "MAILER-DAEMON@mail.x.example"),
        "failure notice",
        &[],
        "Hi. This is the qmail-send program at mail.x.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<gone@x.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <help@acme.example>\nMessage-ID: <conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/42@in.acme.example>\nSubject: Order 1042\n\nWhich size do you need?",
    ),
    (
        "exim-failed",
        ("Mail Delivery System", "Mailer-Daemon@host.x.example"),
        "Mail delivery failed: returning message to sender",
        &[("X-Failed-Recipients", "gone@x.example"), ("Auto-Submitted", "auto-replied")],
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  gone@x.example\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <conversation/5a1c2f34-0000-4000-8000-0123456789ab/messages/42@in.acme.example>\nSubject: Order 1042\n\nWhich size do you need?",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    REPORTS
        .iter()
        .map(report)
        .chain(FREE.iter().map(|(name, from, subject, headers, said)| {
            let part = Part::text("plain", "us-ascii", Transfer::Seven, &format!("{said}\n"));
            finished(
                case(name, *from, subject, "bounce", headers, part),
                json!({"class": "failed", "recipients": [{"address": GONE}]}),
            )
        }))
        .collect()
}

fn report(report: &Report) -> Case {
    let [server, recipient] = report.fields;
    let original =
        format!("From: Ada Byron <help@acme.example>\nTo: {GONE}\nSubject: Order 1042\nMessage-ID: <{ANSWERED}>\n");
    let parts = vec![
        Part::text("plain", "utf-8", Transfer::Eight, &format!("{}\n", report.said)),
        Part::Raw("Content-Type: message/delivery-status\n".into(), format!("{server}\n\n{recipient}\n").into_bytes()),
        Part::Raw("Content-Type: text/rfc822-headers\n".into(), original.into_bytes()),
    ];
    let body = Part::Multi("report; report-type=delivery-status".into(), format!("{GROUP}.4F1A/mx"), parts);
    let case = case(report.name, report.from, report.subject, "bounce", &[("Auto-Submitted", "auto-replied")], body);
    let recipient = json!({"address": GONE, "action": report.action, "status": report.status});
    finished(case, json!({"class": report.class, "original_message_id": ANSWERED, "recipients": [recipient]}))
}

fn finished(case: Case, bounce: serde_json::Value) -> Case {
    let case = case.unthreaded().silent("attachments").silent("in_reply_to").key("bounce", bounce);
    case.mail(|mut mail| {
        mail.headers.insert(0, ("Return-Path".into(), "<>".into()));
        mail.set("To", BOUNCE_TO)
    })
}
