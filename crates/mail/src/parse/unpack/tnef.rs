//! `winmail.dat` (MS-OXTNEF): what Outlook wraps a mail's files and words in when it thinks that the reader is Outlook too.
//!
//! A stream of attributes, some of which hold MAPI properties (MS-OXCDATA §2.11). Lengths are checked, mails inside are entered three deep, and
//! what is cut yields what stood before.

mod input;
mod properties;

use super::{Found, MAX_FOUND, lzfu, rtf};
use crate::parse::charset;
use input::Input;
use properties::{
    CODEPAGE, CONTENT_ID, DATA, DISPLAY_NAME, FILE_NAME, HTML, LONG_FILE_NAME, MEDIA_TYPE, Property, RTF, TEXT,
    properties, string, text_of,
};

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

// attributes (MS-OXTNEF §2.1.3)
const OEM_CODEPAGE: u32 = 0x0006_9007;
const BODY: u32 = 0x0002_800C;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_DATA: u32 = 0x0006_800F;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;

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

#[cfg(test)]
mod tests;
