//! Bytes to characters, in whatever charset: the labels of the WHATWG and of IANA, wrong labels and none.
//!
//! encoding_rs knows the charsets of the web, in which `iso-8859-1` is Windows-1252, `gb2312` is GB 18030 and `ks_c_5601` is CP 949, as mail
//! means them too; [`shifted`] and [`tables`] add those that only mail has.

mod guess;
mod shifted;
mod tables;

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What a label names.
#[derive(Clone, Copy)]
enum Charset {
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
fn named(label: &str) -> Option<Charset> {
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

/// Whether a label names a charset.
pub(super) fn is_known(label: &str) -> bool {
    named(label).is_some()
}

/// The characters of `bytes`, which the mail says to be in `label`; NULs and a byte order mark are dropped. Where the label is missing,
/// unknown or cannot be true, the bytes decide.
pub(super) fn decode(label: Option<&str>, bytes: &[u8]) -> String {
    let text = decode_all(label, bytes);
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// The characters of bytes that are surely in the charset.
pub(super) fn decode_as(label: &str, bytes: &[u8]) -> String {
    match named(label) {
        Some(Charset::Web(encoding)) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        Some(Charset::Upper(upper)) => single_byte(upper, bytes),
        _ => decode(Some(label), bytes),
    }
}

fn decode_all(label: Option<&str>, bytes: &[u8]) -> String {
    if let Some(marked) = marked(bytes) {
        return marked;
    }
    let charset = label.and_then(named).unwrap_or(Charset::Unsaid);
    match charset {
        Charset::Unsaid => guess::decode(bytes),
        Charset::Web(encoding) => web(encoding, bytes),
        Charset::Upper(upper) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => single_byte(upper, bytes),
        },
        // a charset of seven bits that holds others is wrongly named
        Charset::Iso2022 if !shifted::has_escapes(bytes) && !bytes.is_ascii() => guess::decode(bytes),
        Charset::Iso2022 => shifted::iso_2022(bytes),
        Charset::Hz | Charset::Utf7 if !bytes.is_ascii() => guess::decode(bytes),
        Charset::Hz => shifted::hz(bytes),
        Charset::Utf7 => shifted::utf_7(bytes),
        Charset::Utf16 => {
            let zeros = |of: usize| bytes.iter().skip(of).step_by(2).filter(|b| **b == 0).count();
            web(if zeros(1) > zeros(0) { UTF_16LE } else { UTF_16BE }, bytes)
        }
        Charset::Utf32 { .. } if !bytes.contains(&0) => guess::decode(bytes),
        Charset::Utf32 { big } => utf_32(bytes, big && bytes.first() == Some(&0)),
    }
}

/// Text that begins with a byte order mark.
fn marked(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(b"\x00\x00\xFE\xFF") {
        return Some(utf_32(rest, true));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE\x00\x00") {
        return Some(utf_32(rest, false));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(encoding.decode_without_bom_handling(bytes.get(length..)?).0.into_owned())
}

/// One of the web's charsets, unless the bytes say that it cannot be.
fn web(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let wide = encoding == UTF_16BE || encoding == UTF_16LE;
    if wide && !bytes.contains(&0) && bytes.len() > 3 {
        // eight-bit text behind a label of sixteen bits is read as such; Chinese without a blank has no zero byte either
        let is_control = |c: char| c.is_control() && !c.is_whitespace();
        let is_eight = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_control));
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        return if is_eight || broken { guess::decode(bytes) } else { text.into_owned() };
    }
    if !wide && bytes.is_ascii() {
        return guess::decode(bytes);
    }
    if !wide
        && let Ok(text) = std::str::from_utf8(bytes)
        && (encoding == UTF_8 || is_surely_utf8(text, encoding))
    {
        return text.to_owned();
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if !broken {
        return text.into_owned();
    }
    let guessed = if wide { encoding } else { guess::encoding(bytes) };
    let (other, other_broken) = guessed.decode_without_bom_handling(bytes);
    let holes = |text: &str| text.matches('\u{FFFD}').count();
    if !other_broken || holes(&other) < holes(&text) { other.into_owned() } else { text.into_owned() }
}

/// Valid UTF-8 with the wrong label. In a charset of one byte such sequences make no words; in one of several bytes, only many and long ones
/// tell.
fn is_surely_utf8(text: &str, encoding: &'static Encoding) -> bool {
    if encoding.is_single_byte() {
        return true;
    }
    let long = text.chars().filter(|c| c.len_utf8() >= 3).count();
    let short = text.chars().filter(|c| c.len_utf8() == 2).count();
    long >= 2 && (encoding != GBK || long >= short)
}

fn single_byte(upper: &str, bytes: &[u8]) -> String {
    let table: Vec<char> = upper.chars().collect();
    let char_of = |byte: &u8| match byte.checked_sub(0x80) {
        Some(at) => table.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
        None => char::from(*byte),
    };
    bytes.iter().map(char_of).collect()
}

fn utf_32(bytes: &[u8], big: bool) -> String {
    let char_of = |unit: &[u8; 4]| {
        char::from_u32(if big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) }).unwrap_or('\u{FFFD}')
    };
    bytes.as_chunks().0.iter().map(char_of).collect()
}

#[cfg(test)]
mod tests;
