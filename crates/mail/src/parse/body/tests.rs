//! One mail a row: what it holds, and what is read.

use crate::message::{Mail, Note};
use crate::parse;

/// `text || file name (type) | …`
fn told(mail: &Mail) -> String {
    let files: Vec<String> = mail
        .attachments
        .iter()
        .map(|file| format!("{} ({})", file.name.as_deref().unwrap_or("-"), file.content_type))
        .collect();
    format!("{} || {}", mail.text.trim(), files.join(" | "))
}

/// A multipart mail of parts, each a header block and a body.
fn multipart(kind: &str, parts: &[&str]) -> Vec<u8> {
    let body: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
    format!("Subject: x\nContent-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n").into_bytes()
}

const PLAIN: &str = "Content-Type: text/plain\n\nPlain words";
const HTML: &str = "Content-Type: text/html\n\n<p>Rich words</p>";
const PNG: &str = "Content-Type: image/png\nContent-ID: <i@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=";
const CALENDAR: &str = "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nATTENDEE;PARTSTAT=DECLINED:mailto:ann@x.example\nSUMMARY:Call\nEND:VEVENT\nEND:VCALENDAR";
const INNER: &str = "Content-Type: message/rfc822\n\nSubject: In/side\n\nInner words";

#[test]
fn the_words_of_every_arrangement_are_found() {
    let nested = "Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nDeep plain\n--c\nContent-Type: multipart/related; boundary=d\n\n--d\nContent-Type: text/html\n\n<p>Deep rich <img src=\"cid:i@x\"></p>\n--d\nContent-Type: image/png\nContent-ID: <i@x>\n\nx\n--d--\n--c--";
    let cases: &[(&str, &[&str], &str)] = &[
        ("mixed", &[PLAIN, PNG, "\nSecond words"], "Plain words\nSecond words || image.png (image/png)"),
        ("mixed", &[HTML, PLAIN], "Rich words\nPlain words || "),
        ("alternative", &[PLAIN, HTML], "Plain words || "),
        ("alternative", &[HTML, PLAIN], "Plain words || "),
        ("alternative", &[HTML], "Rich words || "),
        ("alternative", &[PLAIN, "Content-Type: text/enriched\n\n<b>Plain</b> words", HTML], "Plain words || "),
        (
            "alternative",
            &[PLAIN, "Content-Type: text/x-amp-html\n\n<html amp4email>", HTML, CALENDAR],
            "Plain words || invitation.ics (text/calendar)",
        ),
        (
            "alternative",
            &["Content-Type: text/plain\n\nThis mail needs a program that shows HTML.", HTML],
            "Rich words || ",
        ),
        ("alternative", &["Content-Type: text/plain\n\n \n", HTML], "Rich words || "),
        ("alternative", &["\n", CALENDAR], "ann@x.example declined: Call || invitation.ics (text/calendar)"),
        (
            "mixed",
            &[nested, "Content-Type: application/pdf; name=a.pdf\n\n%PDF"],
            "Deep plain || image.png (image/png) | a.pdf (application/pdf)",
        ),
        (
            "related; start=\"<root@x>\"",
            &[PNG, "Content-Type: text/html\nContent-ID: <root@x>\n\n<p>Root</p>"],
            "Root || image.png (image/png)",
        ),
        (
            "related",
            &[HTML, "Content-Type: text/html\nContent-ID: <frame@x>\n\n<p>Frame</p>"],
            "Rich words || text.html (text/html)",
        ),
        ("mixed", &["Content-Type: text/rtf\n\n{\\rtf1 Rich {\\b text}}"], "Rich text || "),
        ("mixed", &["Content-Type: text/richtext\n\n<bold>Old</bold> words<nl>"], "Old words || "),
        ("mixed", &[INNER], "Inner words || In_side.eml (message/rfc822)"),
        ("mixed", &[PLAIN, INNER], "Plain words || In_side.eml (message/rfc822)"),
        (
            "digest",
            &["\nSubject: One\n\nFirst", "\nSubject: Two\n\nSecond"],
            "First\n\nSecond || One.eml (message/rfc822) | Two.eml (message/rfc822)",
        ),
        (
            "report",
            &[PLAIN, "Content-Type: message/delivery-status\n\nAction: failed"],
            "Plain words || delivery-status.txt (message/delivery-status)",
        ),
        (
            "mixed",
            &[
                "Content-Type: text/plain; name=body.txt\n\nNamed words",
                "Content-Type: text/plain; name=b.txt\n\nA file",
            ],
            "Named words || b.txt (text/plain)",
        ),
        (
            "mixed",
            &["Content-Type: text/plain\nContent-Disposition: attachment\n\nA file"],
            " || text.txt (text/plain)",
        ),
        (
            "mixed",
            &["Content-Type: text/plain\n\nSee:\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye"],
            "See:\nBye || cat.txt (text/plain)",
        ),
        ("mixed", &["", ""], " || "),
        ("mixed", &[PNG, PNG], " || image.png (image/png) | image-2.png (image/png)"),
        (
            "appledouble",
            &["Content-Type: application/applefile\n\nfork", "Content-Type: application/pdf; name=a.pdf\n\n%PDF"],
            " || a.pdf (application/pdf)",
        ),
    ];
    for (kind, parts, expected) in cases {
        assert_eq!(told(&parse(&multipart(kind, parts))), *expected, "{kind} of {parts:?}");
    }
}

