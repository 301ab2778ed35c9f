//! Header fields on the wire: encoded words (RFC 2047), folding (RFC 5322 §2.2.3), host names in ASCII (RFC 5891).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ComposeError;
use crate::address;
use crate::message::Mailbox;

/// Preferred longest line.
const WIDTH: usize = 76;

/// The header block being written.
#[derive(Default)]
pub(super) struct Head(Vec<u8>);

impl Head {
    /// A value that is already in its wire form, but for control characters; folded at blanks.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        let value: String = blank_controls(value).chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        self.folded(name, value.split_whitespace());
    }

    /// Free text of any script.
    pub(super) fn unstructured(&mut self, name: &str, text: &str) {
        let text = blank_controls(text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = text.is_ascii() && !text.contains("=?") && text.split(' ').all(|word| word.len() < WIDTH - 20);
        if plain {
            self.folded(name, text.split(' '));
        } else {
            self.folded(name, encoded_words(&text).iter().map(String::as_str));
        }
    }

    /// A list of mailboxes; nothing when it is empty.
    pub(super) fn mailboxes(&mut self, name: &'static str, mailboxes: &[Mailbox]) -> Result<(), ComposeError> {
        let mut words = Vec::new();
        for (n, mailbox) in mailboxes.iter().enumerate() {
            let address = ascii_address(name, &mailbox.address)?;
            let comma = if n + 1 < mailboxes.len() { "," } else { "" };
            match mailbox.name.as_deref().map(phrase) {
                Some(phrase) if !phrase.is_empty() => {
                    words.extend(phrase);
                    words.push(format!("<{address}>{comma}"));
                }
                _ => words.push(format!("{address}{comma}")),
            }
        }
        if !words.is_empty() {
            self.folded(name, words.iter().map(String::as_str));
        }
        Ok(())
    }

    /// Ids in brackets, one a line; nothing when there are none.
    pub(super) fn ids(&mut self, name: &str, ids: &[String]) -> Result<(), ComposeError> {
        for id in ids {
            let fits = id.len() < 900
                && id.contains('@')
                && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
            if !fits {
                return Err(ComposeError::BadId(id.clone()));
            }
        }
        if !ids.is_empty() {
            let value = ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join("\r\n ");
            self.0.extend(format!("{name}: {value}\r\n").bytes());
        }
        Ok(())
    }

    fn folded<'a>(&mut self, name: &str, words: impl Iterator<Item = &'a str>) {
        let mut line = name.len() + 1;
        self.0.extend(name.bytes());
        self.0.push(b':');
        for (n, word) in words.enumerate() {
            // a field's first line holds a word, as some readers take a bare `Name:` for an empty field
            if n > 0 && line + 1 + word.len() > WIDTH {
                self.0.extend(b"\r\n");
                line = 0;
            }
            self.0.push(b' ');
            self.0.extend(word.bytes());
            line += 1 + word.len();
        }
        self.0.extend(b"\r\n");
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Control characters, among them line and paragraph separators, as blanks.
pub(super) fn blank_controls(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// A display name as words of a header: a quoted string, or encoded words.
fn phrase(name: &str) -> Vec<String> {
    let name = blank_controls(name).split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Vec::new();
    }
    if name.is_ascii() && !name.contains("=?") && name.len() < WIDTH - 12 {
        return vec![format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))];
    }
    encoded_words(&name)
}

/// RFC 2047 `B` words of at most 75 characters, split between characters.
pub(super) fn encoded_words(text: &str) -> Vec<String> {
    const BYTES: usize = 36; // 48 characters of base64: leaves room beside a field name
    let mut words = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        if chunk.len() + c.len_utf8() > BYTES {
            words.push(format!("=?UTF-8?B?{}?=", STANDARD.encode(&chunk)));
            chunk.clear();
        }
        chunk.push(c);
    }
    words.push(format!("=?UTF-8?B?{}?=", STANDARD.encode(&chunk)));
    words
}

/// The address with its host name in ASCII; an error where it is none, or its local part needs SMTPUTF8, which few servers speak.
pub(super) fn ascii_address(field: &'static str, text: &str) -> Result<String, ComposeError> {
    let bad = || ComposeError::BadAddress { field, address: text.to_owned() };
    let (local, domain) = text.rsplit_once('@').ok_or_else(bad)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| bad())?;
    let ascii = format!("{local}@{domain}");
    if ascii.is_ascii() && address::is_address(&ascii) { Ok(ascii) } else { Err(bad()) }
}
