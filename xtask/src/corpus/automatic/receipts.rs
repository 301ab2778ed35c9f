//! Receipts (RFC 8098): someone opened a mail, or deleted it unread.

use super::{PERSON, case};
use crate::corpus::case::{ANSWERED, Case};
use crate::corpus::mail::{Part, Transfer};

/// Name, subject, what is said, disposition, the program.
const RECEIPTS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "outlook-read",
        "Read: Order 1042",
        "Your message\n\n   To: Ann Lee\n   Subject: Order 1042\n   Sent: Tuesday, November 3, 2026 10:15 AM\n\nwas read on Tuesday, November 3, 2026 10:20 AM.",
        "automatic-action/MDN-sent-automatically; displayed",
        "x.example; Microsoft Outlook",
    ),
    (
        "outlook-not-read",
        "Not read: Order 1042",
        "Your message to Ann Lee was deleted without being read.",
        "automatic-action/MDN-sent-automatically; deleted",
        "x.example; Microsoft Outlook",
    ),
    (
        "outlook-read-german",
        "Gelesen: Bestellung 1042",
        "Ihre Nachricht wurde am Dienstag, 3. November 2026 10:20 gelesen.",
        "automatic-action/MDN-sent-automatically; displayed",
        "kunde.example; Microsoft Outlook",
    ),
    (
        "outlook-read-french",
        "Lu : Commande 1042",
        "Votre message a été lu le mardi 3 novembre 2026 10:20.",
        "automatic-action/MDN-sent-automatically; displayed",
        "client.example; Microsoft Outlook",
    ),
    (
        "thunderbird-read",
        "Return Receipt (displayed) - Order 1042",
        "This is a Return Receipt for the mail that you sent to ann@x.example.\n\nNote: it only says that the message was shown.",
        "manual-action/MDN-sent-manually; displayed",
        "x.example; Mozilla Thunderbird",
    ),
    (
        "thunderbird-read-spanish",
        "Acuse de recibo (mostrado) - Pedido 1042",
        "Este es un acuse de recibo del mensaje que envió.",
        "manual-action/MDN-sent-manually; displayed",
        "cliente.example; Mozilla Thunderbird",
    ),
    (
        "gmail-read",
        "Read receipt: Order 1042",
        "Your message was opened on Tue, Nov 3, 2026, 10:20 AM.",
        "manual-action/MDN-sent-manually; displayed",
        "gmail.com; Gmail",
    ),
    (
        "phone-read-japanese",
        "開封済み: ご注文 1042",
        "メッセージは2026年11月3日に開封されました。",
        "manual-action/MDN-sent-manually; displayed",
        "okyaku.example; Outlook",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    RECEIPTS.iter().map(receipt).collect()
}

fn receipt((name, subject, said, disposition, agent): &(&str, &str, &str, &str, &str)) -> Case {
    let fields = format!(
        "Reporting-UA: {agent}\nFinal-Recipient: rfc822;ann@x.example\nOriginal-Message-ID: <{ANSWERED}>\nDisposition: {disposition}\n"
    );
    let parts = vec![
        Part::text("plain", "utf-8", Transfer::Quoted, &format!("{said}\n")),
        Part::Raw("Content-Type: message/disposition-notification\n".into(), fields.into_bytes()),
    ];
    let body = Part::Multi("report; report-type=disposition-notification".into(), "mdn42".into(), parts);
    case(name, PERSON, subject, "receipt", &[], body).silent("attachments")
}