#[test]
fn single_bodies_are_read() {
    let cases: &[(&[u8], &str)] = &[
        (b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Call\nEND:VEVENT\nEND:VCALENDAR", "Event: Call || invitation.ics (text/calendar)"),
        (b"Content-Type: text/plain; format=flowed; delsp=yes\n\nOne \nline\n", "Oneline || "),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\n<html><head><meta charset=utf-8></head><p>\xc3\xa9</p></html>", "\u{e9} || "),
        (b"Content-Type: text/html\n\n<meta http-equiv=x content='text/html; charset=windows-1251'><p>\xcf\xf0\xe8\xe2\xe5\xf2", "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} || "),
        (b"Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\ngr\xc3\xbc\xc3\x9fe", "gr\u{fc}\u{df}e || "),
        (b"Content-Type: message/rfc822\n\nSubject: x\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nInner\n--c--\n", "Inner || x.eml (message/rfc822)"),
        (b"Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"../../a.pdf\"\n\n%PDF", " || a.pdf (application/pdf)"),
        (b"Content-Type: application/octet-stream; name=\"=?iso-2022-jp?B?GyRCRnxLXBsoQi5wZGY=?=\"\n\n%PDF", " || \u{65e5}\u{672c}.pdf (application/pdf)"),
        (b"Subject: only headers\n", " || "),
        (b"Content-Type: text/plain\nno blank line, but words\nand more\n", "no blank line, but words\nand more || "),
        (b"Subject: x\r\rwords\rmore\r", "words\nmore || "),
        (b"Content-Type: application/mac-binhex40; name=a.hqx\n\nnot really", " || a.hqx (application/mac-binhex40)"),
        (b"Content-Transfer-Encoding: x-uuencode\nContent-Type: application/octet-stream\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n", " || cat.txt (text/plain)"),
    ];
    for (raw, expected) in cases {
        assert_eq!(told(&parse(raw)), *expected, "{}", String::from_utf8_lossy(raw));
    }
}

#[test]
fn what_is_sealed_stays_and_says_so() {
    let cases: &[(Vec<u8>, &str, &[Note])] = &[
        (
            multipart(
                "encrypted; protocol=\"application/pgp-encrypted\"",
                &[
                    "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                    "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
                ],
            ),
            " || version.txt (application/pgp-encrypted) | encrypted.asc (application/octet-stream)",
            &[Note::EncryptedPgp],
        ),
        (
            multipart("signed", &[PLAIN, "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx"]),
            "Plain words || smime.p7s (application/pkcs7-signature)",
            &[],
        ),
        (
            b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx".to_vec(),
            " || smime.p7m (application/pkcs7-mime)",
            &[Note::EncryptedSmime],
        ),
        (
            b"\n\nHi\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n".to_vec(),
            "Hi || message.asc (application/octet-stream)",
            &[Note::EncryptedPgp],
        ),
    ];
    for (raw, expected, notes) in cases {
        let mail = parse(raw);
        assert_eq!((told(&mail).as_str(), &mail.notes[..]), (*expected, *notes));
    }
    // SignedData around `Content-Type: text/plain\n\nSigned words`
    let inner = b"Content-Type: text/plain\n\nSigned words";
    let wrap = |tag: u8, content: &[u8]| [&[tag, 0x81, u8::try_from(content.len()).expect("short")], content].concat();
    let data = [b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01", &wrap(0xA0, &wrap(0x04, inner))[..]].concat();
    let signed = wrap(0x30, &[b"\x02\x01\x01\x31\x00", &wrap(0x30, &data)[..]].concat());
    let envelope = wrap(0x30, &[b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", &wrap(0xA0, &signed)[..]].concat());
    let mail = parse(&[&b"Content-Type: application/x-pkcs7-mime; name=smime.p7m\n\n"[..], &envelope].concat());
    assert_eq!((told(&mail).as_str(), &mail.notes[..]), ("Signed words || ", &[Note::SignedSmime][..]));
}

#[test]
fn images_of_the_text_are_told_from_files() {
    let raw = multipart(
        "related",
        &[
            "Content-Type: text/html\n\n<img src=\"cid:i@x\">",
            PNG,
            "Content-Type: image/gif\nContent-ID: <other@x>\n\nx",
            "Content-Type: image/gif\nContent-Disposition: inline\n\nx",
        ],
    );
    let inline: Vec<bool> = parse(&raw).attachments.iter().map(|file| file.inline).collect();
    assert_eq!(inline, [true, false, true]);
}

#[test]
fn limits_hold() {
    let many: String =
        (0..600).map(|n| format!("--b\nContent-Disposition: attachment; filename=f{n}\n\nx\n")).collect();
    let mail = parse(format!("Content-Type: multipart/mixed; boundary=b\n\n{many}").as_bytes());
    assert!(mail.truncated && mail.attachments.len() == 500);
    let flood = format!("Subject: flood\n{}\nThe body\n", "X: y\n".repeat(100_000));
    let mail = parse(flood.as_bytes());
    assert!(mail.truncated && mail.headers.len() <= 2_000);
    assert_eq!((mail.subject.as_deref(), mail.text.trim()), (Some("flood"), "The body"));
    for piece in [
        "Content-Type: message/rfc822\n\n",
        "Content-Type: multipart/digest; boundary=a\n\n--a\n\n",
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    ] {
        let _ = parse(piece.repeat(50_000).as_bytes());
    }
}
