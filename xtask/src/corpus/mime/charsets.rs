//! Charsets: every one that programs send, and those that are missing or not what they are said to be.

use super::{GROUP, case, labelled};
use crate::corpus::case::{Case, mailbox};
use crate::corpus::encode;
use crate::corpus::mail::{Part, Transfer};
use crate::corpus::words;

/// A charset and a language written in it.
const CHARSETS: &[(&str, &str)] = &[
    ("iso-8859-2", "cs"),
    ("iso-8859-5", "bg"),
    ("iso-8859-6", "ar"),
    ("iso-8859-7", "el"),
    ("iso-8859-8-i", "he"),
    ("iso-8859-9", "tr"),
    ("iso-8859-10", "nb"),
    ("iso-8859-13", "lt"),
    ("iso-8859-15", "fr"),
    ("iso-8859-16", "ro"),
    ("windows-1250", "hu"),
    ("windows-1251", "ru"),
    ("windows-1252", "pt-PT"),
    ("windows-1253", "el"),
    ("windows-1254", "tr"),
    ("windows-1255", "he"),
    ("windows-1256", "ar"),
    ("windows-1257", "lv"),
    ("windows-874", "th"),
    ("tis-620", "th"),
    ("koi8-r", "ru"),
    ("koi8-u", "uk"),
    ("ibm866", "ru"),
    ("macintosh", "de"),
    ("iso-2022-jp", "ja"),
    ("shift_jis", "ja"),
    ("euc-jp", "ja"),
    ("gb2312", "zh-Hans"),
    ("gbk", "zh-Hans"),
    ("gb18030", "zh-Hans"),
    ("big5", "zh-Hant"),
    ("euc-kr", "ko"),
    ("ks_c_5601-1987", "ko"),
    ("utf-7", "de"),
    ("utf-16", "hi"),
    ("utf-16be", "fa"),
];

/// Name, media type as said, charset as it is, text.
const MISLABELLED: &[(&str, &str, &str, &str)] = &[
    ("no-charset-utf-8", "text/plain", "utf-8", "Grüße aus Köln und ein Herz: ♥"),
    ("no-charset-latin-1", "text/plain", "windows-1252", "Grüße aus Köln, schöne Tage!"),
    ("no-content-type", "", "utf-8", "Viele Grüße von der Möwe"),
    ("latin-1-said-to-be-utf-8", "text/plain; charset=utf-8", "windows-1252", "Grüße aus Köln, schöne Tage!"),
    ("utf-8-said-to-be-latin-1", "text/plain; charset=iso-8859-1", "utf-8", "Grüße aus Köln, schöne Tage!"),
    ("utf-8-said-to-be-ascii", "text/plain; charset=us-ascii", "utf-8", "Grüße aus Köln, schöne Tage!"),
    (
        "windows-said-to-be-latin-1",
        "text/plain; charset=iso-8859-1",
        "windows-1252",
        "“Ten euros – or 10 €”, she wrote…",
    ),
    ("unknown-charset", "text/plain; charset=x-unknown-8bit", "utf-8", "Grüße aus Köln"),
    ("default-charset", "text/plain; charset=_autodetect_all", "utf-8", "Grüße aus Köln"),
    ("charset-alias", "text/plain; charset=\"utf8\"", "utf-8", "Grüße aus Köln"),
    ("charset-old-alias", "TEXT/PLAIN; CHARSET=cp1252", "windows-1252", "Grüße aus Köln"),
    ("charset-latin1-alias", "text/plain; charset=latin1; format=fixed", "windows-1252", "Grüße aus Köln"),
];

pub(super) fn cases() -> Vec<Case> {
    let charsets = CHARSETS.iter().map(|(charset, code)| in_charset(charset, code));
    let mislabelled = MISLABELLED.iter().map(|(name, said, is, text)| {
        let transfer = if said.is_empty() { Transfer::Unsaid } else { Transfer::Eight };
        case(name, labelled(said, is, transfer, text)).text(text)
    });
    let byte_order_mark = case(
        "byte-order-mark",
        labelled("text/plain; charset=utf-8", "utf-8", Transfer::Base64, "\u{feff}Grüße aus Köln"),
    )
    .text("Grüße aus Köln");
    charsets.chain(mislabelled).chain([byte_order_mark, html_says_otherwise()]).collect()
}

/// Subject, name and words in the charset, the words as bytes where they stand.
fn in_charset(charset: &str, code: &str) -> Case {
    let words = words::of(code);
    let wide = charset.starts_with("utf-16");
    let transfer = match charset {
        "iso-2022-jp" | "utf-7" => Transfer::Seven,
        _ if wide => Transfer::Base64,
        _ => Transfer::Eight,
    };
    // header fields in UTF-16 or UTF-7 are nowhere to be seen
    let header = if wide || charset == "utf-7" { "utf-8" } else { charset };
    let body = Part::text("plain", charset, transfer, &format!("{}\n", words.whole()));
    let case = Case::reply(GROUP, &format!("charset-{charset}"), words.person, words.subject, body);
    case.mail(|mail| {
        mail.set("From", &mailbox(words.person, header))
            .set("Subject", &encode::words(words.subject, header).unwrap_or_default())
    })
    .text(&words.whole())
}

/// The header field counts, not the page's own claim.
fn html_says_otherwise() -> Case {
    let page = "<html><head><meta charset=\"iso-8859-1\"></head><body><p>Grüße aus Köln</p></body></html>";
    case("html-claims-another-charset", labelled("text/html; charset=utf-8", "utf-8", Transfer::Quoted, page))
        .text("Grüße aus Köln")
}
