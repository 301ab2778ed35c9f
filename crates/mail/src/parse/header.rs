//! Header fields: raw values, mailboxes, recipients.

use mail_parser::{Address, HeaderName, HeaderValue, Message};

use crate::address;
use crate::message::{Header, Mailbox, Recipient, RecipientSource};

/// Bytes as UTF-8, else as Windows-1252, which is what unlabelled 8-bit mail mostly is. NULs are dropped.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => match mail_parser::decoders::charsets::map::charset_decoder(b"windows-1252") {
            Some(decode) => decode(bytes),
            None => String::from_utf8_lossy(bytes).into_owned(),
        },
    };
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// Control characters become blanks, runs of blanks one blank.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The subject on one line. Raw 8-bit bytes, which no RFC allows there, are read like an unlabelled body.
pub(super) fn subject(message: &Message<'_>, headers: &[Header]) -> Option<String> {
    let read = message.subject().map(one_line);
    let raw = || {
        headers.iter().find(|header| header.name.eq_ignore_ascii_case("Subject")).map(|header| one_line(&header.value))
    };
    let broken = read.as_deref().is_some_and(|subject| subject.contains('\u{FFFD}'));
    let subject = if broken { raw().filter(|raw| !raw.contains("=?")).or(read) } else { read };
    subject.filter(|subject| !subject.is_empty())
}

/// The top-level fields in order, unfolded.
pub(super) fn fields(message: &Message<'_>, raw: &[u8]) -> Vec<Header> {
    let field = |header: &mail_parser::Header<'_>| {
        let value = raw.get(header.offset_start as usize..header.offset_end as usize).unwrap_or_default();
        let value = decode(value).replace(['\r', '\n', '\t'], " ");
        Header { name: header.name.as_str().to_owned(), value: value.trim().to_owned() }
    };
    message.headers().iter().map(field).collect()
}

/// Every mailbox of a field and its repetitions. A value that is no address list yields the addresses found in it.
pub(super) fn mailboxes(message: &Message<'_>, headers: &[Header], name: &HeaderName<'static>) -> Vec<Mailbox> {
    let mut all = Vec::new();
    for value in message.headers().iter().filter(|header| header.name == *name).map(|header| &header.value) {
        if let HeaderValue::Address(list) = value {
            all.extend(list_of(list));
        }
    }
    if all.is_empty() {
        let raw = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name.as_str()));
        let found = raw.flat_map(|header| address::addresses_in(&header.value));
        all.extend(found.map(|address| Mailbox { name: None, address }));
    }
    all
}

fn list_of(list: &Address<'_>) -> Vec<Mailbox> {
    list.iter().flat_map(mailboxes_of).collect()
}

/// Usually one. Some grammar is older than mail-parser, some is nobody's.
fn mailboxes_of(addr: &mail_parser::Addr<'_>) -> Vec<Mailbox> {
    let address = addr.address().map(one_line).unwrap_or_default();
    let name = addr.name().map(one_line).filter(|name| !name.is_empty());
    let mailbox = |name: Option<String>, address: &str| vec![Mailbox { name, address: address.to_owned() }];
    match address.split_once('@') {
        None => Vec::new(),
        // a source route (RFC 5322 §4.4): `<@one.example:ann@x.example>`
        Some(("", domain)) if domain.contains(':') => match domain.rsplit_once(':') {
            Some((_, address)) if address.contains('@') => mailbox(name, address),
            _ => Vec::new(),
        },
        // a quoted local part, taken for a name
        Some(("", domain)) => {
            name.map_or_else(Vec::new, |local| mailbox(None, &format!("{}@{domain}", quoted_if_needed(&local))))
        }
        // blanks around dots were once allowed; other blanks part addresses that lost their comma
        Some(_) if address.contains(' ') && !address.starts_with('"') => {
            let closed = address.replace(" .", ".").replace(". ", ".").replace(" @", "@").replace("@ ", "@");
            address::addresses_in(&closed).into_iter().map(|address| Mailbox { name: name.clone(), address }).collect()
        }
        Some(_) => mailbox(name, &address),
    }
}

fn quoted_if_needed(local: &str) -> String {
    let plain = local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    if plain { local.to_owned() } else { format!("\"{}\"", local.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// Everyone the headers name, most trusted source first, in the order of the headers within a source.
pub(super) fn recipients(message: &Message<'_>, headers: &[Header]) -> Vec<Recipient> {
    let mut all: Vec<Recipient> = Vec::new();
    for (name, source) in RecipientSource::HEADERS {
        let mut addresses: Vec<String> = Vec::new();
        for value in
            message.headers().iter().filter(|header| header.name.as_str().eq_ignore_ascii_case(name)).map(|h| &h.value)
        {
            if let HeaderValue::Address(list) = value {
                addresses.extend(list_of(list).into_iter().map(|mailbox| mailbox.address));
            }
        }
        // read the raw value too: it shows addresses that a strict reading of a broken list loses
        let raw = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        addresses.extend(raw.flat_map(|header| address::addresses_in(&header.value)));
        let mut seen = std::collections::HashSet::new();
        let fresh = addresses.into_iter().filter(|address| seen.insert(address.replace('"', "").to_lowercase()));
        all.extend(fresh.map(|address| Recipient { source, address }));
    }
    all
}
