//! The person on the channel: found by their id at the provider, or made.

use super::{Person, Scene};
use crate::{Outcome, channel_reach};
use model::{
    Timestamp,
    contact::{Contact, ContactInbox},
    event::{Event, EventKind},
};
use store::{
    Result, Tx, contact_inboxes,
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
        if contact.name.trim().is_empty()
            && let Some(name) = name(person)
        {
            contact.name = name;
            contacts::update(tx, &contact).await?;
            record(tx, scene, EventKind::ContactUpdated, &contact).await?;
        }
        return Ok((session, contact));
    }
    let new = NewContact {
        name: name(person).unwrap_or_default(),
        phone_number: person.phone.clone(),
        additional_attributes: person.noted.clone(),
        ..NewContact::default()
    };
    let contact = contacts::insert(tx, scene.inbox.account_id, &new, scene.now).await?;
    record(tx, scene, EventKind::ContactCreated, &contact).await?;
    let token = &scene.fresh.pubsub_token;
    let session = contact_inboxes::insert(tx, contact.id, inbox, &person.id, token, scene.now).await?;
    Ok((session, contact))
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
