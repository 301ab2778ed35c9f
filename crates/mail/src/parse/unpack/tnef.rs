//! `winmail.dat` (MS-OXTNEF): what Outlook wraps a mail's files and words in when it thinks that the reader is Outlook too.
//!
//! A stream of attributes, some of which hold MAPI properties (MS-OXCDATA §2.11). Lengths are checked, mails inside are entered three deep, and
//! what is cut yields what stood before.

use super::{Found, MAX_FOUND, lzfu, rtf};
use crate::parse::charset;

/// What was wrapped. Words are as they stood: plain, HTML, or RTF read already.
#[derive(Debug, Default)]
pub(in crate::parse) struct Unwrapped {
    pub(in crate::parse) files: Vec<Found>,
    pub(in crate::parse) plain: Option<String>,
    pub(in crate::parse) html: Option<String>,
}

const SIGNATURE: u32 = 0x223E_9F78;
/// Deepest mail inside a mail.
const MAX_DEPTH: usize = 3;
/// Most properties that one attribute may say it has.
const MAX_PROPERTIES: u32 = 10_000;

// attributes (MS-OXTNEF §2.1.3)
const OEM_CODEPAGE: u32 = 0x0006_9007;
const BODY: u32 = 0x0002_800C;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_DATA: u32 = 0x0006_800F;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;

// properties (MS-OXPROPS)
const TEXT: u16 = 0x1000;
const RTF: u16 = 0x1009;
const HTML: u16 = 0x1013;
const CODEPAGE: u16 = 0x3FDE;
const DISPLAY_NAME: u16 = 0x3001;
const DATA: u16 = 0x3701;
const FILE_NAME: u16 = 0x3704;
const LONG_FILE_NAME: u16 = 0x3707;
const MEDIA_TYPE: u16 = 0x370E;
const CONTENT_ID: u16 = 0x3712;

/// Bytes that are taken from the front, never beyond the end.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Bytes after their length, filled up to four.
    fn counted(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        let value = self.take(length)?;
        let padding = (4 - length % 4) % 4;
        let _ = self.take(padding.min(self.0.len()));
        Some(value)
    }
}

/// Unwraps. `None` where the bytes are something else.
pub(in crate::parse) fn unwrap(bytes: &[u8]) -> Option<Unwrapped> {
    unwrap_at(bytes, 0)
}

fn unwrap_at(bytes: &[u8], depth: usize) -> Option<Unwrapped> {
    let mut input = Input(bytes);
    if input.u32()? != SIGNATURE || depth > MAX_DEPTH {
        return None;
    }
    input.u16()?;
    let mut all = Unwrapped::default();
    let mut page = "cp1252".to_owned();
    let mut attribute = || {
        input.take(1)?;
        let id = input.u32()?;
        let length = usize::try_from(input.u32()?).ok()?;
        let data = input.take(length.min(input.0.len()))?;
        let _ = input.take(2.min(input.0.len())); // the checksum: what is broken is read as far as it goes
        Some((id, data))
    };
    while let Some((id, data)) = attribute() {
        match id {
            OEM_CODEPAGE => page = Input(data).u32().map_or(page, |number| format!("cp{number}")),
            BODY => all.plain = Some(text_of(data, &page)),
            MESSAGE_PROPERTIES => words(&mut all, &properties(data), &page),
            ATTACHMENT_BEGINS if all.files.len() >= MAX_FOUND => break,
            ATTACHMENT_BEGINS => all.files.push(Found::default()),
            ATTACHMENT_TITLE => {
                if let Some(file) = all.files.last_mut() {
                    file.name.get_or_insert_with(|| text_of(data, &page));
                }
            }
            ATTACHMENT_DATA => {
                if let Some(file) = all.files.last_mut() {
                    file.bytes = data.to_vec();
                }
            }
            ATTACHMENT_PROPERTIES => describe(&mut all, &properties(data), &page, depth),
            _ => {}
        }
    }
    all.files.retain(|file| !file.bytes.is_empty() || file.name.is_some());
    Some(all)
}

