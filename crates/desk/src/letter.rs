//! A conversation as a mail to one recipient (contract §5): who it is from, where answers go, what thread it stands in,
//! and the words. Pure: everything it needs is in the [`Case`], the [`Secrets`] and the fetched files.

pub mod names;
mod page;
mod recipients;
pub mod words;

use crate::{
    House, file_links,
    mail_unseen::case::{Author, Case, Entry, Party},
    markup, unsubscribe,
};
use bytes::Bytes;
use mail::{
    Attachment, Letter, Mailbox, Token,
    address::{bare, bounce_address, domain_of, reply_address},
    threading::{message_id, references, reply_subject, root_id},
};
use model::{
    Timestamp, attachment, delivery::Delivery, ids::MessageId, message::Kind, message::Message, message::Sender,
};
use page::{File, Page, Shown, size};
use recipients::recipients;
use std::collections::HashMap;
use words::Words;

/// The most bytes of files a mail carries; the rest are links.
pub const MOST_ATTACHED: i64 = 20 * 1000 * 1000;
/// The most characters of an earlier message that a recap repeats.
const RECAP_LENGTH: usize = 2000;

/// Random values of one mail, drawn before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    /// The recipient's reply token in this conversation.
    pub reply: String,
    /// The token of the bounce address.
    pub bounce: String,
    /// The secret of the link back.
    pub link: String,
}

/// A letter with its envelope.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The letter.
    pub letter: Letter,
    /// The envelope's sender.
    pub envelope_from: String,
    /// The last message it carries.
    pub last: MessageId,
    /// It bears a reply address.
    pub answerable: bool,
    /// It bears a bounce address.
    pub verp: bool,
    /// It bears a link back.
    pub linked: bool,
}

/// Writes the letter that carries `deliveries` (at least one) to `party`.
///
/// # Errors
/// Why it cannot be written, in words.
pub(crate) fn write(
    house: &House,
    case: &Case,
    party: &Party,
    deliveries: &[&Delivery],
    secrets: &Secrets,
    files: &HashMap<String, Bytes>,
    now: Timestamp,
) -> Result<Written, String> {
    let carried = |message: &Message| deliveries.iter().any(|delivery| delivery.message_id == message.id);
    let new: Vec<&Entry> = case.entries.iter().filter(|entry| carried(&entry.message)).collect();
    let (Some(first), Some(last)) = (new.first(), new.last()) else { return Err("its messages are gone".into()) };
    let words = Words::of(&case.account.locale);
    let domain = case.account.inbound_domain(house.inbound_domain.as_deref());
    let inbound = case.account.inbound(house.inbound_domain.as_deref());
    let reply = inbound.zip(Token::parse(&secrets.reply)).map(|(domain, token)| reply_address(&token, domain));
    let bounce = inbound.zip(Token::parse(&secrets.bounce)).filter(|_| house.verp);
    let from = sender(house, case, last, words);
    let id_domain =
        domain.map_or_else(|| domain_of(&from.address).unwrap_or_else(|| "localhost".into()), str::to_owned);
    let link = link_back(case, &secrets.link);
    let unasked = deliveries.iter().all(|delivery| delivery.unless_seen);
    let unsubscribe = unsubscribe::link(house, case.account.id, &party.address).filter(|_| unasked);
    let subject = subject(case, party, words);

    let mut room = MOST_ATTACHED;
    let mut attachments = Vec::new();
    let mut messages = Vec::new();
    for entry in case.entries.iter().filter(|entry| entry.message.id >= first.message.id) {
        if carried(&entry.message) {
            let mut shown = shown(entry, words, &case.inbox.name, None);
            shown.files = attach(house, &entry.files, files, &mut room, &mut attachments, now);
            messages.push(shown);
        } else if party.knows_visitor && entry.message.kind == Kind::Incoming {
            messages.push(shown(entry, words, &case.inbox.name, Some(RECAP_LENGTH)));
        }
    }
    for place in (1..messages.len()).rev() {
        let before = (messages[place - 1].author.clone(), messages[place - 1].time.clone());
        let message: &mut Shown = &mut messages[place];
        message.joins = before == (message.author.clone(), message.time.clone());
    }
    let recap = party.knows_visitor && !case.last_came_by_mail;
    let before = case.entries.iter().filter(|entry| entry.message.id < first.message.id);
    let earlier: Vec<Shown> = before
        .filter(|entry| recap && matches!(entry.message.kind, Kind::Incoming | Kind::Outgoing))
        .map(|entry| shown(entry, words, &case.inbox.name, Some(RECAP_LENGTH)))
        .collect();
    let page = Page {
        words,
        subject: subject.clone(),
        preview: first.message.content.as_deref().unwrap_or_default().chars().take(140).collect(),
        messages,
        earlier,
        answerable: reply.is_some(),
        link: link.clone(),
        unsubscribe: unsubscribe.clone(),
    };
    let (text, html) = page.render().map_err(|error| error.to_string())?;

    let root = root_id(case.account.id.0, &case.conversation.uuid, &id_domain);
    let in_reply_to = party.thread.last().cloned().unwrap_or_else(|| root.clone());
    let references = references(&root, party.thread.iter().map(String::as_str), Some(&in_reply_to));
    let (to, cc, bcc) = recipients(case, party, &new);
    let letter = Letter {
        reply_to: reply.as_deref().map(|address| Mailbox::new(from.name.as_deref(), address)),
        to,
        cc,
        bcc,
        subject,
        message_id: message_id(&case.conversation.uuid, last.message.id.0, &id_domain),
        in_reply_to: Some(in_reply_to),
        references,
        date: now,
        text,
        html: Some(html),
        attachments,
        auto_submitted: None,
        list_unsubscribe: unsubscribe,
        headers: Vec::new(),
        from,
    };
    Ok(Written {
        envelope_from: bounce
            .as_ref()
            .map_or_else(|| letter.from.address.clone(), |(domain, token)| bounce_address(token, domain)),
        last: last.message.id,
        answerable: reply.is_some(),
        verp: bounce.is_some(),
        linked: link.is_some(),
        letter,
    })
}

