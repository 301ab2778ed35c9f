//! The author as someone the account knows: the contact, the agent, or a contact of their own; and the proof that an
//! address is theirs.

use super::{Incoming, plan::Part};
use model::{
    Timestamp,
    contact::Contact,
    event::{Event, EventKind},
    ids::{AccountId, ContactId},
    message::{Message, Sender},
    trust::{Claimed, Relation},
};
use store::{
    Tx,
    contacts::{self, NewContact},
    events,
};

/// RFC 5321 §4.5.3.1.
pub(super) const LONGEST_ADDRESS: usize = 254;
const LONGEST_NAME: usize = 255;

/// Who the message is from: the contact, the agent, or a contact of the author's own; and whether they are blocked.
pub(super) async fn sender(tx: &mut Tx<'_>, incoming: &Incoming, part: &Part) -> store::Result<(Sender, bool)> {
    match (part.verdict.relation, part.route.claimed) {
        (Relation::Contact, _) => Ok((Sender::Contact(part.route.contact.id), part.route.contact.blocked)),
        (Relation::Agent, Claimed::Agent(user)) => Ok((Sender::User(user), false)),
        _ => {
            let (contact, blocked) = contact_of_their_own(tx, incoming, part.route.conversation.account_id).await?;
            Ok((Sender::Contact(contact), blocked))
        }
    }
}

/// The account's contact with the author's address, one whose address is verified before others; made where there is none.
async fn contact_of_their_own(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    account: AccountId,
) -> store::Result<(ContactId, bool)> {
    // What is no address cannot be written to, so it is nobody's.
    let address = Some(incoming.from().to_lowercase()).filter(|address| mail::address::is_address(address));
    if let Some(address) = &address {
        let known = contacts::by_email(tx, account, address).await?;
        let best = known.iter().find(|contact| contact.has_verified(address)).or_else(|| known.first());
        if let Some(contact) = best {
            return Ok((contact.id, contact.blocked));
        }
    }
    let author = incoming.read.mail.author();
    let name = author.and_then(|author| author.name.as_deref()).unwrap_or_default();
    let new = NewContact { name: shortened(name, LONGEST_NAME), email: address, ..NewContact::default() };
    let contact = contacts::insert(tx, account, &new, incoming.now).await?;
    events::record(tx, &Event::new(EventKind::ContactCreated, account, incoming.now).contact(contact.id)).await?;
    Ok((contact.id, false))
}

/// The first characters of a text that someone else chose; indexes take no more.
pub(super) fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The address is verified, if it is the contact's. One that is verified already costs nothing.
pub(super) async fn verify(tx: &mut Tx<'_>, contact: &Contact, address: &str, now: Timestamp) -> store::Result<()> {
    if contact.has_verified(address) {
        return Ok(());
    }
    let Some(mut contact) = contacts::lock(tx, contact.account_id, contact.id).await? else { return Ok(()) };
    if !contact.verified(address) {
        return Ok(());
    }
    contacts::update(tx, &contact).await?;
    let event = Event::new(EventKind::ContactUpdated, contact.account_id, now).contact(contact.id);
    events::record(tx, &event).await
}

/// The address that a message came from is verified, if it still is its author's.
pub(crate) async fn verify_address(tx: &mut Tx<'_>, message: &Message, now: Timestamp) -> store::Result<()> {
    let Sender::Contact(contact) = message.sender else { return Ok(()) };
    let address = message.content_attributes["author"]["address"].as_str().unwrap_or_default();
    match contacts::by_id(tx, message.account_id, contact).await? {
        Some(contact) => verify(tx, &contact, address, now).await,
        None => Ok(()),
    }
}