struct Property<'a> {
    id: u16,
    kind: u16,
    value: &'a [u8],
}

/// The first value of each property; an unknown type ends the reading, because its length is not known.
fn properties(bytes: &[u8]) -> Vec<Property<'_>> {
    let mut input = Input(bytes);
    let mut all = Vec::new();
    let count = input.u32().unwrap_or_default().min(MAX_PROPERTIES);
    for _ in 0..count {
        let Some(property) = property(&mut input) else { break };
        all.push(property);
    }
    all
}

fn property<'a>(input: &mut Input<'a>) -> Option<Property<'a>> {
    let (kind, id) = (input.u16()?, input.u16()?);
    if id >= 0x8000 {
        input.take(16)?;
        match input.u32()? {
            0 => drop(input.u32()?),
            _ => drop(input.counted()?),
        }
    }
    let (many, kind) = (kind & 0x1000 != 0, kind & !0x1000);
    let fixed = match kind {
        0x02 | 0x03 | 0x04 | 0x0A | 0x0B => Some(4),
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
        0x48 => Some(16),
        0x0D | 0x1E | 0x1F | 0x102 => None,
        _ => return None,
    };
    let count = if many || fixed.is_none() { input.u32()? } else { 1 };
    let mut value: &[u8] = &[];
    for at in 0..count {
        let next = match fixed {
            Some(length) => input.take(length)?,
            None => input.counted()?,
        };
        if at == 0 {
            value = next;
        }
    }
    Some(Property { id, kind, value })
}

