//! A part that is a file: its name, its type, and what it really is where it is only a wrapping.

use std::collections::HashSet;

use super::{
    charset, header, names,
    structure::{self, Part},
    transfer::Encoding,
    unpack::{self, Found, armor, mac, tnef},
    words,
};
use crate::message::{Attachment, Note};

/// A file before it is one of the mail's attachments.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) name: Option<String>,
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
    /// Disposition `attachment`, or no disposition and no place in the text.
    pub(super) is_attached: bool,
    is_inline: bool,
    content_id: Option<String>,
    charset: Option<String>,
    encoding: Encoding,
}

impl Source {
    /// A part of the mail, decoded.
    pub(super) fn of(part: &Part<'_>, bytes: Vec<u8>) -> Self {
        let param = |value: Option<&str>| value.and_then(names::safe);
        let name = param(part.disposition.param("filename"))
            .or_else(|| param(part.content_type.param("name")))
            .or_else(|| param(part.disposition.param("name")))
            .or_else(|| param(part.content_type.param("filename")))
            .or_else(|| inner_subject(&part.media_type, &bytes))
            .or_else(|| {
                part.field("Content-Description")
                    .filter(|text| text.contains('.') && text.len() < 100)
                    .and_then(|text| names::safe(&words::decode(&text)))
            })
            .or_else(|| {
                part.field("Content-Location")
                    .filter(|url| url.rsplit('/').next().is_some_and(|last| last.contains('.')))
                    .and_then(|url| names::safe(url.split(['?', '#']).next().unwrap_or_default()))
            });
        Self {
            content_type: media_type(&part.media_type, name.as_deref()),
            name,
            is_attached: part.disposition.value == "attachment",
            is_inline: part.disposition.value == "inline",
            content_id: part.field("Content-ID"),
            charset: part.content_type.param("charset").map(str::to_owned),
            encoding: part.encoding,
            bytes,
        }
    }

    /// A file that stood in something else.
    pub(super) fn found(found: Found) -> Self {
        let name = found.name.as_deref().and_then(names::safe);
        let content_type = found
            .content_type
            .filter(|kind| kind.contains('/'))
            .unwrap_or_else(|| "application/octet-stream".to_owned());
        Self {
            content_type: media_type(&content_type, name.as_deref()),
            name,
            content_id: found.content_id,
            bytes: found.bytes,
            is_attached: true,
            ..Self::default()
        }
    }

    /// An attachment that was one already.
    pub(super) fn read(attachment: Attachment) -> Self {
        let Attachment { name, content_type, bytes, inline, content_id } = attachment;
        Self { name, content_type, bytes, is_inline: inline, is_attached: true, content_id, ..Self::default() }
    }

    /// The words of a file of text.
    pub(super) fn text(&self) -> String {
        charset::decode(self.charset.as_deref(), &self.bytes)
    }

    /// The attachment; an image of the text where the HTML, whose Content-IDs these are, shows it.
    pub(super) fn attachment(self, cids: &HashSet<String>) -> Attachment {
        let content_id =
            self.content_id.map(|id| id.trim_matches(['<', '>', ' ']).to_owned()).filter(|id| !id.is_empty());
        let referenced = content_id.as_deref().is_some_and(|id| cids.contains(id));
        let inline = self.content_type.starts_with("image/") && (referenced || self.is_inline);
        Attachment { name: self.name, content_type: self.content_type, bytes: self.bytes, inline, content_id }
    }
}

/// Takes a wrapping away: `winmail.dat`, uuencode, BinHex, AppleSingle. Words in a `winmail.dat` go to `plain` and `html`.
pub(super) fn open(
    source: Source,
    plain: &mut Option<String>,
    html: &mut Option<String>,
    notes: &mut Vec<Note>,
) -> Vec<Source> {
    let is_tnef = source.content_type.ends_with("ms-tnef")
        || source.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"));
    if is_tnef && let Some(unwrapped) = tnef::unwrap(&source.bytes) {
        if unwrapped.files.is_empty() && unwrapped.plain.is_none() && unwrapped.html.is_none() {
            return vec![source];
        }
        *plain = unwrapped.plain.or(plain.take());
        *html = unwrapped.html.or(html.take());
        notes.push(Note::Winmail);
        notes.dedup();
        return unwrapped.files.into_iter().map(Source::found).collect();
    }
    let is_binhex = source.encoding == Encoding::BinHex || source.content_type == "application/mac-binhex40";
    let found = match () {
        () if is_binhex => mac::binhex(&source.bytes).into_iter().collect(),
        () if source.content_type == "application/applefile" => mac::apple_single(&source.bytes).into_iter().collect(),
        () if source.encoding == Encoding::Uuencode || source.content_type.ends_with("uuencode") => {
            armor::take(&source.bytes).found
        }
        () => Vec::new(),
    };
    if found.is_empty() {
        return vec![source];
    }
    let inner = |found: Found| {
        let mut file = Source::found(Found { name: found.name.or(source.name.clone()), ..found });
        file.is_inline = source.is_inline;
        file.content_id.clone_from(&source.content_id);
        file
    };
    found.into_iter().take(unpack::MAX_FOUND).map(inner).collect()
}

/// `Subject.eml` of a mail inside.
fn inner_subject(media_type: &str, bytes: &[u8]) -> Option<String> {
    if !matches!(media_type, "message/rfc822" | "message/global") {
        return None;
    }
    let parts = structure::headers(bytes);
    let subject = parts.get("Subject")?.unfolded();
    let subject = header::one_line(&words::decode(&charset::decode(None, &subject)));
    names::safe(&format!("{}.eml", subject.replace(['/', '\\'], "_"))).filter(|_| !subject.is_empty())
}

/// The type; where it says nothing, that of the name's ending.
fn media_type(told: &str, name: Option<&str>) -> String {
    let says_nothing = matches!(
        told,
        "application/octet-stream"
            | "application/x-unknown"
            | "application/unknown"
            | "application/download"
            | "application/force-download"
    );
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ending.and_then(|ending| ENDINGS.iter().find(|(known, _)| *known == ending)).map(|(_, kind)| *kind);
    known.filter(|_| says_nothing).unwrap_or(told).to_owned()
}

/// What an ending says; of things that are safe to show or that a person asks for by type.
const ENDINGS: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eml", "message/rfc822"),
    ("gif", "image/gif"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("txt", "text/plain"),
    ("vcf", "text/vcard"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("zip", "application/zip"),
];
