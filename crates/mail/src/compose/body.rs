//! The MIME body (RFC 2045, 2046): `alternative`, within `related` for images in the text, within `mixed` for attached files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use super::Letter;
use super::header::{blank_controls, encoded_words};
use crate::message::Attachment;

/// The body with its own header fields: what follows the mail's `MIME-Version`.
pub(super) fn of(letter: &Letter) -> Vec<u8> {
    let seed = hex::encode(Sha1::digest(&letter.message_id));
    let seed = seed.get(..24).unwrap_or(&seed);
    let (inline, attached): (Vec<_>, Vec<_>) =
        letter.attachments.iter().partition(|a| a.inline && a.content_id.is_some() && letter.html.is_some());

    let mut words = text_part("plain", &letter.text);
    if let Some(html) = &letter.html {
        let mut html = text_part("html", html);
        if !inline.is_empty() {
            html = multipart("related", seed, std::iter::once(html).chain(inline.into_iter().map(file)).collect());
        }
        words = multipart("alternative", seed, vec![words, html]);
    }
    if !attached.is_empty() {
        words = multipart("mixed", seed, std::iter::once(words).chain(attached.into_iter().map(file)).collect());
    }
    words
}

/// `=_` can stand neither in quoted-printable nor in base64, so no part ever contains a boundary.
fn multipart(kind: &str, seed: &str, parts: Vec<Vec<u8>>) -> Vec<u8> {
    let boundary = format!("=_{kind}_{seed}");
    let mut out = format!("Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n\r\n").into_bytes();
    for part in parts {
        out.extend(format!("--{boundary}\r\n").bytes());
        out.extend(part);
        out.extend(b"\r\n");
    }
    out.extend(format!("--{boundary}--\r\n").bytes());
    out
}

fn text_part(kind: &str, text: &str) -> Vec<u8> {
    let mut out =
        format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
            .into_bytes();
    quoted_printable(text, &mut out);
    out
}

/// Quoted-printable (RFC 2045 §6.7), CRLF between lines and after the last.
fn quoted_printable(text: &str, out: &mut Vec<u8>) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
        let mut width = 0;
        let bytes = line.as_bytes();
        for (n, byte) in bytes.iter().enumerate() {
            let last = n + 1 == bytes.len();
            let literal = (matches!(byte, b'!'..=b'~') && *byte != b'=') || (matches!(byte, b' ' | b'\t') && !last);
            // `From ` and `.` at the start of a line are changed by some transports
            let literal = literal && !(n == 0 && (*byte == b'.' || line.starts_with("From ")));
            let size = if literal { 1 } else { 3 };
            if width + size > 75 {
                out.extend(b"=\r\n");
                width = 0;
            }
            if literal {
                out.push(*byte);
            } else {
                out.extend(format!("={byte:02X}").bytes());
            }
            width += size;
        }
        out.extend(b"\r\n");
    }
}

fn file(attachment: &Attachment) -> Vec<u8> {
    let name = attachment.name.as_deref().map(blank_controls).unwrap_or_default();
    let name = name.trim();
    let mut out = format!("Content-Type: {}", media_type(&attachment.content_type)).into_bytes();
    if !name.is_empty() {
        let old_style = if is_plain(name) { name.to_owned() } else { encoded_words(name).join("\r\n  ") };
        out.extend(format!(";\r\n name=\"{old_style}\"").bytes());
    }
    let disposition = if attachment.inline { "inline" } else { "attachment" };
    out.extend(format!("\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}").bytes());
    out.extend(filename(name).bytes());
    out.extend(b"\r\n");
    if let Some(id) = &attachment.content_id {
        let id: String = id.chars().filter(|c| c.is_ascii_graphic() && !"<>".contains(*c)).collect();
        out.extend(format!("Content-ID: <{id}>\r\n").bytes());
    }
    out.extend(b"\r\n");
    for line in STANDARD.encode(&attachment.bytes).as_bytes().chunks(76) {
        out.extend(line);
        out.extend(b"\r\n");
    }
    out
}

/// `message/…` may not be encoded (RFC 2046 §5.2), so an attached mail travels as a file; nor may what is no media type.
fn media_type(text: &str) -> &str {
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    let valid = text.len() < 128 && text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    if valid && !text.starts_with("message/") && !text.starts_with("multipart/") {
        text
    } else {
        "application/octet-stream"
    }
}

fn is_plain(name: &str) -> bool {
    name.len() < 60 && name.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') && !name.contains("=?")
}

/// The `filename` parameter, in RFC 2231 pieces where it is long or not plain.
fn filename(name: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    if is_plain(name) {
        return format!(";\r\n filename=\"{name}\"");
    }
    let encoded: Vec<String> = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    if encoded.len() <= 18 {
        return format!(";\r\n filename*=utf-8''{}", encoded.concat());
    }
    let pieces = encoded.chunks(18).enumerate().map(|(n, piece)| {
        let charset = if n == 0 { "utf-8''" } else { "" };
        format!(";\r\n filename*{n}*={charset}{}", piece.concat())
    });
    pieces.collect()
}
