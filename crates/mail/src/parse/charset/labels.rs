//! What a mail calls its charset, and which charset that is: the labels of IANA and of vendors that the WHATWG lacks or reads otherwise, and the
//! spellings of mail programs.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::tables;

/// What a label names.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    /// One of the web's.
    Web(&'static Encoding),
    /// A single-byte charset by the characters from 0x80 on.
    Upper(&'static str),
    Iso2022,
    Hz,
    Utf7,
    /// 16-bit units; their order by the zero bytes, else big end first (RFC 2781 §4.3).
    Utf16,
    Utf32 {
        big: bool,
    },
    /// Nothing that says anything: US-ASCII, `unknown-8bit`, `binary`.
    Unsaid,
}

/// Labels that are not the web's, or that mail means otherwise. Lower case, `-` for `_`.
const LABELS: &[(&str, Charset)] = &[
    ("", Charset::Unsaid),
    ("us-ascii", Charset::Unsaid),
    ("ascii", Charset::Unsaid),
    ("ansi-x3.4-1968", Charset::Unsaid),
    ("ansi-x3.4-1986", Charset::Unsaid),
    ("iso-646.irv:1991", Charset::Unsaid),
    ("iso646-us", Charset::Unsaid),
    ("iso-ir-6", Charset::Unsaid),
    ("csascii", Charset::Unsaid),
    ("us", Charset::Unsaid),
    ("646", Charset::Unsaid),
    ("ibm367", Charset::Unsaid),
    ("cp367", Charset::Unsaid),
    ("unknown", Charset::Unsaid),
    ("unknown-8bit", Charset::Unsaid),
    ("x-unknown", Charset::Unsaid),
    ("default", Charset::Unsaid),
    ("default-charset", Charset::Unsaid),
    ("8bit", Charset::Unsaid),
    ("7bit", Charset::Unsaid),
    ("binary", Charset::Unsaid),
    ("none", Charset::Unsaid),
    ("utf-7", Charset::Utf7),
    ("utf7", Charset::Utf7),
    ("csutf7", Charset::Utf7),
    ("unicode-1-1-utf-7", Charset::Utf7),
    ("csunicode11utf7", Charset::Utf7),
    ("x-unicode-2-0-utf-7", Charset::Utf7),
    ("utf8mb4", Charset::Web(UTF_8)),
    ("utf-8-mac", Charset::Web(UTF_8)),
    ("cp65001", Charset::Web(UTF_8)),
    ("csutf8", Charset::Web(UTF_8)),
    ("wtf-8", Charset::Web(UTF_8)),
    ("unicode-2-0-utf-8", Charset::Web(UTF_8)),
    ("utf-16", Charset::Utf16),
    ("utf16", Charset::Utf16),
    ("unicode", Charset::Utf16),
    ("ucs-2", Charset::Utf16),
    ("csunicode", Charset::Utf16),
    ("csutf16", Charset::Utf16),
    ("iso-10646-ucs-2", Charset::Utf16),
    ("utf-16be", Charset::Web(UTF_16BE)),
    ("ucs-2be", Charset::Web(UTF_16BE)),
    ("csutf16be", Charset::Web(UTF_16BE)),
    ("utf-16le", Charset::Web(UTF_16LE)),
    ("ucs-2le", Charset::Web(UTF_16LE)),
    ("csutf16le", Charset::Web(UTF_16LE)),
    ("utf-32", Charset::Utf32 { big: true }),
    ("utf32", Charset::Utf32 { big: true }),
    ("utf-32be", Charset::Utf32 { big: true }),
    ("ucs-4", Charset::Utf32 { big: true }),
    ("iso-10646-ucs-4", Charset::Utf32 { big: true }),
    ("csucs4", Charset::Utf32 { big: true }),
    ("utf-32le", Charset::Utf32 { big: false }),
    ("ucs-4le", Charset::Utf32 { big: false }),
    ("hz-gb-2312", Charset::Hz),
    ("hz", Charset::Hz),
    ("iso-2022-jp", Charset::Iso2022),
    ("iso-2022-jp-1", Charset::Iso2022),
    ("iso-2022-jp-2", Charset::Iso2022),
    ("iso-2022-jp-3", Charset::Iso2022),
    ("iso-2022-jp-2004", Charset::Iso2022),
    ("iso-2022-jp-ms", Charset::Iso2022),
    ("csiso2022jp", Charset::Iso2022),
    ("csiso2022jp2", Charset::Iso2022),
    ("jis", Charset::Iso2022),
    ("cp50220", Charset::Iso2022),
    ("cp50221", Charset::Iso2022),
    ("cp50222", Charset::Iso2022),
    ("iso-2022-kr", Charset::Iso2022),
    ("csiso2022kr", Charset::Iso2022),
    ("iso-2022-cn", Charset::Iso2022),
    ("iso-2022-cn-ext", Charset::Iso2022),
    ("gb2312", Charset::Web(GB18030)),
    ("gbk", Charset::Web(GB18030)),
    ("gb18030-2000", Charset::Web(GB18030)),
    ("gb18030-2005", Charset::Web(GB18030)),
    ("gb18030-2022", Charset::Web(GB18030)),
    ("cp936", Charset::Web(GB18030)),
    ("ms936", Charset::Web(GB18030)),
    ("windows-936", Charset::Web(GB18030)),
    ("x-gbk", Charset::Web(GB18030)),
    ("euc-cn", Charset::Web(GB18030)),
    ("euccn", Charset::Web(GB18030)),
    ("cngb", Charset::Web(GB18030)),
    ("gb-2312-80", Charset::Web(GB18030)),
    ("cp950", Charset::Web(BIG5)),
    ("ms950", Charset::Web(BIG5)),
    ("windows-950", Charset::Web(BIG5)),
    ("big-5", Charset::Web(BIG5)),
    ("big5-hkscs:2004", Charset::Web(BIG5)),
    ("big5hkscs", Charset::Web(BIG5)),
    ("csbig5hkscs", Charset::Web(BIG5)),
    ("cp951", Charset::Web(BIG5)),
    ("cp932", Charset::Web(encoding_rs::SHIFT_JIS)),
    ("ms932", Charset::Web(encoding_rs::SHIFT_JIS)),
    ("windows-932", Charset::Web(encoding_rs::SHIFT_JIS)),
    ("cswindows31j", Charset::Web(encoding_rs::SHIFT_JIS)),
    ("shift-jisx0213", Charset::Web(encoding_rs::SHIFT_JIS)),
    ("shift-jis-2004", Charset::Web(encoding_rs::SHIFT_JIS)),
    ("eucjp", Charset::Web(encoding_rs::EUC_JP)),
    ("eucjp-ms", Charset::Web(encoding_rs::EUC_JP)),
    ("euc-jp-ms", Charset::Web(encoding_rs::EUC_JP)),
    ("cp51932", Charset::Web(encoding_rs::EUC_JP)),
    ("ujis", Charset::Web(encoding_rs::EUC_JP)),
    ("euckr", Charset::Web(encoding_rs::EUC_KR)),
    ("cp949", Charset::Web(encoding_rs::EUC_KR)),
    ("ms949", Charset::Web(encoding_rs::EUC_KR)),
    ("uhc", Charset::Web(encoding_rs::EUC_KR)),
    ("x-windows-949", Charset::Web(encoding_rs::EUC_KR)),
    ("ks-c-5601-1987", Charset::Web(encoding_rs::EUC_KR)),
    ("ks-c-5601-1989", Charset::Web(encoding_rs::EUC_KR)),
    ("ks-c-5601", Charset::Web(encoding_rs::EUC_KR)),
    ("ksc5601-1987", Charset::Web(encoding_rs::EUC_KR)),
    ("koi8-ru", Charset::Web(encoding_rs::KOI8_U)),
    ("cskoi8u", Charset::Web(encoding_rs::KOI8_U)),
    ("x-mac-roman", Charset::Web(encoding_rs::MACINTOSH)),
    ("macroman", Charset::Web(encoding_rs::MACINTOSH)),
    ("mac-roman", Charset::Web(encoding_rs::MACINTOSH)),
    ("mac-cyrillic", Charset::Web(encoding_rs::X_MAC_CYRILLIC)),
    ("maccyrillic", Charset::Web(encoding_rs::X_MAC_CYRILLIC)),
    ("cp874", Charset::Web(encoding_rs::WINDOWS_874)),
    ("tis620", Charset::Web(encoding_rs::WINDOWS_874)),
    ("cstis620", Charset::Web(encoding_rs::WINDOWS_874)),
    ("ansi", Charset::Web(WINDOWS_1252)),
    ("iso-8859-1-windows-3.0-latin-1", Charset::Web(WINDOWS_1252)),
    ("iso-8859-1-windows-3.1-latin-1", Charset::Web(WINDOWS_1252)),
    ("latin-1", Charset::Web(WINDOWS_1252)),
    ("latin-2", Charset::Web(encoding_rs::ISO_8859_2)),
    ("latin9", Charset::Web(encoding_rs::ISO_8859_15)),
    ("latin-9", Charset::Web(encoding_rs::ISO_8859_15)),
    ("latin0", Charset::Web(encoding_rs::ISO_8859_15)),
    ("latin7", Charset::Web(encoding_rs::ISO_8859_13)),
    ("latin8", Charset::Web(encoding_rs::ISO_8859_14)),
    ("latin10", Charset::Web(encoding_rs::ISO_8859_16)),
    ("l7", Charset::Web(encoding_rs::ISO_8859_13)),
    ("l8", Charset::Web(encoding_rs::ISO_8859_14)),
    ("l10", Charset::Web(encoding_rs::ISO_8859_16)),
    ("iso-8859-9-turkish", Charset::Web(encoding_rs::WINDOWS_1254)),
];

/// The label as the tables write it: lower case, one kind of hyphen, without quotes and the language of RFC 2231.
fn normal(label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_whitespace() || "\"'`;,=<>".contains(c));
    let label = label.split(['*', '\'', ';']).next().unwrap_or_default();
    label.chars().take(60).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).filter(|c| *c != ' ').collect()
}

