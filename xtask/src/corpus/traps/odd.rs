//! History of unusual shape, mails of almost nothing, and forwarded ones.

use super::{BELOW, PERSON, SUBJECT, plain};
use crate::corpus::case::{Case, REPLY_TO};
use crate::corpus::mail::{Part, Transfer};

const NOTICE: &str = "This e-mail and any files transmitted with it are confidential and intended solely for the use of the\nindividual or entity to whom they are addressed. If you have received it in error please notify the\nsender and delete it.";

pub(super) fn cases() -> Vec<Case> {
    [history(), nothing(), forwards()].concat()
}

/// Words, what follows them, words of the history.
const FOLLOWED: &[(&str, &str, &str, &str)] = &[
    (
        "no-line-above-the-quote",
        "Fine with me.",
        "> Which size do you need?\n> And where shall we send it?",
        "Which size do you need?",
    ),
    (
        "two-levels",
        "Both, please.",
        "On Tue, Nov 3, 2026 at 10:15\u{202f}AM Ada Byron <help@acme.example> wrote:\n\n> The red or the blue one?\n>\n> On Mon, Nov 2, 2026 at 9:00\u{202f}AM Ann Lee <ann@x.example> wrote:\n>\n>> I need a coat.\n>>\n>> Ann",
        "I need a coat.",
    ),
    (
        "history-in-another-language",
        "Tuesday is fine.",
        "Am Di., 3. Nov. 2026 um 10:15 Uhr schrieb Ada Byron <help@acme.example>:\n\n> Is Tuesday fine?\n>\n> Le lun. 2 nov. 2026 à 09:00, Ann Lee <ann@x.example> a écrit :\n>\n>> When do you come?",
        "Is Tuesday fine?",
    ),
    (
        "original-message-line",
        "That is correct.",
        "-----Original Message-----\nFrom: Ada Byron [mailto:help@acme.example]\nSent: Tuesday, November 03, 2026 10:15 AM\nTo: Ann Lee\nSubject: Order 1042\n\nDid you mean L?",
        "Did you mean L?",
    ),
    (
        "bold-header-block",
        "That is correct.",
        "*From:* Ada Byron <help@acme.example>\n*Sent:* Tuesday, November 3, 2026 10:15 AM\n*To:* Ann Lee <ann@x.example>\n*Subject:* Order 1042\n\nDid you mean L?",
        "Did you mean L?",
    ),
    (
        "header-block-with-copies",
        "That is correct.",
        "From: Ada Byron <help@acme.example> \nSent: Tuesday, November 3, 2026 10:15 AM\nTo: Ann Lee <ann@x.example>; Bob Ray <bob@x.example>;\n    Carl Orr <carl@x.example>\nCc: Dora Fox <dora@x.example>\nSubject: Order 1042\nImportance: High\n\nDid you mean L?",
        "Did you mean L?",
    ),
    (
        "line-above-broken-in-three",
        "It came today.",
        "On Tue, Nov 3, 2026 at 10:15 AM The Support Team of Acme in the North\nand the West of the Country\n<help@acme.example> wrote:\n\n> Has it come?",
        "Has it come?",
    ),
    (
        "line-above-is-quoted-deeper",
        "Sunday, please.",
        ">> On 2 Nov 2026, at 09:00, Ann Lee <ann@x.example> wrote:\n>> \n>> When do you open?\n> \n> On Sunday or on Monday?",
        "On Sunday or on Monday?",
    ),
    (
        "blank-lines-lost",
        "No, thanks.",
        "On 11/3/26 10:15 AM, Ada Byron wrote:\n> Shall we\n> send another?",
        "send another?",
    ),
    (
        "indented-history",
        "At ten.",
        "    On Tuesday, November 3, 2026 at 10:15:00 AM GMT, Ada Byron <help@acme.example> wrote:\n\n    When shall we come?",
        "When shall we come?",
    ),
    (
        "bars-as-quotes",
        "At ten.",
        "On Tue, Nov 3, 2026 at 10:15 AM Ada Byron <help@acme.example> wrote:\n\n| When shall we come?\n| At nine or at ten?",
        "When shall we come?",
    ),
];

