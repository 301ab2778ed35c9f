//! Running text: which parts are words and not files, and the words of such a part.

use super::{
    Place, Reader,
    words::{Words, line_ends},
};
use crate::message::Note;
use crate::parse::{
    charset,
    file::Source,
    flowed,
    structure::Part,
    transfer,
    unpack::{armor, enriched, rtf},
};

impl Reader<'_, '_> {
    /// Whether a part is words that are read with the mail.
    pub(super) fn is_words(&self, part: &Part<'_>, place: Place) -> bool {
        let kind = part.media_type.as_str();
        let is_named = part
            .content_type
            .param("name")
            .or_else(|| part.disposition.param("filename"))
            .is_some_and(|name| !name.is_empty());
        let is_text = matches!(kind, "text/plain" | "text/html" | "text/enriched" | "text/richtext" | "text/markdown")
            || kind.starts_with("multipart/");
        let is_rtf = matches!(kind, "text/rtf" | "application/rtf" | "application/x-rtf");
        let is_referred =
            place.beside && (part.block.get("Content-ID").is_some() || part.block.get("Content-Location").is_some());
        let is_file =
            part.disposition.value == "attachment" || is_referred || part.encoding == transfer::Encoding::BinHex;
        // a name alone makes no file of the words that a mail begins with
        (is_text && (!is_named || place.first && self.words.is_empty()) || is_rtf && !is_named) && !is_file
    }

    /// The words of a part; files that stand in them are taken out.
    pub(super) fn words_of(&mut self, part: &Part<'_>, bytes: &[u8]) -> Option<Vec<Words>> {
        let label = part.content_type.param("charset");
        let text = |bytes: &[u8]| charset::decode(label, bytes);
        let made = |plain: String| Some(vec![Words { plain: Some(line_ends(plain)), html: None, converted: true }]);
        match part.media_type.as_str() {
            "text/html" => Some(vec![Words { html: Some(html_text(label, bytes)), ..Words::default() }]),
            "text/enriched" => made(enriched::to_text(&text(bytes), false)),
            "text/richtext" => made(enriched::to_text(&text(bytes), true)),
            "text/rtf" | "application/rtf" | "application/x-rtf" => match rtf::read(bytes)? {
                rtf::Words::Html(html) => Some(vec![Words { html: Some(html), ..Words::default() }]),
                rtf::Words::Text(plain) => made(plain),
            },
            _ => {
                let rest = armor::take(bytes);
                if rest.encrypted {
                    self.note(Note::EncryptedPgp);
                }
                self.files.extend(rest.found.into_iter().map(Source::found));
                let plain = text(&rest.text);
                if is_markup(&plain) {
                    return Some(vec![Words { html: Some(html_text(label, &rest.text)), ..Words::default() }]);
                }
                let plain = line_ends(plain);
                let is_flowed = part.content_type.is("format", "flowed");
                let plain =
                    if is_flowed { flowed::unflow(&plain, part.content_type.is("delsp", "yes")) } else { plain };
                Some(vec![Words { plain: Some(plain), ..Words::default() }])
            }
        }
    }
}

/// Plain text that is an HTML document.
fn is_markup(text: &str) -> bool {
    let start = text.trim_start();
    let begins = |with: &str| start.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    begins("<!doctype html") || begins("<html>") || begins("<html ")
}

/// HTML in the charset of its header, else of its own `meta` element.
fn html_text(label: Option<&str>, bytes: &[u8]) -> String {
    let meta = || {
        let head = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
        let at = memchr::memmem::find(&head, b"charset=")? + 8;
        let value = head.get(at..)?;
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:".contains(b))).unwrap_or(value.len());
        String::from_utf8(value.get(..end)?.to_vec())
            .ok()
            .filter(|label| charset::is_known(label) && !label.starts_with("utf-16"))
    };
    match label.filter(|label| charset::is_known(label)) {
        Some(label) => charset::decode(Some(label), bytes),
        None => charset::decode(meta().as_deref(), bytes),
    }
}
