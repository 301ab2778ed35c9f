//! The site says who its visitor is (`setUser`, reference §3.4), and may vouch for it with `identifier_hash`.
//!
//! Without the hash anybody could have typed it: such an identity never leads into another contact's record. With it
//! the visitor becomes that contact, and what they wrote before comes along.

use crate::{
    Desk, House, Outcome, Problem,
    signing::{hmac_sha256, same},
    visitor::Visitor,
    visitor_details::{Details, apply, keep, short},
};
use model::{
    Timestamp,
    contact::{Contact, ContactInbox},
    event::{Event, EventKind},
};
use store::{
    Tx, accounts, contact_inboxes,
    contacts::{self, NewContact},
    conversations, events, inboxes,
};

/// Who the site says it is.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The site's own name for the person.
    pub identifier: Option<String>,
    /// Hexadecimal HMAC-SHA256 of the identifier with the inbox's `hmac_token`.
    pub identifier_hash: Option<String>,
    /// What else it says.
    pub details: Details,
}

/// Who it is now.
#[derive(Clone, Debug)]
pub struct Identified {
    /// The contact.
    pub contact: Contact,
    /// A new session, where this browser had been someone else's.
    pub new_session: Option<ContactInbox>,
}

/// Takes in who the site says its visitor is.
///
/// # Errors
/// The hash is wrong, or a value makes no sense.
pub async fn identify_visitor(desk: &Desk, visitor: &Visitor, identity: Identity) -> Outcome<Identified> {
    let (visitor, house, now) = (visitor.clone(), desk.house.clone(), desk.now());
    let fresh = (desk.random.uuid(), desk.random.hex_128());
    desk.db
        .write(async move |tx| {
            let vouched = vouched(tx, &visitor, &identity).await?;
            if !vouched {
                visitor.whole_session()?;
            }
            let identifier = identity.identifier.as_deref().map(str::trim).filter(|identifier| !identifier.is_empty());
            let (mut contact, session) = match identifier {
                None => (visitor.contact(tx).await?, None),
                Some(identifier) => {
                    let identifier = short("identifier", identifier)?;
                    if visitor.only.is_some() {
                        elsewhere(tx, &visitor, &identifier, &fresh, now).await?
                    } else {
                        whose(tx, &visitor, &identifier, vouched, &fresh, now).await?
                    }
                }
            };
            let details = &identity.details;
            tell(tx, &house, &mut contact, details, vouched).await?;
            keep(tx, &contact, now).await?;
            if vouched {
                let session = session.as_ref().map_or(visitor.session.id, |session| session.id);
                contact_inboxes::set_verified(tx, session).await?;
            }
            Ok(Identified { contact, new_session: session })
        })
        .await
}

/// Whether the site vouches for the identity.
async fn vouched(tx: &mut Tx<'_>, visitor: &Visitor, identity: &Identity) -> Outcome<bool> {
    let Some(hash) = identity.identifier_hash.as_deref().filter(|hash| !hash.is_empty()) else { return Ok(false) };
    let inbox = inboxes::by_id(tx, visitor.session.inbox_id).await?.ok_or(Problem::NotFound("inbox"))?;
    let key = inbox.web_widget().map(|widget| widget.hmac_token.as_str()).unwrap_or_default();
    let identifier = identity.identifier.as_deref().unwrap_or_default();
    let right = hmac_sha256(key.as_bytes(), identifier.as_bytes());
    if !key.is_empty() && !identifier.is_empty() && same(&right, &hash.to_lowercase()) {
        return Ok(true);
    }
    Err(Problem::Forbidden("HMAC failed: Invalid Identifier Hash Provided"))
}

/// The contact with that identifier as this visitor may be them, and a new session if they need one.
async fn whose(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    identifier: &str,
    vouched: bool,
    fresh: &(String, String),
    now: Timestamp,
) -> Outcome<(Contact, Option<ContactInbox>)> {
    // An identifier is one contact's; two visitors who get it at once wait for each other here.
    accounts::lock(tx, visitor.account_id).await?;
    let mut contact = visitor.contact(tx).await?;
    if contact.identifier.as_deref() == Some(identifier) {
        return Ok((contact, None));
    }
    let holder = contacts::by_identifier(tx, visitor.account_id, identifier).await?;
    match (contact.identifier.is_some(), holder) {
        (false, None) => {
            contact.identifier = Some(identifier.to_owned());
            Ok((contact, None))
        }
        (false, Some(holder)) if vouched => Ok((join(tx, visitor, contact, holder, now).await?, None)),
        (false, Some(_)) => Ok((contact, None)),
        (true, holder) => {
            let identifier = holder.is_none().then(|| identifier.to_owned());
            let contact = match holder.filter(|_| vouched) {
                Some(holder) => holder,
                None => {
                    let new = NewContact { identifier, ..NewContact::default() };
                    contacts::insert(tx, visitor.account_id, &new, now).await?
                }
            };
            let inbox = visitor.session.inbox_id;
            let session = contact_inboxes::insert(tx, contact.id, inbox, &fresh.0, &fresh.1, now).await?;
            Ok((contact, Some(session)))
        }
    }
}

/// The contact the site vouches for, with a new session. A link in a mail may have been forwarded: whoever came by one
/// becomes nobody in the session it leads to, which others have the token of.
async fn elsewhere(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    identifier: &str,
    fresh: &(String, String),
    now: Timestamp,
) -> Outcome<(Contact, Option<ContactInbox>)> {
    accounts::lock(tx, visitor.account_id).await?;
    let contact = match contacts::by_identifier(tx, visitor.account_id, identifier).await? {
        Some(holder) => holder,
        None => {
            let new = NewContact { identifier: Some(identifier.to_owned()), ..NewContact::default() };
            contacts::insert(tx, visitor.account_id, &new, now).await?
        }
    };
    let inbox = visitor.session.inbox_id;
    let session = contact_inboxes::insert(tx, contact.id, inbox, &fresh.0, &fresh.1, now).await?;
    Ok((contact, Some(session)))
}

/// Gives the visitor's session, with what was written in it, to the contact they turned out to be.
async fn join(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    unknown: Contact,
    mut known: Contact,
    now: Timestamp,
) -> Outcome<Contact> {
    contact_inboxes::give(tx, visitor.session.id, unknown.id, known.id).await?;
    if known.email.is_none() {
        known.email = unknown.email;
    }
    if let Some(conversation) = conversations::latest_of_session(tx, visitor.session.id).await? {
        let updated = Event::new(EventKind::ConversationUpdated, visitor.account_id, now);
        events::record(tx, &updated.conversation(conversation.id)).await?;
    }
    Ok(known)
}

/// What the site says besides; an address it vouches for is verified.
async fn tell(tx: &mut Tx<'_>, house: &House, contact: &mut Contact, details: &Details, vouched: bool) -> Outcome<()> {
    apply(tx, house, contact, details).await?;
    let named = details.email.as_deref().map(|email| email.trim().to_lowercase());
    if vouched && named.is_some() && named == contact.email {
        contact.email_verified = true;
    }
    Ok(())
}
