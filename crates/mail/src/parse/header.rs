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
    let mailbox = |addr: &mail_parser::Addr<'_>| {
        let address = one_line(addr.address()?);
        let name = addr.name().map(one_line).filter(|name| !name.is_empty());
        match (address.split_once('@')?, name) {
            (("", _), None) => None,
            // mail-parser takes a quoted local part for a name
            (("", domain), Some(local)) => {
                Some(Mailbox { name: None, address: format!("{}@{domain}", quoted_if_needed(&local)) })
            }
            (_, name) => Some(Mailbox { name, address }),
        }
    };
    list.iter().filter_map(mailbox).collect()
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
