//! The words of an RTF document as they come: bytes of a code page, which are decoded together, and UTF-16 units.

use encoding_rs::Encoding;

use crate::parse::charset;

/// What has been read so far.
pub(super) struct Output {
    pub(super) text: String,
    /// bytes of `\'hh`, decoded together
    pub(super) bytes: Vec<u8>,
    /// their code page
    pub(super) page: u32,
    /// the first unit of a pair
    surrogate: Option<u16>,
}

impl Output {
    /// Nothing yet, with room for so many bytes.
    pub(super) fn with_capacity(length: usize) -> Self {
        Self { text: String::with_capacity(length), bytes: Vec::new(), page: 1252, surrogate: None }
    }

    /// Decodes the bytes that were held back.
    pub(super) fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let label = format!("cp{}", self.page);
            let encoding = Encoding::for_label(format!("windows-{}", self.page).as_bytes());
            let text = match (self.page, encoding) {
                (932 | 936 | 949 | 950 | 437 | 850, _) => charset::decode_as(&label, &self.bytes),
                (10000, _) => charset::decode_as("macintosh", &self.bytes),
                (_, Some(encoding)) => encoding.decode_without_bom_handling(&self.bytes).0.into_owned(),
                (_, None) => charset::decode_as(&label, &self.bytes),
            };
            self.text.push_str(&text);
            self.bytes.clear();
        }
    }

    /// A UTF-16 unit of `\uN`; pairs make one character.
    pub(super) fn unit(&mut self, unit: u16) {
        self.flush();
        match (self.surrogate.take(), unit) {
            (_, 0xD800..=0xDBFF) => self.surrogate = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => self.text.extend(char::decode_utf16([high, unit]).flatten()),
            _ => self.text.extend(char::from_u32(u32::from(unit)).filter(|c| *c != '\0')),
        }
    }

    /// Characters after what stands before them.
    pub(super) fn push(&mut self, text: &str) {
        self.flush();
        self.text.push_str(text);
    }
}
