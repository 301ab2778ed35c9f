//! The running text, the HTML and the files of a mail: which parts are words, which of several versions is shown, and what else words can stand
//! in.

mod alternatives;
mod elsewhere;
mod running;
mod words;

use std::collections::HashMap;

use super::{
    file::{self, Source},
    names,
    structure::{self, Part, Parts},
    transfer,
    unpack::pkcs7,
};
use crate::html;
use crate::message::{Attachment, Note};
use words::{Words, is_blank, join, line_ends};

/// Deepest mail or envelope inside another that is looked into for words.
const MAX_DEPTH: usize = 3;

/// What a mail holds below its headers.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    pub(super) text: String,
    pub(super) text_from_html: bool,
    pub(super) html: Option<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) notes: Vec<Note>,
}

/// Reads all bodies. Several texts (as Apple Mail makes them around images, or a list adds its footer) are joined in order.
pub(super) fn read(parts: &Parts<'_>) -> Bodies {
    read_at(parts, 0)
}

fn read_at(parts: &Parts<'_>, depth: usize) -> Bodies {
    let mut reader = Reader { parts, words: Vec::new(), files: Vec::new(), notes: Vec::new(), depth };
    reader.walk(0, Place { first: true, beside: false });
    reader.finish()
}

struct Reader<'p, 'a> {
    parts: &'p Parts<'a>,
    words: Vec<Words>,
    files: Vec<Source>,
    notes: Vec<Note>,
    depth: usize,
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Place {
    /// The first of its multipart.
    first: bool,
    /// In a `multipart/related`, but not its root: what the root refers to.
    beside: bool,
}

impl Reader<'_, '_> {
    fn walk(&mut self, id: usize, place: Place) {
        let Some(part) = self.parts.all.get(id) else { return };
        if !part.is_multipart() {
            return self.leaf(part, place);
        }
        let children = part.children.clone();
        match part.media_type.as_str() {
            "multipart/alternative" => self.alternative(&children),
            "multipart/related" => {
                let root = self.related_root(part);
                self.walk(root, Place { first: true, beside: false });
                for child in children.into_iter().filter(|child| *child != root) {
                    self.walk(child, Place { first: false, beside: true });
                }
            }
            media_type => {
                if media_type == "multipart/encrypted" {
                    let is_pgp =
                        part.content_type.param("protocol").is_none_or(|p| p.to_ascii_lowercase().contains("pgp"));
                    self.note(if is_pgp { Note::EncryptedPgp } else { Note::EncryptedSmime });
                }
                let is_double = media_type == "multipart/appledouble";
                for (at, child) in children.into_iter().enumerate() {
                    // the other fork of an old Mac's file
                    let is_fork =
                        self.parts.all.get(child).is_some_and(|child| child.media_type == "application/applefile");
                    if !(is_double && is_fork) {
                        self.walk(child, Place { first: at == 0, beside: false });
                    }
                }
            }
        }
    }

    /// The part that `start` names (RFC 2387 §3.2), else the first.
    fn related_root(&self, part: &Part<'_>) -> usize {
        let bare = |id: &str| id.trim_matches(['<', '>', ' ']).to_owned();
        let named = part.content_type.param("start").map(bare).and_then(|start| {
            let is_it = |id: &&usize| {
                self.parts
                    .all
                    .get(**id)
                    .and_then(|child| child.field("Content-ID"))
                    .is_some_and(|id| bare(&id) == start)
            };
            part.children.iter().find(is_it).copied()
        });
        named.or_else(|| part.children.first().copied()).unwrap_or_default()
    }

    fn leaf(&mut self, part: &Part<'_>, place: Place) {
        let media_type = part.media_type.as_str();
        if media_type == "text/x-amp-html" {
            return;
        }
        let bytes = transfer::decode(part.encoding, part.body);
        if self.is_words(part, place)
            && let Some(words) = self.words_of(part, &bytes)
        {
            return self.words.extend(words);
        }
        if media_type.ends_with("pkcs7-mime") {
            match pkcs7::open(&bytes) {
                pkcs7::Envelope::Encrypted => self.note(Note::EncryptedSmime),
                pkcs7::Envelope::Signed(inner) if self.depth < MAX_DEPTH => return self.signed(&inner),
                // what says so itself, and cannot be read
                _ if part.content_type.is("smime-type", "enveloped-data") => self.note(Note::EncryptedSmime),
                _ => {}
            }
        }
        self.files.push(Source::of(part, bytes.into_owned()));
    }

    /// What a signed envelope holds belongs to this mail.
    fn signed(&mut self, inner: &[u8]) {
        let bodies = read_at(&structure::read(inner), self.depth + 1);
        self.note(Note::SignedSmime);
        bodies.notes.into_iter().for_each(|note| self.note(note));
        let plain = Some(bodies.text).filter(|text| !bodies.text_from_html && !text.trim().is_empty());
        self.words.push(Words { plain, html: bodies.html, converted: false });
        self.files.extend(bodies.attachments.into_iter().map(Source::read));
    }

    fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn finish(mut self) -> Bodies {
        let files = std::mem::take(&mut self.files);
        let mut unwrapped = Words::default();
        let mut files: Vec<Source> = files
            .into_iter()
            .flat_map(|source| file::open(source, &mut unwrapped.plain, &mut unwrapped.html, &mut self.notes))
            .collect();
        let mut words = std::mem::take(&mut self.words);
        if words.iter().all(is_blank) {
            words.extend(self.elsewhere(&mut files, unwrapped));
            // an empty part says nothing beside words
            if words.iter().any(|words| !is_blank(words)) {
                words.retain(|words| !is_blank(words));
            }
        }
        let text = words.iter().map(Words::as_text).collect::<Vec<_>>();
        let html = words
            .iter()
            .any(|words| words.html.is_some())
            .then(|| words.iter().map(Words::as_html).collect::<Vec<_>>().join("\n"));
        let cids = html.as_deref().map(html::cids).unwrap_or_default();
        let mut unnamed: HashMap<String, usize> = HashMap::new();
        let attachments = files.into_iter().map(|source| {
            let mut attachment = source.attachment(&cids);
            if attachment.name.is_none() {
                let name = names::for_type(&attachment.content_type);
                let number = unnamed.entry(name.clone()).and_modify(|number| *number += 1).or_insert(1);
                attachment.name = Some(names::numbered(&name, *number));
            }
            attachment
        });
        Bodies {
            text: line_ends(join(&text)),
            text_from_html: html.is_some() && words.iter().all(|words| words.plain.is_none()),
            html: html.map(|html| if html.contains('\0') { html.replace('\0', "") } else { html }),
            attachments: attachments.collect(),
            notes: self.notes,
        }
    }
}

#[cfg(test)]
mod tests;
