//! The running text, the HTML and the attachments of a mail.

use mail_parser::{Encoding, HeaderName, Message, MessagePart, PartType};

use super::{caps, flowed, header};
use crate::html;
use crate::message::Attachment;

/// What a mail holds below its headers.
#[derive(Default)]
pub(super) struct Bodies {
    pub(super) text: String,
    pub(super) text_from_html: bool,
    pub(super) html: Option<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) truncated: bool,
}

/// Reads all bodies. Several text parts (as Apple Mail makes them around images, or a list adds its footer) are joined.
pub(super) fn read(message: &Message<'_>, raw: &[u8]) -> Bodies {
    let part = |id: &u32| message.parts.get(*id as usize);
    let mut bodies = Bodies::default();

    let mut texts: Vec<String> = Vec::new();
    let mut plain = false;
    for part in message.text_body.iter().filter_map(part) {
        match &part.body {
            PartType::Text(_) => {
                plain = true;
                texts.push(plain_text(part, raw));
            }
            PartType::Html(_) => texts.push(html::to_text(&text_of(part, raw))),
            _ => {}
        }
    }
    bodies.text = join(&texts);
    bodies.text_from_html = !plain && !texts.is_empty();

    let html_parts = || message.html_body.iter().filter_map(part);
    if html_parts().any(|part| matches!(part.body, PartType::Html(_))) {
        let as_html = |part: &MessagePart<'_>| match &part.body {
            PartType::Html(_) => Some(text_of(part, raw)),
            PartType::Text(_) => Some(html::from_text(&plain_text(part, raw))),
            _ => None,
        };
        bodies.html = Some(html_parts().filter_map(as_html).collect::<Vec<_>>().join("\n"));
    }

    bodies.truncated = message.attachments.len() > caps::MAX_PARTS;
    let cids = bodies.html.as_deref().map(html::cids).unwrap_or_default();
    let attachments = message.attachments.iter().take(caps::MAX_PARTS).filter_map(part);
    for part in attachments {
        // a multipart whose boundary never comes is no file: what it holds are words, or nothing
        if media_type(Some(part), "").starts_with("multipart/") {
            if bodies.text.trim().is_empty() {
                bodies.text = join(&[text_of(part, raw)]);
            }
        } else {
            bodies.attachments.extend(attachment(part, raw, &cids));
        }
    }
    bodies
}

fn join(texts: &[String]) -> String {
    let mut all = String::new();
    for text in texts {
        if !all.is_empty() && !all.ends_with('\n') {
            all.push('\n');
        }
        all.push_str(text);
    }
    all.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}

fn plain_text(part: &MessagePart<'_>, raw: &[u8]) -> String {
    let text = text_of(part, raw);
    let content_type =
        part.headers.iter().find(|h| h.name == HeaderName::ContentType).and_then(|h| h.value.as_content_type());
    let is = |name: &str, value: &str| {
        content_type.and_then(|c| c.attribute(name)).is_some_and(|v| v.eq_ignore_ascii_case(value))
    };
    if is("format", "flowed") { flowed::unflow(&text.replace("\r\n", "\n"), is("delsp", "yes")) } else { text }
}

/// The decoded text; where no known charset is named and the bytes are not UTF-8, they are read again as Windows-1252.
fn text_of(part: &MessagePart<'_>, raw: &[u8]) -> String {
    let (PartType::Text(text) | PartType::Html(text)) = &part.body else { return String::new() };
    if !text.contains('\u{FFFD}') {
        return text.replace('\0', "");
    }
    let bytes = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::None => Some(bytes.to_vec()),
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(bytes),
        Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(bytes),
    };
    let named = part.headers.iter().any(|h| {
        let charset = h.value.as_content_type().and_then(|c| c.attribute("charset"));
        charset.is_some_and(|c| !c.eq_ignore_ascii_case("utf-8") && !c.eq_ignore_ascii_case("us-ascii") && known(c))
    });
    match decoded {
        Some(bytes) if !named => header::decode(&bytes),
        _ => text.replace('\0', ""),
    }
}

fn known(charset: &str) -> bool {
    mail_parser::decoders::charsets::map::charset_decoder(charset.as_bytes()).is_some()
}

fn attachment(part: &MessagePart<'_>, raw: &[u8], cids: &std::collections::HashSet<String>) -> Option<Attachment> {
    let content_type = media_type(Some(part), "application/octet-stream");
    let bytes = match &part.body {
        PartType::Multipart(_) => return None,
        PartType::Text(text) | PartType::Html(text) => text.as_bytes().to_vec(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Message(inner) if part.encoding != Encoding::None => inner.raw_message.to_vec(),
        PartType::Message(_) => {
            raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default().to_vec()
        }
    };
    let content_id = header_of(part, &HeaderName::ContentId).map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    let content_id = content_id.filter(|id| !id.is_empty());
    let referenced = content_id.as_deref().is_some_and(|id| cids.contains(id));
    let disposition =
        part.headers.iter().find(|h| h.name == HeaderName::ContentDisposition).and_then(|h| h.value.as_content_type());
    let inline = content_type.starts_with("image/")
        && (referenced || disposition.is_some_and(mail_parser::ContentType::is_inline));
    Some(Attachment { name: name_of(part), content_type, bytes, inline, content_id })
}

/// Media type in lower case; `default` where the part names none.
pub(super) fn media_type(part: Option<&MessagePart<'_>>, default: &str) -> String {
    let content_type = part
        .and_then(|p| p.headers.iter().find(|h| h.name == HeaderName::ContentType))
        .and_then(|h| h.value.as_content_type());
    match content_type {
        Some(content_type) => match content_type.subtype() {
            Some(subtype) => format!("{}/{subtype}", content_type.ctype()).to_ascii_lowercase(),
            None => default.to_owned(),
        },
        None if matches!(part.map(|p| &p.body), Some(PartType::Text(_))) => "text/plain".to_owned(),
        None if matches!(part.map(|p| &p.body), Some(PartType::Message(_))) => "message/rfc822".to_owned(),
        None => default.to_owned(),
    }
}

fn header_of<'a>(part: &'a MessagePart<'_>, name: &HeaderName<'static>) -> Option<&'a str> {
    part.headers.iter().find(|header| header.name == *name).and_then(|header| header.value.as_text())
}

/// The file name: `filename`, else `name`, else the subject of a mail inside; without folders and control characters.
fn name_of(part: &MessagePart<'_>) -> Option<String> {
    let attribute = |header: HeaderName<'static>, name: &str| {
        let value =
            part.headers.iter().find(|h| h.name == header).and_then(|h| h.value.as_content_type())?.attribute(name)?;
        Some(header::one_line(value)).filter(|value| !value.is_empty())
    };
    let inner = || match &part.body {
        // mail-parser indexes the first part without looking
        PartType::Message(message) if !message.parts.is_empty() => {
            message.subject().map(|subject| format!("{}.eml", header::one_line(subject)))
        }
        _ => None,
    };
    let name = attribute(HeaderName::ContentDisposition, "filename")
        .or_else(|| attribute(HeaderName::ContentType, "name"))
        .or_else(inner)?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!name.is_empty() && name != "." && name != "..").then(|| name.chars().take(255).collect())
}
