//! The person on the channel: found by their id at the provider, or by the phone number that the provider vouches for, or
//! made. What somebody typed leads to nobody.

use super::{Person, Scene};
use crate::{Outcome, channel_reach};
use model::{
    Timestamp,
    contact::{Contact, ContactInbox},
    event::{Event, EventKind},
};
use store::{
    Result, Tx, accounts, contact_inboxes,
    contacts::{self, NewContact},
    events, inboxes,
};

/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 255;

/// The person with their session in the inbox, locked so that their news is taken one after the other.
///
/// # Errors
/// Storage trouble.
pub(super) async fn session(tx: &mut Tx<'_>, scene: &Scene<'_>, person: &Person) -> Result<(ContactInbox, Contact)> {
    let inbox = scene.inbox.id;
    let mut found = contact_inboxes::by_source(tx, inbox, &person.id).await?;
    if found.is_none() {
        // Two first messages at once must not make two contacts.
        inboxes::lock(tx, inbox).await?;
        found = contact_inboxes::by_source(tx, inbox, &person.id).await?;
    }
    if let Some(session) = found {
        contact_inboxes::lock(tx, session.id).await?;
        let contact = contacts::lock(tx, scene.inbox.account_id, session.contact_id).await?;
        let mut contact = contact.ok_or(store::Error::Unit("a session without its contact"))?;
        told(tx, scene, person, &mut contact).await?;
        return Ok((session, contact));
    }
    if let Some(mut contact) = by_phone(tx, scene, person).await? {
        told(tx, scene, person, &mut contact).await?;
        let token = &scene.fresh.pubsub_token;
        let session = contact_inboxes::insert(tx, contact.id, inbox, &person.id, token, scene.now).await?;
        return Ok((session, contact));
    }
    let new = NewContact {
        name: name(person).unwrap_or_default(),
        phone_number: person.phone.clone(),
        phone_verified: person.phone.is_some(),
        additional_attributes: person.noted.clone(),
        ..NewContact::default()
    };
    let contact = contacts::insert(tx, scene.inbox.account_id, &new, scene.now).await?;
    record(tx, scene, EventKind::ContactCreated, &contact).await?;
    let token = &scene.fresh.pubsub_token;
    let session = contact_inboxes::insert(tx, contact.id, inbox, &person.id, token, scene.now).await?;
    Ok((session, contact))
}

/// The contact whose vouched number it is, locked.
async fn by_phone(tx: &mut Tx<'_>, scene: &Scene<'_>, person: &Person) -> Result<Option<Contact>> {
    let Some(number) = &person.phone else { return Ok(None) };
    // Of two inboxes that hear one number first at once, one makes the contact.
    accounts::lock(tx, scene.inbox.account_id).await?;
    let known = contacts::by_phone(tx, scene.inbox.account_id, number).await?;
    match known.into_iter().find(|contact| contact.phone_verified) {
        Some(found) => contacts::lock(tx, scene.inbox.account_id, found.id).await,
        None => Ok(None),
    }
}

/// What the provider says of somebody known fills what is not known.
async fn told(tx: &mut Tx<'_>, scene: &Scene<'_>, person: &Person, contact: &mut Contact) -> Result<()> {
    let name = name(person).filter(|_| contact.name.trim().is_empty());
    let number = person.phone.clone().filter(|_| contact.phone_number.is_none());
    if name.is_none() && number.is_none() {
        return Ok(());
    }
    contact.name = name.unwrap_or_else(|| contact.name.clone());
    if number.is_some() {
        (contact.phone_number, contact.phone_verified) = (number, true);
    }
    contacts::update(tx, contact).await?;
    record(tx, scene, EventKind::ContactUpdated, contact).await
}

async fn record(tx: &mut Tx<'_>, scene: &Scene<'_>, kind: EventKind, contact: &Contact) -> Result<()> {
    events::record(tx, &Event::new(kind, scene.inbox.account_id, scene.now).contact(contact.id)).await
}

fn name(person: &Person) -> Option<String> {
    let name: String = person.name.as_deref()?.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// When the person was heard: by the provider's clock, but not in the future.
pub(super) fn heard_at(scene: &Scene<'_>, at: Option<Timestamp>) -> Timestamp {
    at.map_or(scene.now, |at| at.min(scene.now))
}

/// The person did something that opens the reply window.
///
/// # Errors
/// Storage trouble.
pub(super) async fn came(tx: &mut Tx<'_>, scene: &Scene<'_>, by: &Person, at: Option<Timestamp>) -> Outcome<()> {
    let (session, _) = session(tx, scene, by).await?;
    Ok(channel_reach::came(tx, &session, heard_at(scene, at), scene.now).await?)
}

/// The person went.
///
/// # Errors
/// Storage trouble.
pub(super) async fn left(tx: &mut Tx<'_>, scene: &Scene<'_>, who: &str, why: &str) -> Outcome<()> {
    if let Some(session) = contact_inboxes::by_source(tx, scene.inbox.id, who).await? {
        channel_reach::lost(tx, session.id, why, scene.now).await?;
    }
    Ok(())
}
