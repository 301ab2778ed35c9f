//! Mail to an e-mail inbox that answers nothing: it begins a conversation with whoever wrote it, in one transaction with
//! its first message.

use super::{Incoming, author::shortened, plan::Part, route::Route, trace::Trace};
use crate::{House, Outcome};
use mail::{Kind, Recipient, RecipientSource, address, reply::Hints};
use model::{
    Json, Random, Timestamp,
    account::Account,
    contact::Contact,
    conversation::{Conversation, Status},
    event::{Event, EventKind},
    ids::{ContactId, ContactInboxId, ConversationId},
    inbox::Inbox,
    trust::{Claimed, Proof},
};
use store::{
    Tx, accounts, contact_inboxes,
    contacts::{self, NewContact},
    conversations::{self, NewConversation},
    events, inboxes, mail_ids,
};

const LONGEST_NAME: usize = 255;
const LONGEST_SUBJECT: usize = 998;

/// Random values of a conversation that begins, drawn before it is written.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    uuid: String,
    source_id: String,
    pubsub_token: String,
}

impl Opening {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self { uuid: random.uuid(), source_id: random.uuid(), pubsub_token: random.hex_128() }
    }
}

/// The e-mail inboxes that the mail is for: the one whose mailbox it was in; else those at whose addresses it was
/// delivered; else those that it names.
pub(super) async fn inboxes_of(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    mailbox: Option<&Inbox>,
    trace: &mut Trace,
) -> Outcome<Vec<Inbox>> {
    if let Some(inbox) = mailbox {
        trace.note_in(inbox.account_id, format!("it was in the mailbox of the inbox {}", inbox.name));
        return Ok(vec![inbox.clone()]);
    }
    let (named, delivered): (Vec<&Recipient>, Vec<&Recipient>) =
        incoming.read.mail.recipients.iter().partition(|recipient| is_named(recipient.source));
    for recipients in [delivered, named] {
        let mut found: Vec<Inbox> = Vec::new();
        for recipient in recipients {
            if let Some(inbox) = inboxes::by_address(tx, &recipient.address).await?
                && found.iter().all(|known| known.id != inbox.id)
            {
                let words =
                    format!("{}: {} leads to the inbox {}", recipient.source.as_str(), recipient.address, inbox.name);
                trace.note_in(inbox.account_id, words);
                found.push(inbox);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Whether the sender wrote that header, rather than a server on the way.
fn is_named(source: RecipientSource) -> bool {
    matches!(source, RecipientSource::To | RecipientSource::Cc | RecipientSource::Bcc)
}

/// The conversation of the inbox that this very mail, from the same author, has begun already by another road.
pub(super) async fn begun_before(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    inbox: &Inbox,
) -> store::Result<Option<Conversation>> {
    for known in mail_ids::by_header(tx, &incoming.read.mail.message_id).await? {
        if known.outgoing || known.account_id != inbox.account_id {
            continue;
        }
        let conversation = conversations::by_id(tx, known.conversation_id).await?;
        let Some(conversation) = conversation.filter(|conversation| conversation.inbox_id == inbox.id) else {
            continue;
        };
        let contact = contacts::by_id(tx, conversation.account_id, conversation.contact_id).await?;
        if contact.is_some_and(|contact| contact.has_address(incoming.from())) {
            return Ok(Some(conversation));
        }
    }
    Ok(None)
}

/// A conversation that is to begin; none with nobody.
pub(super) async fn open(
    tx: &mut Tx<'_>,
    house: &House,
    incoming: &Incoming,
    inbox: Inbox,
    opening: Opening,
) -> Outcome<Option<Route>> {
    let Some(address) = author_of(incoming) else { return Ok(None) };
    let known = known(tx, &inbox, &address).await?;
    // As it wrote, though it may be one of several of theirs.
    let contact = known.map_or_else(
        || stranger(incoming, &inbox, &address),
        |known| Contact { email: Some(address.clone()), ..known },
    );
    let account = accounts::by_id(tx, inbox.account_id).await?;
    Ok(Some(Route {
        conversation: unborn(incoming, &inbox),
        hints: Hints { addresses: own_addresses(&inbox, account.as_ref(), house), ..Hints::default() },
        called: format!("a new conversation in {}", inbox.name),
        contact,
        inbox,
        token: None,
        proof: Proof::Opening,
        claimed: Claimed::Contact,
        opening: Some(opening),
        foreign: false,
    }))
}

fn own_addresses(inbox: &Inbox, account: Option<&Account>, house: &House) -> Vec<String> {
    let inboxes = inbox.email().map(|email| email.address.clone());
    let accounts = account.and_then(|account| account.support_email.clone());
    inboxes.into_iter().chain(accounts).chain([address::bare(&house.sender).to_owned()]).collect()
}

/// What is no address cannot be written to.
fn author_of(incoming: &Incoming) -> Option<String> {
    Some(incoming.from().to_lowercase()).filter(|address| mail::address::is_address(address))
}

/// The account's contact with that address, one whose address is verified before others.
async fn known(tx: &mut Tx<'_>, inbox: &Inbox, address: &str) -> store::Result<Option<Contact>> {
    let known = contacts::by_email(tx, inbox.account_id, address).await?;
    Ok(known.iter().find(|contact| contact.has_verified(address)).or_else(|| known.first()).cloned())
}

/// Stands for the conversation until it is written.
fn unborn(incoming: &Incoming, inbox: &Inbox) -> Conversation {
    Conversation {
        id: ConversationId(0),
        account_id: inbox.account_id,
        inbox_id: inbox.id,
        contact_id: ContactId(0),
        contact_inbox_id: ContactInboxId(0),
        display_id: 0,
        uuid: String::new(),
        status: Status::Open,
        snoozed_until: None,
        assignee_id: None,
        priority: None,
        mail_subject: None,
        contact_last_seen_at: None,
        agent_last_seen_at: None,
        assignee_last_seen_at: None,
        first_reply_created_at: None,
        waiting_since: None,
        last_activity_at: incoming.now,
        additional_attributes: Json::Null,
        custom_attributes: Json::Null,
        created_at: incoming.now,
        updated_at: incoming.now,
    }
}

/// Stands for the contact until they are written.
fn stranger(incoming: &Incoming, inbox: &Inbox, address: &str) -> Contact {
    let name = incoming.read.mail.author().and_then(|author| author.name.as_deref()).unwrap_or_default();
    Contact {
        id: ContactId(0),
        account_id: inbox.account_id,
        name: shortened(name, LONGEST_NAME),
        email: Some(address.to_owned()),
        email_verified: false,
        additional_emails: Vec::new(),
        unverified_emails: Vec::new(),
        offered_email: None,
        phone_number: None,
        phone_verified: false,
        identifier: None,
        blocked: false,
        additional_attributes: Json::Null,
        custom_attributes: Json::Null,
        last_activity_at: incoming.now,
        created_at: incoming.now,
    }
}

/// Whether the mail has come by another road since it was routed: of two that bring it at once, one begins.
pub(super) async fn is_late(tx: &mut Tx<'_>, incoming: &Incoming, part: &Part) -> store::Result<bool> {
    let inbox = &part.route.inbox;
    Ok(part.route.opening.is_some()
        && (inboxes::lock(tx, inbox.id).await?.is_none() || begun_before(tx, incoming, inbox).await?.is_some()))
}

/// Begins the conversation of a part that opens one, with its contact, new or known; the part as it then is.
pub(super) async fn begin(tx: &mut Tx<'_>, incoming: &Incoming, part: &Part, opening: &Opening) -> store::Result<Part> {
    let (inbox, now) = (&part.route.inbox, incoming.now);
    let address = part.route.contact.email.as_deref().unwrap_or_default();
    let contact = match known(tx, inbox, address).await? {
        Some(contact) => contact,
        None => make(tx, &part.route.contact, now).await?,
    };
    let sessions = contact_inboxes::of_contact(tx, contact.id).await?;
    let session = match sessions.into_iter().rfind(|session| session.inbox_id == inbox.id) {
        Some(session) => session,
        None => {
            contact_inboxes::insert(tx, contact.id, inbox.id, &opening.source_id, &opening.pubsub_token, now).await?
        }
    };
    let subject = incoming.read.mail.subject.as_deref().map(|subject| shortened(subject, LONGEST_SUBJECT));
    let new = NewConversation {
        account_id: inbox.account_id,
        uuid: opening.uuid.clone(),
        mail_subject: subject.filter(|subject| !subject.trim().is_empty()),
        additional_attributes: Json::Null,
        custom_attributes: Json::Null,
    };
    let mut conversation = conversations::insert(tx, &session, &new, now).await?;
    if contact.blocked || incoming.read.classified.kind == Kind::AutoReply {
        // Kept for the record; it wakes nobody.
        conversation.status = Status::Resolved;
        conversations::update(tx, &conversation).await?;
    }
    let event = Event::new(EventKind::ConversationCreated, inbox.account_id, now).conversation(conversation.id);
    events::record(tx, &event).await?;
    let called = format!("conversation #{}", conversation.display_id);
    let route = Route { conversation, contact, called, opening: None, ..part.route.clone() };
    Ok(Part { route, verdict: part.verdict, letter: part.letter.clone() })
}

async fn make(tx: &mut Tx<'_>, like: &Contact, now: Timestamp) -> store::Result<Contact> {
    let new = NewContact { name: like.name.clone(), email: like.email.clone(), ..NewContact::default() };
    let contact = contacts::insert(tx, like.account_id, &new, now).await?;
    let event = Event::new(EventKind::ContactCreated, like.account_id, now).contact(contact.id);
    events::record(tx, &event).await?;
    Ok(contact)
}
