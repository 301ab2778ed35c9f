//! What is broken, or merely rare, in boundaries, encodings and header fields: the words are read all the same.

use serde_json::json;

use super::{case, labelled};
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};

const WORDS: &str = "Size L, please, and the blue one.";

/// Name, header lines of the body, the body.
const RAW: &[(&str, &str, &str)] = &[
    (
        "boundary-never-closed",
        "Content-Type: multipart/mixed; boundary=\"b1\"\n",
        "--b1\nContent-Type: text/plain\n\nSize L, please, and the blue one.\n",
    ),
    (
        "boundary-said-unquoted",
        "Content-Type: multipart/mixed; boundary=b_1=2\n",
        "--b_1=2\nContent-Type: text/plain\n\nSize L, please, and the blue one.\n--b_1=2--\n",
    ),
    (
        "boundary-with-blanks-behind",
        "Content-Type: multipart/mixed; boundary=\"b1\"\n",
        "--b1  \nContent-Type: text/plain\n\nSize L, please, and the blue one.\n--b1--  \n",
    ),
    (
        "preamble-and-epilogue",
        "Content-Type: multipart/mixed; boundary=\"b1\"\n",
        "This is a multi-part message in MIME format.\n\n--b1\nContent-Type: text/plain\n\nSize L, please, and the blue one.\n--b1--\nNothing to see here.\n",
    ),
    (
        "boundary-begins-another",
        "Content-Type: multipart/mixed; boundary=\"b\"\n",
        "--b\nContent-Type: multipart/alternative; boundary=\"bb\"\n\n--bb\nContent-Type: text/plain\n\nSize L, please, and the blue one.\n--bb\nContent-Type: text/html\n\n<p>Size L, please, and the blue one.</p>\n--bb--\n--b--\n",
    ),
    (
        "part-without-header-fields",
        "Content-Type: multipart/mixed; boundary=\"b1\"\n",
        "--b1\n\nSize L, please, and the blue one.\n--b1--\n",
    ),
    (
        "empty-parts-around",
        "Content-Type: multipart/mixed; boundary=\"b1\"\n",
        "--b1\nContent-Type: text/plain\n\n\n--b1\nContent-Type: text/plain\n\nSize L, please, and the blue one.\n--b1\nContent-Type: text/plain\n\n\n--b1--\n",
    ),
    (
        "encoding-in-capitals",
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: QUOTED-PRINTABLE\n",
        "Size L, please,=20=\nand the=20blue=\n one=2E\n",
    ),
    (
        "quoted-printable-broken",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
        "Size=20L, please, and the blue one=2e=\n",
    ),
    (
        "base64-without-padding",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
        "U2l6ZSBMLCBwbGVhc2UsIGFuZCB0aGUgYmx1ZSBvbmUu\nCg\n",
    ),
    (
        "base64-on-one-long-line",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
        "U2l6ZSBMLCBwbGVhc2UsIGFuZCB0aGUgYmx1ZSBvbmUuCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo=\n",
    ),
    (
        "unknown-encoding",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: x-none\n",
        "Size L, please, and the blue one.\n",
    ),
    ("type-without-subtype", "Content-Type: text\n", "Size L, please, and the blue one.\n"),
    (
        "type-with-stray-semicolons",
        "Content-Type: text/plain;; charset=utf-8;\n",
        "Size L, please, and the blue one.\n",
    ),
    (
        "deep-nesting",
        "Content-Type: multipart/mixed; boundary=\"o\"\n",
        "--o\nContent-Type: multipart/mixed; boundary=\"m\"\n\n--m\nContent-Type: multipart/related; boundary=\"i\"\n\n--i\nContent-Type: multipart/alternative; boundary=\"a\"\n\n--a\nContent-Type: text/plain\n\nSize L, please, and the blue one.\n--a\nContent-Type: text/html\n\n<p>Size L, please, and the blue one.</p>\n--a--\n--i--\n--m--\n--o--\n",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let raw = RAW.iter().map(|(name, headers, body)| {
        case(name, Part::Raw((*headers).to_owned(), body.as_bytes().to_vec())).text(WORDS)
    });
    let whole =
        |name: &str| case(name, labelled("text/plain; charset=utf-8", "utf-8", Transfer::Eight, WORDS)).text(WORDS);
    let changed = [
        whole("subject-in-raw-utf-8").mail(|mail| mail.set("Subject", "Größe L")).key("subject", json!("Größe L")),
        whole("subject-in-many-words")
            .mail(|mail| {
                mail.set("Subject", "=?utf-8?Q?Gr=C3=B6=C3=9Fe?=\n =?utf-8?Q?_L_?= =?iso-8859-1?Q?f=FCr_Ann?=")
            })
            .key("subject", json!("Größe L für Ann")),
        whole("subject-missing").mail(|mail| mail.without("Subject")).key("subject", json!(null)),
        whole("subject-folded")
            .mail(|mail| mail.set("Subject", "Re: Order 1042 and\n all that belongs to it"))
            .key("subject", json!("Re: Order 1042 and all that belongs to it")),
        whole("name-in-quotes")
            .mail(|mail| mail.set("From", "\"Lee, Ann (York)\" <ann@x.example>"))
            .key("from", json!({"name": "Lee, Ann (York)", "address": "ann@x.example"})),
        whole("address-alone")
            .mail(|mail| mail.set("From", "ann@x.example"))
            .key("from", json!({"name": null, "address": "ann@x.example"})),
        whole("date-missing").mail(|mail| mail.without("Date")).key("date", json!(null)),
        whole("date-of-old-form")
            .mail(|mail| mail.set("Date", "Tue, 03 Nov 26 12:40:07 GMT"))
            .key("date", json!("2026-11-03T12:40:07Z")),
        whole("date-with-a-comment")
            .mail(|mail| mail.set("Date", "Tue, 3 Nov 2026 12:40:07 +0100 (Central European Time)"))
            .key("date", json!("2026-11-03T11:40:07Z")),
        whole("no-mime-version").mail(|mail| mail.without("MIME-Version")),
        whole("header-names-in-small").mail(|mut mail| {
            mail.headers.iter_mut().for_each(|(name, _)| *name = name.to_lowercase());
            mail
        }),
        whole("two-answered-mails")
            .mail(|mail| mail.set("In-Reply-To", "<a@x.example> <b@x.example>"))
            .key("in_reply_to", json!(["a@x.example", "b@x.example"])),
    ];
    let flowed = [
        case(
            "flowed",
            labelled(
                "text/plain; charset=utf-8; format=flowed",
                "utf-8",
                Transfer::Eight,
                "One long line \nthat was broken \ntwice.\n\nAnother.\n\n-- \nAnn",
            ),
        )
        .text("One long line that was broken twice.\n\nAnother.")
        .signature("-- \nAnn"),
        case(
            "flowed-without-blanks",
            labelled(
                "text/plain; charset=utf-8; format=flowed; delsp=yes",
                "utf-8",
                Transfer::Eight,
                "明日の朝に \n会社へ送ってください。",
            ),
        )
        .text("明日の朝に会社へ送ってください。"),
        case(
            "flowed-stuffed",
            labelled(
                "text/plain; charset=utf-8; format=flowed",
                "utf-8",
                Transfer::Eight,
                "It says:\n > press any key\n From then on nothing.",
            ),
        )
        .text("It says:\n> press any key\nFrom then on nothing."),
        case("not-flowed", labelled("text/plain; charset=utf-8", "utf-8", Transfer::Eight, "First line \nsecond line"))
            .text("First line\nsecond line"),
    ];
    raw.chain(changed).chain(flowed).collect()
}