fn words(all: &mut Unwrapped, properties: &[Property<'_>], page: &str) {
    let page = properties
        .iter()
        .find(|p| p.id == CODEPAGE)
        .and_then(|p| Input(p.value).u32())
        .map_or(page.to_owned(), |n| format!("cp{n}"));
    for property in properties {
        match property.id {
            TEXT => all.plain = Some(string(property, &page)),
            HTML if property.kind == 0x1F => all.html = Some(string(property, &page)),
            HTML => all.html = Some(charset::decode(Some(&page), property.value)),
            RTF => match lzfu::decompress(property.value).as_deref().and_then(rtf::read) {
                Some(rtf::Words::Html(html)) => drop(all.html.get_or_insert(html)),
                Some(rtf::Words::Text(text)) => drop(all.plain.get_or_insert(text)),
                None => {}
            },
            _ => {}
        }
    }
}

/// Names, type and content of the file that was begun last. A mail inside gives its files, and its words as one.
fn describe(all: &mut Unwrapped, properties: &[Property<'_>], page: &str, depth: usize) {
    let Some(file) = all.files.last_mut() else { return };
    let find = |id: u16| properties.iter().find(|property| property.id == id);
    let name = [LONG_FILE_NAME, FILE_NAME, DISPLAY_NAME]
        .into_iter()
        .find_map(|id| Some(string(find(id)?, page)).filter(|name| !name.is_empty()));
    file.name = name.or(file.name.take());
    file.content_type = find(MEDIA_TYPE).map(|property| string(property, page).to_ascii_lowercase());
    file.content_id = find(CONTENT_ID).map(|property| string(property, page));
    let Some(data) = find(DATA) else { return };
    let inner = if data.kind == 0x0D { data.value.get(16..).unwrap_or_default() } else { data.value };
    let Some(inside) = unwrap_at(inner, depth + 1) else {
        if file.bytes.is_empty() {
            file.bytes = inner.to_vec();
        }
        return;
    };
    let (ending, content_type, words) = match (inside.html, inside.plain) {
        (Some(html), _) => ("html", "text/html", html),
        (None, plain) => ("txt", "text/plain", plain.unwrap_or_default()),
    };
    file.name = Some(format!("{}.{ending}", file.name.as_deref().unwrap_or("message")));
    file.content_type = Some(content_type.to_owned());
    file.bytes = words.into_bytes();
    all.files.extend(inside.files);
}

/// A string of the property's type, without the zero at its end.
fn string(property: &Property<'_>, page: &str) -> String {
    if property.kind == 0x1F {
        let units = property.value.as_chunks().0.iter().map(|unit: &[u8; 2]| u16::from_le_bytes(*unit));
        return char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).filter(|c| *c != '\0').collect();
    }
    text_of(property.value, page)
}

fn text_of(bytes: &[u8], page: &str) -> String {
    let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
    charset::decode(Some(page), bytes.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short").to_le_bytes();
        let sum = data.iter().fold(0u16, |sum, b| sum.wrapping_add(u16::from(*b)));
        [&[level], &id.to_le_bytes()[..], &length, data, &sum.to_le_bytes()].concat()
    }

    fn variable(kind: u16, id: u16, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short").to_le_bytes();
        let padding = vec![0; (4 - data.len() % 4) % 4];
        [&kind.to_le_bytes()[..], &id.to_le_bytes(), &1u32.to_le_bytes(), &length, data, &padding].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn sample() -> Vec<u8> {
        let named = [
            &0x0003u16.to_le_bytes()[..],
            &0x8001u16.to_le_bytes(),
            &[7; 16],
            &1u32.to_le_bytes(),
            &4u32.to_le_bytes(),
            b"a\0b\0",
            &5u32.to_le_bytes(),
        ]
        .concat();
        let message = [&2u32.to_le_bytes()[..], &named, &variable(0x102, HTML, b"<p>caf\xe9</p>")].concat();
        let file = [
            &2u32.to_le_bytes()[..],
            &variable(0x1F, LONG_FILE_NAME, &wide("Größe.pdf")),
            &variable(0x1E, MEDIA_TYPE, b"Application/PDF\0"),
        ]
        .concat();
        [
            &SIGNATURE.to_le_bytes()[..],
            &[1, 0],
            &attribute(1, OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0]),
            &attribute(1, BODY, b"caf\xe9\0"),
            &attribute(1, MESSAGE_PROPERTIES, &message),
            &attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            &attribute(2, ATTACHMENT_TITLE, b"GRE~1.PDF\0"),
            &attribute(2, ATTACHMENT_DATA, b"%PDF"),
            &attribute(2, ATTACHMENT_PROPERTIES, &file),
            &attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            &attribute(2, ATTACHMENT_TITLE, b"a.txt\0"),
            &attribute(2, ATTACHMENT_DATA, b"words"),
        ]
        .concat()
    }

    #[test]
    fn files_and_words_are_unwrapped() {
        let all = unwrap(&sample()).expect("TNEF");
        assert_eq!((all.plain.as_deref(), all.html.as_deref()), (Some("café"), Some("<p>café</p>")));
        let files: Vec<_> =
            all.files.iter().map(|f| (f.name.as_deref(), f.content_type.as_deref(), &f.bytes[..])).collect();
        assert_eq!(
            files,
            [(Some("Größe.pdf"), Some("application/pdf"), &b"%PDF"[..]), (Some("a.txt"), None, b"words")]
        );
    }

    #[test]
    fn a_mail_inside_gives_its_files_and_its_words() {
        let object = [&[0; 16][..], &sample()].concat();
        let properties = [&1u32.to_le_bytes()[..], &variable(0x0D, DATA, &object)].concat();
        let outer = [
            &SIGNATURE.to_le_bytes()[..],
            &[1, 0],
            &attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            &attribute(2, ATTACHMENT_PROPERTIES, &properties),
        ]
        .concat();
        let names: Vec<_> = unwrap(&outer).expect("TNEF").files.into_iter().filter_map(|file| file.name).collect();
        assert_eq!(names, ["message.html", "Größe.pdf", "a.txt"]);
    }

    #[test]
    fn what_is_cut_or_broken_gives_what_stood_before() {
        let whole = sample();
        for cut in 0..whole.len() {
            let _ = unwrap(&whole[..cut]);
            let mut broken = whole.clone();
            broken[cut] ^= 0xFF;
            let _ = unwrap(&broken);
        }
        assert!(unwrap(b"something else").is_none());
    }
}
