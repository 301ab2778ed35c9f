//! Attached files and their names.

use super::case;
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};

const WORDS: &str = "The drawing is attached.";

/// Name of the case, header lines of the part, the file's name as it is to be read.
const NAMES: &[(&str, &str, Option<&str>)] = &[
    ("name-plain", "Content-Disposition: attachment; filename=\"plan.pdf\"\n", Some("plan.pdf")),
    ("name-with-blanks-unquoted", "Content-Disposition: attachment; filename=plan b.pdf\n", Some("plan b.pdf")),
    (
        "name-rfc-2231",
        "Content-Disposition: attachment; filename*=UTF-8''Ma%C3%9Fe%20%E2%82%AC.pdf\n",
        Some("Maße €.pdf"),
    ),
    (
        "name-rfc-2231-in-pieces",
        "Content-Disposition: attachment;\n filename*0*=UTF-8''Ma%C3%9Fe%20der;\n filename*1*=%20gro%C3%9Fen;\n filename*2=\" Kiste.pdf\"\n",
        Some("Maße der großen Kiste.pdf"),
    ),
    (
        "name-rfc-2231-plain-pieces",
        "Content-Disposition: attachment;\n filename*0=\"a long\";\n filename*1=\" name.pdf\"\n",
        Some("a long name.pdf"),
    ),
    (
        "name-rfc-2231-latin-1",
        "Content-Disposition: attachment; filename*=iso-8859-1'de'Ma%DFe.pdf\n",
        Some("Maße.pdf"),
    ),
    ("name-encoded-word", "Content-Disposition: attachment; filename=\"=?UTF-8?B?TWHDn2UucGRm?=\"\n", Some("Maße.pdf")),
    (
        "name-encoded-words",
        "Content-Disposition: attachment;\n filename=\"=?utf-8?Q?Ma=C3=9F?=\n =?utf-8?Q?e.pdf?=\"\n",
        Some("Maße.pdf"),
    ),
    (
        "name-japanese-word",
        "Content-Disposition: attachment; filename=\"=?ISO-2022-JP?B?GyRCP15MTBsoQi5wZGY=?=\"\n",
        Some("図面.pdf"),
    ),
    ("name-raw-utf-8", "Content-Disposition: attachment; filename=\"Maße.pdf\"\n", Some("Maße.pdf")),
    ("name-with-folders", "Content-Disposition: attachment; filename=\"C:\\\\Temp\\\\plan.pdf\"\n", Some("plan.pdf")),
    ("name-climbing-folders", "Content-Disposition: attachment; filename=\"../../etc/plan.pdf\"\n", Some("plan.pdf")),
    (
        "name-in-both-forms",
        "Content-Disposition: attachment; filename=\"Masse.pdf\"; filename*=UTF-8''Ma%C3%9Fe.pdf\n",
        Some("Maße.pdf"),
    ),
    ("name-missing", "Content-Disposition: attachment\n", Some("document.pdf")),
];

pub(super) fn cases() -> Vec<Case> {
    let names = NAMES.iter().map(|(name, headers, read)| {
        let headers = format!("Content-Type: application/pdf\n{headers}Content-Transfer-Encoding: base64\n");
        mixed(name, Part::Raw(headers, b"JVBERi0xLjQK\n".to_vec())).attachments(&[(*read, "application/pdf", false)])
    });
    names.chain([type_names_it(), picture(), attached_text(), attached_mail(), two_texts(), several()]).collect()
}

fn mixed(name: &str, file: Part) -> Case {
    let words = Part::text("plain", "utf-8", Transfer::Seven, &format!("{WORDS}\n"));
    case(name, Part::mixed("=_files", vec![words, file])).text(WORDS)
}

fn type_names_it() -> Case {
    let headers = "Content-Type: application/pdf; name=\"plan.pdf\"\nContent-Transfer-Encoding: base64\n";
    mixed("name-of-the-type", Part::Raw(headers.into(), b"JVBERi0xLjQK\n".to_vec())).attachments(&[(
        Some("plan.pdf"),
        "application/pdf",
        false,
    )])
}

fn picture() -> Case {
    let html = Part::text(
        "html",
        "utf-8",
        Transfer::Seven,
        "<p>Look: <img src=\"cid:p1@x.example\"></p><p>Bent, is it not?</p>\n",
    );
    let picture = Part::Raw(
        "Content-Type: image/png; name=\"lid.png\"\nContent-Transfer-Encoding: base64\nContent-ID: <p1@x.example>\nContent-Disposition: inline; filename=\"lid.png\"\n".into(),
        b"iVBORw0KGgo=\n".to_vec(),
    );
    case("picture-in-the-text", Part::Multi("related".into(), "=_rel".into(), vec![html, picture]))
        .attachments(&[(Some("lid.png"), "image/png", true)])
        .contains(&["Look:", "Bent, is it not?"])
}

fn attached_text() -> Case {
    let headers = "Content-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=\"notes.txt\"\n";
    mixed("attached-text-is-a-file", Part::Raw(headers.into(), b"These are notes.\n".to_vec())).attachments(&[(
        Some("notes.txt"),
        "text/plain",
        false,
    )])
}

fn attached_mail() -> Case {
    let inner =
        b"From: Bob <bob@x.example>\nSubject: Parcel\nMessage-ID: <inner@x.example>\n\nIt came broken.\n".to_vec();
    mixed("attached-mail", Part::Raw("Content-Type: message/rfc822\n".into(), inner))
        .named(&["Parcel.eml"])
        .lacks(&["It came broken."])
}

fn two_texts() -> Case {
    let text = |text: &str| Part::text("plain", "utf-8", Transfer::Seven, text);
    let file = Part::file("image/png", "lid.png", b"\x89PNG");
    case("words-around-a-file", Part::mixed("=_apple", vec![text("Here is the lid:\n"), file, text("It is bent.\n")]))
        .attachments(&[(Some("lid.png"), "image/png", false)])
        .contains(&["Here is the lid:", "It is bent."])
}

fn several() -> Case {
    let files = [("application/zip", "a.zip"), ("image/jpeg", "b.jpg"), ("text/csv", "c.csv")];
    let mut parts = vec![Part::text("plain", "utf-8", Transfer::Seven, &format!("{WORDS}\n"))];
    parts.extend(files.map(|(kind, name)| Part::file(kind, name, b"content")));
    case("several-files", Part::mixed("=_files", parts)).text(WORDS).attachments(&[
        (Some("a.zip"), "application/zip", false),
        (Some("b.jpg"), "image/jpeg", false),
        (Some("c.csv"), "text/csv", false),
    ])
}
