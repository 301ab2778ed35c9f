//! What is known about a conversation whose mails may be due, read in one transaction. Two equal cases lead to the same
//! mails; a mail is kept only if the case is still the one it was written from.

use jiff::SignedDuration;
use mail::threading::MAX_REFERENCES;
use model::{
    Timestamp,
    account::Account,
    attachment::Attachment,
    contact::Contact,
    continuity::AtDeadline,
    conversation::Conversation,
    delivery::Delivery,
    ids::{ConversationId, MessageId},
    inbox::Inbox,
    message::{Message, MessageStatus, Sender},
};
use std::collections::HashMap;
use store::{
    Result, Tx, accounts, attachments, contacts, conversations, deliveries, inboxes, mail_ids, mails,
    messages::{self, Audience, Range},
    presences, suppressions, users,
};

/// How many earlier messages a recap shows.
const RECAP: i64 = 10;
/// How many mails a day an unverified address of a contact gets.
const MOST_A_DAY: i64 = 5;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    /// Whose.
    pub account: Account,
    /// Where.
    pub inbox: Inbox,
    /// Which conversation.
    pub conversation: Conversation,
    /// With whom.
    pub contact: Contact,
    /// What waits for its time.
    pub planned: Vec<Delivery>,
    /// The messages concerned and those before them, oldest first; nothing that visitors may not see.
    pub entries: Vec<Entry>,
    /// The person's latest message came by mail.
    pub last_came_by_mail: bool,
    /// The visitor is looking.
    pub present: bool,
    /// Everyone to whom something is planned.
    pub parties: Vec<Party>,
}

/// A message with its author and files.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// The message.
    pub message: Message,
    /// Who wrote it.
    pub author: Author,
    /// Its files.
    pub files: Vec<Attachment>,
}

/// Who wrote a message, as a mail names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// The contact.
    Person,
    /// A user, by name.
    Us(String),
    /// Another contact, by name.
    Other(String),
    /// The system.
    House,
}

/// Someone to whom something is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Party {
    /// The address, lower case.
    pub address: String,
    /// It is the contact's and has proved to be: mails to it may repeat what the visitor supplied.
    pub knows_visitor: bool,
    /// The Message-IDs it sent or got in this conversation, oldest first.
    pub thread: Vec<String>,
    /// It wants no `auto` mail.
    pub suppressed: bool,
    /// Until when an unverified address has had its share.
    pub sated_until: Option<Timestamp>,
}

/// Reads the case; `None` where nothing is planned.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn read(tx: &mut Tx<'_>, id: ConversationId, now: Timestamp) -> Result<Option<Case>> {
    let planned = deliveries::planned(tx, id).await?;
    let messages = planned.iter().map(|delivery| delivery.message_id);
    let (Some(first), Some(last)) = (messages.clone().min(), messages.max()) else { return Ok(None) };
    let Some(conversation) = conversations::by_id(tx, id).await? else { return Ok(None) };
    let account = accounts::by_id(tx, conversation.account_id).await?;
    let inbox = inboxes::by_id(tx, conversation.inbox_id).await?;
    let contact = contacts::by_id(tx, conversation.account_id, conversation.contact_id).await?;
    let (Some(account), Some(inbox), Some(contact)) = (account, inbox, contact) else { return Ok(None) };
    let latest = messages::latest_incoming(tx, id).await?;
    Ok(Some(Case {
        entries: entries(tx, &conversation, first, last).await?,
        last_came_by_mail: latest.is_some_and(|message| message.content_type == "incoming_email"),
        present: presences::visitor_present(tx, conversation.contact_inbox_id, now).await?,
        parties: parties(tx, &conversation, &contact, &planned, now).await?,
        account,
        inbox,
        conversation,
        contact,
        planned,
    }))
}

