//! An address that a person wrote in a chat is offered to agents as the contact's: on channels without a form that is how
//! one is given. It becomes theirs when an agent takes it, unverified until a mail from it arrives (contract §3).

use crate::{
    Desk, House, Outcome, Problem, append::append, own_addresses::is_own, spoken_address::only_address,
    visitor_details::set_address,
};
use model::{
    Timestamp,
    contact::Contact,
    conversation::Conversation,
    event::{Event, EventKind},
    ids::{AccountId, ContactId, UserId},
    message::{Kind, Message, Sender},
};
use serde_json::json;
use store::{Tx, contacts, events, messages::NewMessage};

/// Where the line for agents keeps the address, in its `content_attributes`.
pub const ATTRIBUTE: &str = "offered_email";

/// Looks whether the contact, who has no address, wrote one in `message`, and says so to agents. The conversation is
/// locked.
///
/// # Errors
/// Storage trouble.
pub async fn notice(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    contact: &Contact,
    message: &Message,
    now: Timestamp,
) -> Outcome<()> {
    if contact.email.is_some() || contact.blocked || message.sender != Sender::Contact(contact.id) {
        return Ok(());
    }
    let Some(address) = message.content.as_deref().and_then(only_address) else { return Ok(()) };
    if contact.offered_email.as_deref() == Some(address.as_str()) || is_own(tx, house, &address).await? {
        return Ok(());
    }
    contacts::offer_email(tx, contact.id, &address).await?;
    let words = format!("{} wrote an e-mail address: {address}", contact.display_name());
    let line = NewMessage {
        content_attributes: json!({ATTRIBUTE: address, "in_reply_to": message.id}),
        ..NewMessage::text(conversation, Kind::Activity, Sender::System, &words)
    };
    append(tx, conversation, &line, &[], None, now).await?;
    let updated = Event::new(EventKind::ContactUpdated, contact.account_id, now).contact(contact.id);
    Ok(events::record(tx, &updated).await?)
}

/// What an agent makes of an offered address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is the contact's from now on.
    Take,
    /// It is not.
    Dismiss,
}

/// Takes the address that was offered as the contact's, or forgets it.
///
/// # Errors
/// There is no such contact, none was offered, the contact has an address meanwhile, or it is one of ours by now.
pub async fn decide(
    desk: &Desk,
    account: AccountId,
    id: ContactId,
    by: UserId,
    decision: Decision,
) -> Outcome<Contact> {
    let (now, house) = (desk.now(), desk.house.clone());
    desk.db
        .write(async move |tx| {
            let mut contact = contacts::lock(tx, account, id).await?.ok_or(Problem::NotFound("contact"))?;
            let offered = contact.offered_email.take();
            let none = || Problem::Invalid("no address was offered, or somebody has decided about it".into());
            let address = offered.ok_or_else(none)?;
            if decision == Decision::Take {
                if contact.email.is_some() {
                    return Err(Problem::invalid("email", "the contact has an address already"));
                }
                if is_own(tx, &house, &address).await? {
                    return Err(Problem::invalid("email", "is an address of this installation"));
                }
                set_address(&mut contact, address);
            }
            contacts::update(tx, &contact).await?;
            let updated = Event::new(EventKind::ContactUpdated, account, now).contact(id).by(Some(by));
            events::record(tx, &updated).await?;
            Ok(contact)
        })
        .await
}
