//! MAPI properties (MS-OXCDATA §2.11) as they stand in an attribute: their numbers, types, values and strings.

use super::input::Input;
use crate::parse::charset;

/// Most properties that one attribute may say it has.
const MAX_PROPERTIES: u32 = 10_000;

// properties (MS-OXPROPS)
pub(super) const TEXT: u16 = 0x1000;
pub(super) const RTF: u16 = 0x1009;
pub(super) const HTML: u16 = 0x1013;
pub(super) const CODEPAGE: u16 = 0x3FDE;
pub(super) const DISPLAY_NAME: u16 = 0x3001;
pub(super) const DATA: u16 = 0x3701;
pub(super) const FILE_NAME: u16 = 0x3704;
pub(super) const LONG_FILE_NAME: u16 = 0x3707;
pub(super) const MEDIA_TYPE: u16 = 0x370E;
pub(super) const CONTENT_ID: u16 = 0x3712;

/// One property with its first value.
pub(super) struct Property<'a> {
    pub(super) id: u16,
    pub(super) kind: u16,
    pub(super) value: &'a [u8],
}

/// The first value of each property; an unknown type ends the reading, because its length is not known.
pub(super) fn properties(bytes: &[u8]) -> Vec<Property<'_>> {
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

/// A string of the property's type, without the zero at its end.
pub(super) fn string(property: &Property<'_>, page: &str) -> String {
    if property.kind == 0x1F {
        let units = property.value.as_chunks().0.iter().map(|unit: &[u8; 2]| u16::from_le_bytes(*unit));
        return char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).filter(|c| *c != '\0').collect();
    }
    text_of(property.value, page)
}

/// Text in a code page, without the zeros at its end.
pub(super) fn text_of(bytes: &[u8], page: &str) -> String {
    let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
    charset::decode(Some(page), bytes.get(..end).unwrap_or_default())
}
