//! Absence notices and other automatic answers, by the program that sends them.

use serde_json::json;

use super::{Fields, PERSON, absences, case, text};
use crate::corpus::case::Case;
use crate::corpus::words;

/// Name, subject, header fields, text.
const ANSWERS: &[(&str, &str, Fields, &str)] = &[
    (
        "gmail-vacation",
        "Away until Monday Re: Order 1042",
        &[("Precedence", "bulk"), ("X-Autoreply", "yes"), ("Auto-Submitted", "auto-replied")],
        "I am hiking and read no mail until Monday.\n\nAnn",
    ),
    (
        "sieve-vacation",
        "Auto: Order 1042",
        &[
            ("X-Sieve", "Pigeonhole Sieve 0.5.21"),
            ("Precedence", "bulk"),
            ("X-Auto-Response-Suppress", "All"),
            ("Auto-Submitted", "auto-replied (vacation)"),
        ],
        "Back on the ninth.",
    ),
    (
        "notes-absence",
        "AUTO: Ann Lee is out of the office (returning 11/09/2026)",
        &[
            ("Auto-Submitted", "auto-replied"),
            ("X-Mailer", "Lotus Domino Release 9.0.1"),
            ("X-MIMETrack", "Serialize by Router on mx1/x"),
        ],
        "I am out of the office until 11/09/2026.\n\nI will answer when I am back.\n\n\nNote: This is an automated response to your message \"Order 1042\" sent on 11/03/2026.\n\nThis is the only notification you will receive while this person is away.",
    ),
    (
        "groupwise-vacation",
        "Re: Order 1042 (Out of office)",
        &[("X-Mailer", "GroupWise Internet Agent 18.4"), ("Auto-Submitted", "auto-replied")],
        "On leave until 9 November.",
    ),
    (
        "cpanel-autoresponder",
        "Re: Order 1042",
        &[
            ("Auto-Submitted", "auto-replied"),
            ("X-Autorespond", "Order 1042"),
            ("Precedence", "auto_reply"),
            ("X-Precedence", "auto_reply"),
        ],
        "Thank you for your mail. The shop is closed this week.",
    ),
    (
        "old-exchange-absence",
        "Out of Office AutoReply: Order 1042",
        &[("Return-Path", "<>"), ("X-Mailer", "Internet Mail Service (5.5.2653.19)"), ("Precedence", "auto_reply")],
        "I am out of the office this week.",
    ),
    (
        "zimbra-vacation",
        "Re: Order 1042",
        &[("Auto-Submitted", "auto-replied (zimbra; vacation)"), ("Precedence", "bulk")],
        "I am on leave. Ann",
    ),
    (
        "ticket-was-opened",
        "[Ticket#20261103] We have your request",
        &[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("X-Mailer", "Desk")],
        "Your request was received and has the number 20261103.",
    ),
    (
        "challenge",
        "Please confirm your message (Order 1042)",
        &[("Auto-Submitted", "auto-replied (challenge)"), ("Precedence", "bulk")],
        "To deliver your message, press the link once:\nhttps://gate.example/c/93ab\n\nYou will not be asked again.",
    ),
    (
        "invitation-accepted-by-a-room",
        "Accepted: Handing over the keys",
        &[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
        "The room Blue is booked for you.",
    ),
    ("jsmtp-x-autoreply", "Order 1042", &[("X-Autoreply", "yes")], "I read mail on Fridays only."),
];

pub(super) fn cases() -> Vec<Case> {
    // Exchange calls it generated, and it answers a mail: both are true
    let either = json!(["auto_reply", "auto_generated"]);
    let exchange = absences::ALL.iter().map(|(code, prefix, away)| {
        let words = words::of(code);
        let headers = [("X-Auto-Response-Suppress", "All"), ("Auto-Submitted", "auto-generated")];
        let subject = format!("{prefix}{}", words.subject);
        case(&format!("{code}-exchange-absence"), words.person, &subject, "auto_reply", &headers, text(away))
            .text(away)
            .silent("kind")
            .key("kind_one_of", either.clone())
    });
    let others = ANSWERS.iter().map(|(name, subject, headers, words)| {
        let case = case(name, PERSON, subject, "auto_reply", headers, text(words));
        let first = words.split('\n').next().unwrap_or_default();
        case.contains(&[first])
    });
    // what looks automatic and is not: a header field by which a program only asks for silence, and one that says no
    let people = [
        ("person-who-wants-no-automatic-answers", ("X-Auto-Response-Suppress", "DR, OOF, AutoReply")),
        ("person-said-to-be-one", ("Auto-Submitted", "no")),
    ]
    .map(|(name, header)| {
        case(name, PERSON, "Re: Order 1042", "human", &[header], text("I am out of luck: it broke again."))
            .text("I am out of luck: it broke again.")
    });
    exchange.chain(others).chain(people).collect()
}
