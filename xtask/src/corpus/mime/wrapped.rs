//! Signed, encrypted and packed mails, answers to invitations, and line ends as they travel.

use super::{case, labelled};
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};

const WORDS: &str = "The order is mine and I stand by it.";

/// The signature of nothing.
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0WIQTm9Q0AAAAAAAAAAAAAAAAAAAAAAAUCaQAAAAAKCRAAAAAAAAAA\nAAD/AP9AAAAA\n=abcd\n-----END PGP SIGNATURE-----\n";

pub(super) fn cases() -> Vec<Case> {
    vec![
        pgp_signed(),
        pgp_signed_in_the_text(),
        pgp_encrypted(),
        smime_signed(),
        smime_opaque(),
        tnef(),
        invitation(),
        crlf(),
        null_bytes(),
    ]
}

fn words() -> Part {
    Part::text("plain", "utf-8", Transfer::Seven, &format!("{WORDS}\n"))
}

fn pgp_signed() -> Case {
    let signature = Part::Raw(
        "Content-Type: application/pgp-signature; name=\"OpenPGP_signature.asc\"\nContent-Disposition: attachment; filename=\"OpenPGP_signature.asc\"\n".into(),
        SIGNATURE.into(),
    );
    let kind = "signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"";
    case("pgp-signed", Part::Multi(kind.into(), "sig".into(), vec![words(), signature]))
        .text(WORDS)
        .named(&["OpenPGP_signature.asc"])
}

fn pgp_signed_in_the_text() -> Case {
    let text = format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{WORDS}\n{SIGNATURE}");
    case("pgp-signed-in-the-text", labelled("text/plain; charset=utf-8", "utf-8", Transfer::Seven, &text))
        .contains(&[WORDS])
        .named(&["signature.asc"])
}

fn pgp_encrypted() -> Case {
    let version = Part::Raw("Content-Type: application/pgp-encrypted\n".into(), b"Version: 1\n".to_vec());
    let content = Part::Raw(
        "Content-Type: application/octet-stream; name=\"encrypted.asc\"\nContent-Disposition: inline; filename=\"encrypted.asc\"\n".into(),
        b"-----BEGIN PGP MESSAGE-----\n\nhF4DAAAAAAAAAAASAQdA\n=wxyz\n-----END PGP MESSAGE-----\n".to_vec(),
    );
    let kind = "encrypted; protocol=\"application/pgp-encrypted\"";
    case("pgp-encrypted", Part::Multi(kind.into(), "enc".into(), vec![version, content])).named(&["encrypted.asc"])
}

fn smime_signed() -> Case {
    let signature = Part::Raw(
        "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"smime.p7s\"\n".into(),
        b"MIAGCSqGSIb3DQEHAqCAMIACAQExAAAA\n".to_vec(),
    );
    let kind = "signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256";
    case("smime-signed", Part::Multi(kind.into(), "smime".into(), vec![words(), signature]))
        .text(WORDS)
        .named(&["smime.p7s"])
}

fn smime_opaque() -> Case {
    let headers = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"smime.p7m\"\n";
    case("smime-encrypted", Part::Raw(headers.into(), b"MIAGCSqGSIb3DQEHA6CAMIACAQAxAAAA\n".to_vec())).attachments(&[(
        Some("smime.p7m"),
        "application/pkcs7-mime",
        false,
    )])
}

/// Only the beginning of a `winmail.dat`: whatever is made of it, the words beside it stay.
fn tnef() -> Case {
    let file = Part::file("application/ms-tnef", "winmail.dat", &[0x78, 0x9f, 0x3e, 0x22, 0x01, 0x00]);
    case("winmail-dat", Part::mixed("tnef", vec![words(), file])).text(WORDS).silent("attachments")
}

fn invitation() -> Case {
    let calendar = "BEGIN:VCALENDAR\nPRODID:-//Example//Calendar//EN\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:a1@x.example\nDTSTAMP:20261103T124007Z\nDTSTART:20261106T090000Z\nDTEND:20261106T093000Z\nSUMMARY:Handing over the keys\nORGANIZER;CN=Ada Byron:mailto:help@acme.example\nATTENDEE;CN=Ann Lee;PARTSTAT=ACCEPTED:mailto:ann@x.example\nSEQUENCE:0\nEND:VEVENT\nEND:VCALENDAR\n";
    let parts = vec![
        Part::text("plain", "utf-8", Transfer::Seven, "See you then, I bring the spare key.\n"),
        labelled("text/calendar; charset=utf-8; method=REPLY", "utf-8", Transfer::Seven, calendar),
    ];
    case("invitation-accepted", Part::alternative("cal", parts))
        .contains(&["See you then, I bring the spare key."])
        .silent("attachments")
}

fn crlf() -> Case {
    let text = "Line one.\r\n\r\nLine two.\r\n\r\nOn Tue, Nov 3, 2026 at 10:15 AM Ada Byron <help@acme.example> wrote:\r\n\r\n> Which size do you need?\r";
    case("lines-end-in-crlf", labelled("text/plain; charset=utf-8", "utf-8", Transfer::Eight, text))
        .text("Line one.\n\nLine two.")
        .quoted(&["Which size do you need?"])
}

fn null_bytes() -> Case {
    case("null-bytes", labelled("text/plain; charset=utf-8", "utf-8", Transfer::Base64, "Before\0 and after"))
        .contains(&["Before", "and after"])
}