/// The sender: the last message's author for the name; the inbox's own address, else the account's, else the
/// installation's.
fn sender(house: &House, case: &Case, last: &Entry, words: &Words) -> Mailbox {
    let agent = match (&last.author, last.message.sender) {
        (Author::Us(name), Sender::User(_)) => Some(name.as_str()),
        _ => None,
    };
    let name = names::sender(case.inbox.settings.sender_name_type, agent, case.inbox.business(), words);
    let inboxes = case.inbox.email().map(|email| email.address.as_str());
    let own = inboxes.or(case.account.support_email.as_deref()).filter(|address| !address.trim().is_empty());
    Mailbox::new(Some(&name), bare(own.unwrap_or(&house.sender)))
}

/// Constant over the conversation: `[#N] …` for one born in chat, `Re: …` for one born from a mail. An unverified
/// address is never quoted a subject.
fn subject(case: &Case, party: &Party, words: &Words) -> String {
    if let Some(subject) = case.conversation.mail_subject.as_deref().filter(|_| party.knows_visitor) {
        return reply_subject(subject);
    }
    let own = case.inbox.settings.mail_subject.trim();
    format!("[#{}] {}", case.conversation.display_id, if own.is_empty() { words.subject } else { own })
}

/// `<website_url>?segue_conversation=<secret>`; none without a website.
fn link_back(case: &Case, secret: &str) -> Option<String> {
    let mut url = url::Url::parse(case.inbox.web_widget()?.website_url.trim()).ok()?;
    url.query_pairs_mut().append_pair("segue_conversation", secret);
    Some(url.into())
}

fn shown(entry: &Entry, words: &Words, business: &str, longest: Option<usize>) -> Shown {
    let author = match &entry.author {
        Author::Person => words.you,
        Author::Us(name) | Author::Other(name) => name.as_str(),
        Author::House => business,
    };
    let content = entry.message.content.as_deref().unwrap_or_default().trim();
    let text: String = match longest {
        Some(longest) if content.chars().count() > longest => content.chars().take(longest).chain(['…']).collect(),
        _ => content.to_owned(),
    };
    let files = entry.files.iter().map(|file| File { name: file.name.clone(), size: size(file.size), url: None });
    Shown {
        author: author.to_owned(),
        initial: author.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default(),
        time: words.time(entry.message.created_at),
        joins: false,
        html: markup::write(&text, &markup::MAIL),
        text,
        files: files.collect(),
    }
}

/// Attaches the files there is room for and that are there; the others become links.
fn attach(
    house: &House,
    files: &[attachment::Attachment],
    fetched: &HashMap<String, Bytes>,
    room: &mut i64,
    attached: &mut Vec<Attachment>,
    now: Timestamp,
) -> Vec<File> {
    let mut listed = Vec::new();
    for file in files {
        let bytes = fetched.get(&file.blob_key).filter(|_| file.size <= *room);
        if let Some(bytes) = bytes {
            *room -= file.size;
            attached.push(Attachment {
                name: Some(file.name.clone()),
                content_type: file.content_type.clone(),
                bytes: bytes.to_vec(),
                inline: false,
                content_id: None,
            });
        }
        let url = bytes.is_none().then(|| file_links::link(house, file, file_links::for_mail(now)));
        listed.push(File { name: file.name.clone(), size: size(file.size), url });
    }
    listed
}