fn history() -> Vec<Case> {
    let followed = FOLLOWED
        .iter()
        .map(|(name, words, below, quoted)| plain(name, &format!("{words}\n\n{below}")).text(words).quoted(&[quoted]));
    let ours = format!(
        "On Tue, Nov 3, 2026 at 10:15 AM Ada Byron (Acme) <{REPLY_TO}>\nwrote:\n\n> Which size do you need?\n>\n> --\n> Reply to this e-mail and your answer goes to the conversation.\n> Acme uses <{REPLY_TO}> for it."
    );
    let mut cases: Vec<Case> = followed.collect();
    cases.extend([
        plain("our-own-footer-below", &format!("Size M.\n\n{ours}"))
            .text("Size M.")
            .quoted(&["your answer goes to the conversation"]),
        plain("words-below-the-quote", &format!("{BELOW}\n\nYes, to the office.")).text("Yes, to the office."),
        plain(
            "line-of-a-contract",
            "> 7.2 Goods may be returned within thirty days.\n\nDoes that hold for sale items as well?",
        )
        .unthreaded()
        .text("> 7.2 Goods may be returned within thirty days.\n\nDoes that hold for sale items as well?"),
        plain(
            "answers-between-two-levels",
            "On 11/3/26 10:15 AM, Ada Byron wrote:\n>> I need a coat.\n> Which size?\n\nL.\n\n> Which colour?\n\nBlue.",
        )
        .text(">> I need a coat.\n> Which size?\n\nL.\n\n> Which colour?\n\nBlue."),
        plain("name-below-the-answer", &format!("Size L.\n\nAnn Lee\n\n{BELOW}"))
            .contains(&["Size L."])
            .lacks(&["Which size do you need?"]),
        plain(
            "postscript",
            &format!("It came today.\n\nKind regards,\nAnn Lee\n\nPS: The door code is 1234.\n\n{BELOW}"),
        )
        .contains(&["It came today.", "PS: The door code is 1234."])
        .lacks(&["Which size do you need?"]),
    ]);
    cases
}

fn nothing() -> Vec<Case> {
    let file = Part::file("application/pdf", "receipt.pdf", b"%PDF-1.4 nothing");
    let empty = Part::mixed("np", vec![Part::text("plain", "utf-8", Transfer::Seven, "\n"), file.clone()]);
    let receipt: &[_] = &[(Some("receipt.pdf"), "application/pdf", false)];
    let above = Part::mixed("np", vec![Part::text("plain", "utf-8", Transfer::Eight, &format!("\n\n{BELOW}\n")), file]);
    vec![
        Case::reply(super::GROUP, "only-an-attachment", PERSON, SUBJECT, empty).attachments(receipt).text(""),
        Case::reply(super::GROUP, "only-an-attachment-and-history", PERSON, SUBJECT, above).attachments(receipt),
        plain("only-a-signature", "-- \nAnn Lee\nLee & Sons, York").contains(&["Ann Lee"]),
        plain("only-history", BELOW).contains(&["Which size do you need?"]),
        plain("thanks-and-a-notice", &format!("Thanks!\n\n{NOTICE}")).text("Thanks!").signature(NOTICE),
        plain("thanks-name-notice", &format!("Thanks!\n\nKind regards,\nAnn Lee\n\n{NOTICE}\n\n{BELOW}"))
            .text("Thanks!")
            .quoted(&["Which size do you need?"]),
    ]
}

fn forwards() -> Vec<Case> {
    const GMAIL: &str = "---------- Forwarded message ---------\nFrom: Bob Ray <bob@x.example>\nDate: Mon, Nov 2, 2026 at 9:00\u{202f}AM\nSubject: Parcel\nTo: Ann Lee <ann@x.example>\n\n\nThe parcel came without its key.";
    const APPLE: &str = "Begin forwarded message:\n\n> From: Bob Ray <bob@x.example>\n> Subject: Parcel\n> Date: 2 November 2026 at 09:00:00 GMT\n> To: Ann Lee <ann@x.example>\n> \n> The parcel came without its key.";
    const THUNDERBIRD: &str = "-------- Weitergeleitete Nachricht --------\nBetreff: \tPaket\nDatum: \tMon, 2 Nov 2026 09:00:00 +0100\nVon: \tBob Ray <bob@x.example>\nAn: \tAnn Lee <ann@x.example>\n\n\n\nDas Paket kam ohne Schlüssel.";
    let forward = |name, text: &str| plain(name, text).key("subject", serde_json::json!("Fwd: Parcel")).unthreaded();
    let forwards = vec![
        forward("forward-with-a-comment", &format!("Can you help Bob?\n\n{GMAIL}")).contains(&["Can you help Bob?"]),
        forward("forward-without-a-comment", GMAIL).contains(&["The parcel came without its key."]),
        forward("apple-forward-with-a-comment", &format!("Can you help Bob?\n\n{APPLE}"))
            .contains(&["Can you help Bob?"]),
        forward("apple-forward-without-a-comment", APPLE).contains(&["The parcel came without its key."]),
        forward("german-forward-without-a-comment", THUNDERBIRD).contains(&["Das Paket kam ohne Schlüssel."]),
    ];
    forwards.into_iter().map(|case| case.mail(|mail| mail.set("Subject", "Fwd: Parcel"))).collect()
}