async fn entries(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    first: MessageId,
    last: MessageId,
) -> Result<Vec<Entry>> {
    let mut all = messages::last_before(tx, conversation.id, first, RECAP, Audience::Visitor).await?;
    let stretch = Range { after: Some(MessageId(first.0 - 1)), before: Some(MessageId(last.0 + 1)) };
    all.extend(messages::range(tx, conversation.id, stretch, Audience::Visitor).await?);
    let mut names = HashMap::new();
    let mut entries = Vec::with_capacity(all.len());
    for message in all {
        let author = author(tx, conversation, message.sender, &mut names).await?;
        let files = attachments::of_message(tx, message.id).await?;
        entries.push(Entry { message, author, files });
    }
    Ok(entries)
}

async fn author(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    sender: Sender,
    names: &mut HashMap<i64, String>,
) -> Result<Author> {
    Ok(match sender {
        Sender::Contact(id) if id == conversation.contact_id => Author::Person,
        Sender::Contact(id) => {
            let contact = contacts::by_id(tx, conversation.account_id, id).await?;
            contact.map_or(Author::House, |contact| Author::Other(contact.display_name().to_owned()))
        }
        Sender::User(id) => {
            if let Some(name) = names.get(&id.0) {
                return Ok(Author::Us(name.clone()));
            }
            let Some(user) = users::by_id(tx, id).await? else { return Ok(Author::House) };
            names.insert(id.0, user.name.clone());
            Author::Us(user.name)
        }
        Sender::System => Author::House,
    })
}

async fn parties(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    contact: &Contact,
    planned: &[Delivery],
    now: Timestamp,
) -> Result<Vec<Party>> {
    let mut parties: Vec<Party> = Vec::new();
    for delivery in planned {
        let address = &delivery.to;
        if parties.iter().any(|party| party.address == *address) {
            continue;
        }
        let unverified = contact.has_address(address) && !contact.has_verified(address);
        let sated_until = if unverified {
            let (count, oldest) = mails::count_to(tx, address, now - DAY).await?;
            oldest.filter(|_| count >= MOST_A_DAY).map(|oldest| oldest + DAY)
        } else {
            None
        };
        let thread = mail_ids::thread(tx, conversation.id, address, MAX_REFERENCES as i64).await?;
        parties.push(Party {
            address: address.clone(),
            knows_visitor: contact.has_address(address) && !unverified,
            thread: thread.into_iter().map(|mail| mail.header).collect(),
            suppressed: suppressions::has(tx, conversation.account_id, address).await?,
            sated_until,
        });
    }
    Ok(parties)
}

impl Case {
    /// When the person saw the message, if they did.
    pub(crate) fn seen(&self, message: MessageId) -> Option<Timestamp> {
        let entry = self.entries.iter().find(|entry| entry.message.id == message)?;
        let seen_at = self.conversation.contact_last_seen_at?;
        let seen = seen_at > entry.message.created_at || entry.message.status == MessageStatus::Read;
        seen.then_some(seen_at)
    }

    /// What is planned for the person at an address that is theirs no more, because they have corrected it since.
    pub(crate) fn misaddressed(&self) -> Vec<Delivery> {
        let named = |delivery: &Delivery| {
            let entry = self.entries.iter().find(|entry| entry.message.id == delivery.message_id);
            entry.is_none_or(|entry| names(&entry.message, &delivery.to))
        };
        let astray = |delivery: &&Delivery| !self.contact.has_address(&delivery.to) && !named(delivery);
        self.planned.iter().filter(astray).cloned().collect()
    }

    /// What to do for that recipient about mails that are due since `due`.
    pub(crate) fn at_deadline(&self, due: Timestamp, now: Timestamp) -> AtDeadline {
        model::continuity::at_deadline(due, now, self.present)
    }
}

/// Whether the agent named that recipient for the message.
fn names(message: &Message, address: &str) -> bool {
    let list = |field| message.content_attributes.get(field).and_then(|list| list.as_array());
    let fields = ["to_emails", "cc_emails", "bcc_emails"];
    fields.into_iter().filter_map(list).flatten().any(|named| named.as_str() == Some(address))
}