/// `None` for a label that nobody knows.
pub(super) fn named(label: &str) -> Option<Charset> {
    let label = normal(label);
    if label == "utf-8" {
        return Some(Charset::Web(UTF_8));
    }
    let ours = LABELS.iter().find(|(known, _)| *known == label).map(|(_, charset)| *charset);
    let upper = || {
        tables::UPPER_HALVES.iter().find(|(labels, _)| labels.contains(&label.as_str())).map(|(_, u)| Charset::Upper(u))
    };
    let web = |label: &str| Encoding::for_label_no_replacement(label.as_bytes()).map(Charset::Web);
    // `windows1252`, `cp-1252`, `x-iso-8859-2`, `iso8859-2`, `iso_8859_2` are all meant
    let spelled = || {
        let bare = label.strip_prefix("x-").or_else(|| label.strip_prefix("cs")).unwrap_or(&label);
        let compact: String = bare.chars().filter(|c| *c != '-').collect();
        let number = compact.trim_start_matches(|c: char| !c.is_ascii_digit());
        match () {
            () if compact.starts_with("iso8859") => web(&format!("iso-8859-{}", compact.get(7..).unwrap_or_default())),
            () if ["windows", "cp", "win", "ansi", "ms"].iter().any(|p| compact.strip_prefix(p) == Some(number)) => {
                web(&format!("windows-{number}"))
            }
            () => web(&compact).or_else(|| web(bare)),
        }
    };
    let year = || web(label.split(':').next().unwrap_or_default());
    ours.or_else(upper).or_else(|| web(&label)).or_else(|| web(&label.replace('-', "_"))).or_else(year).or_else(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_upper_half_is_whole_and_every_label_normal() {
        for (labels, upper) in tables::UPPER_HALVES {
            assert_eq!(upper.chars().count(), 128, "{labels:?}");
            assert!(labels.iter().all(|label| normal(label) == *label), "{labels:?}");
        }
        assert!(LABELS.iter().all(|(label, _)| normal(label) == *label));
        assert!(named("klingon").is_none() && named("x-").is_none());
    }
}
