//! Header fields: raw values, mailboxes, recipients.

use mail_parser::{Address, HeaderName, HeaderValue, Message};

use super::{
    charset, comments,
    fields::{Block, Field},
    words,
};
use crate::address;
use crate::message::{Header, Mailbox, Recipient, RecipientSource};

/// Control characters become blanks, runs of blanks one blank.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The top-level fields in order, unfolded. Raw bytes above 127, which no RFC allows there, are mostly in the charset of the text.
pub(super) fn fields(block: &Block<'_>, text_charset: Option<&str>) -> Vec<Header> {
    let field = |field: &Field<'_>| {
        let value = field.unfolded();
        let label = text_charset.filter(|_| !value.is_ascii());
        Header { name: field.name.to_owned(), value: charset::decode(label, &value).trim().to_owned() }
    };
    block.fields.iter().map(field).collect()
}

/// The subject on one line.
pub(super) fn subject(headers: &[Header]) -> Option<String> {
    let subject = headers.iter().find(|header| header.name.eq_ignore_ascii_case("Subject"))?;
    Some(one_line(&words::decode(&subject.value))).filter(|subject| !subject.is_empty())
}

/// Fields that mail-parser reads: addresses and the date.
const STRUCTURED: &[&str] = &["From", "Sender", "Reply-To", "Date"];

/// The fields with a grammar as one block, in clean UTF-8 with clean encoded words.
pub(super) fn structured(headers: &[Header]) -> String {
    let is_structured = |header: &&Header| {
        let mut names = STRUCTURED.iter().copied().chain(RecipientSource::HEADERS.iter().map(|(name, _)| *name));
        names.any(|name| name.eq_ignore_ascii_case(&header.name))
    };
    let first = "MIME-Version: 1.0\r\n".to_owned(); // a block has a field
    headers.iter().filter(is_structured).fold(first, |mut block, header| {
        block.push_str(&header.name);
        block.push_str(": ");
        let is_date = header.name.eq_ignore_ascii_case("Date");
        let value = if is_date { comments::all_out(&header.value) } else { comments::out_of_addresses(&header.value) };
        block.push_str(&words::normalize(&value));
        block.push_str("\r\n");
        block
    }) + "\r\n"
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
