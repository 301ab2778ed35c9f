//! A front end of the client API introduces a person: their session in the inbox, and who they are (reference §4.2).
//!
//! Whoever knows a session's name speaks for it, as with a token. What is typed never leads into another contact's record;
//! only `identifier_hash` does (contract §3).

use crate::{
    Desk, Outcome, Problem,
    identify_visitor::{Identified, Identity, identify, vouched},
    visitor::Visitor,
    visitor_details::short,
};
use model::{
    contact::{Contact, ContactInbox},
    event::{Event, EventKind},
    inbox::Inbox,
};
use store::{
    contact_inboxes,
    contacts::{self, NewContact},
    events,
};

/// Makes a session named `source_id` (drawn where `None`) with a contact, or finds the one of that name. Introduced again
/// with nothing to vouch for them, who has a session stays as they are.
///
/// # Errors
/// The hash is wrong or must not be missing; a value makes no sense.
pub async fn introduce(
    desk: &Desk,
    inbox: &Inbox,
    source_id: Option<String>,
    identity: Identity,
) -> Outcome<(Contact, ContactInbox)> {
    let source_id = source_id.map(|name| short("source_id", &name)).transpose()?.filter(|name| !name.is_empty());
    let (inbox, house, now) = (inbox.clone(), desk.house.clone(), desk.now());
    let names = (source_id.unwrap_or_else(|| desk.random.uuid()), desk.random.hex_128());
    let fresh = (desk.random.uuid(), desk.random.hex_128());
    desk.db
        .write(async move |tx| {
            let account = inbox.account_id;
            let vouched = vouched(&house, &inbox, &identity)?;
            let visitor = |session: ContactInbox| Visitor { account_id: account, session, only: None, at: None };
            let known = contact_inboxes::by_source(tx, inbox.id, &names.0).await?;
            let session = match known {
                Some(session) if !vouched => return Ok((visitor(session.clone()).contact(tx).await?, session)),
                Some(session) => session,
                None => {
                    let contact = contacts::insert(tx, account, &NewContact::default(), now).await?;
                    let session = contact_inboxes::insert(tx, contact.id, inbox.id, &names.0, &names.1, now).await?;
                    events::record(tx, &Event::new(EventKind::ContactCreated, account, now).contact(contact.id))
                        .await?;
                    session
                }
            };
            let id = session.id;
            let known = identify(tx, &house, &visitor(session), &identity, vouched, &fresh, now).await?;
            let Identified { contact, new_session } = known;
            let id = new_session.map_or(id, |session| session.id);
            let session = contact_inboxes::by_id(tx, id).await?.ok_or(Problem::NotFound("session"))?;
            Ok((contact, session))
        })
        .await
}
