//! The running text, the HTML and the files of a mail: which parts are words, which of several versions is shown, and what else words can stand
//! in.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{
    charset,
    file::{self, Source},
    flowed, names,
    structure::{self, Part, Parts},
    transfer,
    unpack::{armor, calendar, enriched, pkcs7, rtf},
};
use crate::html;
use crate::message::{Attachment, Note};

/// Deepest mail or envelope inside another that is looked into for words.
const MAX_DEPTH: usize = 3;
/// Most mails inside whose words stand in for those that a mail has not.
const MAX_INNER: usize = 20;

/// What a mail holds below its headers.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    pub(super) text: String,
    pub(super) text_from_html: bool,
    pub(super) html: Option<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) notes: Vec<Note>,
}

/// One piece of words, in the versions that the mail has.
#[derive(Debug, Default, Clone)]
struct Words {
    plain: Option<String>,
    html: Option<String>,
    /// The plain version was made here from enriched text or RTF.
    converted: bool,
}

impl Words {
    fn as_html(&self) -> String {
        self.html.clone().unwrap_or_else(|| html::from_text(self.plain.as_deref().unwrap_or_default()))
    }

    fn as_text(&self) -> Cow<'_, str> {
        match (&self.plain, &self.html) {
            (Some(plain), _) => Cow::Borrowed(plain),
            (None, Some(html)) => Cow::Owned(html::to_text(html)),
            (None, None) => Cow::Borrowed(""),
        }
    }
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

    /// Versions of the same words (RFC 2046 §5.1.4): the plain one and the HTML one of those that there are.
    fn alternative(&mut self, children: &[usize]) {
        let outer = std::mem::take(&mut self.words);
        let (mut plain, mut rich): (Vec<Words>, Vec<Words>) = (Vec::new(), Vec::new());
        for child in children {
            self.walk(*child, Place { first: true, beside: false });
            let words = joined(std::mem::take(&mut self.words));
            match words {
                Some(words) if words.html.is_some() => rich.push(words),
                Some(words) => plain.push(words),
                None => {}
            }
        }
        self.words = outer;
        if plain.iter().any(|words| !words.converted) {
            plain.retain(|words| !words.converted);
        }
        plain.dedup_by(|a, b| a.plain.as_deref().map(str::trim) == b.plain.as_deref().map(str::trim));
        rich.dedup_by(|a, b| a.html == b.html);
        let rich = joined(rich);
        let plain =
            joined(plain).or_else(|| Some(Words { html: None, ..rich.clone()? }).filter(|words| words.plain.is_some()));
        let html = rich.and_then(|words| words.html);
        let plain = plain.filter(|words| {
            html.as_deref().is_none_or(|html| !is_stub(words.plain.as_deref().unwrap_or_default(), html))
        });
        let converted = plain.as_ref().is_some_and(|words| words.converted);
        let plain = plain.and_then(|words| words.plain);
        if plain.is_some() || html.is_some() {
            self.words.push(Words { plain, html, converted });
        }
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

    fn is_words(&self, part: &Part<'_>, place: Place) -> bool {
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
    fn words_of(&mut self, part: &Part<'_>, bytes: &[u8]) -> Option<Vec<Words>> {
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

    /// The words of a mail without running text: in its `winmail.dat`, a calendar, a text that is a file, a mail inside, or a report.
    fn elsewhere(&self, files: &mut Vec<Source>, unwrapped: Words) -> Option<Words> {
        if !is_blank(&unwrapped) {
            return Some(unwrapped);
        }
        let plain = |text: String| {
            Some(Words { plain: Some(line_ends(text)), ..Words::default() }).filter(|words| !is_blank(words))
        };
        let of_type = |files: &[Source], kinds: &[&str]| -> Vec<usize> {
            (0..files.len())
                .filter(|at| files.get(*at).is_some_and(|file| kinds.contains(&file.content_type.as_str())))
                .collect()
        };
        let calendars = of_type(files, &["text/calendar", "application/ics"]);
        let told: Vec<String> = calendars
            .iter()
            .filter_map(|at| files.get(*at))
            .filter_map(|file| calendar::to_text(&file.text()))
            .collect();
        if let Some(words) = plain(told.join("\n\n")) {
            return Some(words);
        }
        let inline = of_type(files, &["text/plain", "text/html"])
            .into_iter()
            .find(|at| files.get(*at).is_some_and(|file| !file.is_attached && !file.text().trim().is_empty()));
        if let Some(at) = inline {
            let file = files.remove(at);
            return Some(if file.content_type == "text/html" {
                Words { html: Some(file.text()), ..Words::default() }
            } else {
                Words { plain: Some(line_ends(file.text())), ..Words::default() }
            });
        }
        if self.depth < MAX_DEPTH {
            let inner = of_type(files, &["message/rfc822", "message/global"])
                .into_iter()
                .take(MAX_INNER)
                .filter_map(|at| files.get(at));
            let told: Vec<String> = inner
                .map(|file| read_at(&structure::read(&file.bytes), self.depth + 1).text.trim().to_owned())
                .filter(|text| !text.is_empty())
                .collect();
            if let Some(words) = plain(told.join("\n\n")) {
                return Some(words);
            }
        }
        let reports = of_type(
            files,
            &[
                "message/delivery-status",
                "message/global-delivery-status",
                "message/disposition-notification",
                "message/feedback-report",
            ],
        );
        reports.first().and_then(|at| files.get(*at)).and_then(|file| plain(file.text()))
    }
}

/// All pieces as one.
fn joined(mut words: Vec<Words>) -> Option<Words> {
    if words.len() < 2 {
        return words.pop();
    }
    let html = words
        .iter()
        .any(|words| words.html.is_some())
        .then(|| words.iter().map(Words::as_html).collect::<Vec<_>>().join("\n"));
    let plain = words
        .iter()
        .all(|words| words.plain.is_some())
        .then(|| join(&words.iter().map(Words::as_text).collect::<Vec<_>>()));
    let converted = words.iter().all(|words| words.converted);
    Some(Words { plain, html, converted })
}

fn join(texts: &[Cow<'_, str>]) -> String {
    let mut all = String::new();
    for text in texts {
        if !all.is_empty() && !all.ends_with('\n') {
            all.push('\n');
        }
        all.push_str(text);
    }
    all
}

/// Line feeds only.
fn line_ends(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

fn is_blank(words: &Words) -> bool {
    let shows_image = || words.html.as_deref().is_some_and(|html| html.contains("<img") || html.contains("<IMG"));
    words.plain.as_deref().is_none_or(|plain| plain.trim().is_empty())
        && (words.html.is_none()
            || !shows_image() && words.html.as_deref().is_some_and(|html| html::to_text(html).trim().is_empty()))
}

/// A plain version that says nothing but that there is an HTML one, or nothing at all.
fn is_stub(plain: &str, html: &str) -> bool {
    let plain = plain.trim();
    if plain.is_empty() {
        return true;
    }
    if plain.len() > 400 || !plain.to_ascii_lowercase().contains("html") {
        return false;
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = words(&html::to_text(html));
    !shown.is_empty() && !shown.contains(&words(plain))
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

#[cfg(test)]
mod tests;
