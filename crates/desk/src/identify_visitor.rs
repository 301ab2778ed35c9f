//! The site says who its visitor is (`setUser`, reference §3.4), and may vouch for it with `identifier_hash`.
//!
//! Without the hash anybody could have typed it: such an identity never leads into another contact's record, and gives
//! way to whoever the site vouches for. With it the visitor becomes that contact, and what they wrote before comes along.

use crate::{
    Desk, House, Outcome, Problem,
    edit_inbox::hmac_token,
    signing::{hmac_sha256, same},
    visitor::Visitor,
    visitor_details::{Details, apply, keep, short},
};
use model::{
    Timestamp,
    contact::{Contact, ContactInbox},
    event::{Event, EventKind},
    ids::AccountId,
    inbox::Inbox,
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
            let inbox = inboxes::by_id(tx, visitor.session.inbox_id).await?.ok_or(Problem::NotFound("inbox"))?;
            let vouched = vouched(&house, &inbox, &identity)?;
            identify(tx, &house, &visitor, &identity, vouched, &fresh, now).await
        })
        .await
}

/// Takes it in, in a unit of work that has asked whether the site [vouches](vouched) for it. `fresh` names a session that
/// may have to be made.
///
/// # Errors
/// A value makes no sense, or the contact is not theirs to change.
pub(crate) async fn identify(
    tx: &mut Tx<'_>,
    house: &House,
    visitor: &Visitor,
    identity: &Identity,
    vouched: bool,
    fresh: &(String, String),
    now: Timestamp,
) -> Outcome<Identified> {
    if !vouched {
        visitor.own_contact(tx).await?;
    }
    let (mut contact, session) = match identifier(identity, vouched)? {
        None => (visitor.contact(tx).await?, None),
        Some(identifier) if vouched => known(tx, visitor, &identifier, fresh, now).await?,
        Some(identifier) => claimed(tx, visitor, &identifier, fresh, now).await?,
    };
    let vouched_for = identity.identifier.as_deref().filter(|_| vouched);
    tell(tx, house, &mut contact, &identity.details, vouched_for).await?;
    keep(tx, &contact, now).await?;
    if vouched {
        let session = session.as_ref().map_or(visitor.session.id, |session| session.id);
        contact_inboxes::set_verified(tx, session).await?;
    }
    Ok(Identified { contact, new_session: session })
}

/// The identifier on one line; `None` where none is given. What was signed is not mended.
fn identifier(identity: &Identity, vouched: bool) -> Outcome<Option<String>> {
    let Some(given) = &identity.identifier else { return Ok(None) };
    let line = short("identifier", given)?;
    if vouched && line != *given {
        return Err(Problem::invalid("identifier", "begins or ends with a space, or has a control character"));
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

/// Whether the site vouches for the identity.
///
/// # Errors
/// The hash is wrong; or there is none, where an API inbox takes nobody without.
pub(crate) fn vouched(house: &House, inbox: &Inbox, identity: &Identity) -> Outcome<bool> {
    let failed = Problem::Forbidden("HMAC failed: Invalid Identifier Hash Provided");
    let Some(hash) = identity.identifier_hash.as_deref().filter(|hash| !hash.is_empty()) else {
        let mandatory = inbox.messaging().is_some_and(|messaging| messaging.is_on("hmac_mandatory"));
        return if mandatory { Err(failed) } else { Ok(false) };
    };
    let key = hmac_token(house, inbox);
    let identifier = identity.identifier.as_deref().unwrap_or_default();
    let right = hmac_sha256(key.as_bytes(), identifier.as_bytes());
    if !key.is_empty() && !identifier.is_empty() && same(&right, &hash.to_lowercase()) {
        return Ok(true);
    }
    Err(failed)
}

/// Whether a session that is only looked at may be: its front end vouched for it before, or does now.
///
/// # Errors
/// The hash is wrong; or there is none, where an API inbox takes nobody without.
pub fn may_see(house: &House, inbox: &Inbox, session: &ContactInbox, identity: &Identity) -> Outcome<()> {
    if session.hmac_verified && identity.identifier_hash.is_none() {
        return Ok(());
    }
    vouched(house, inbox, identity).map(|_| ())
}

/// The contact the site vouches for, and a new session where this one must not become theirs: because it was someone
/// else's, or because a link in a mail led to it, which may have been forwarded, while others have its token.
async fn known(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    identifier: &str,
    fresh: &(String, String),
    now: Timestamp,
) -> Outcome<(Contact, Option<ContactInbox>)> {
    // An identifier is one contact's; two visitors who get it at once wait for each other here.
    accounts::lock(tx, visitor.account_id).await?;
    let by_link = visitor.only.is_some();
    let mut contact = visitor.contact(tx).await?;
    if !by_link && contact.identifier.as_deref() == Some(identifier) {
        return Ok((contact, None));
    }
    let holder = rightful_holder(tx, visitor.account_id, identifier, now).await?;
    match (by_link || contact.identifier.is_some(), holder) {
        (false, Some(holder)) => Ok((join(tx, visitor, contact, holder, now).await?, None)),
        (false, None) => {
            contact.identifier = Some(identifier.to_owned());
            Ok((contact, None))
        }
        (true, Some(holder)) => with_session(tx, visitor, holder, fresh, now).await,
        (true, None) => stranger(tx, visitor, Some(identifier.to_owned()), fresh, now).await,
    }
}

/// The contact that has the identifier by right: the site vouched for it, or it never was here, so that an agent or a
/// client of the API named it. From anyone else it is taken away, for anybody could have typed it.
async fn rightful_holder(
    tx: &mut Tx<'_>,
    account: AccountId,
    identifier: &str,
    now: Timestamp,
) -> Outcome<Option<Contact>> {
    let Some(holder) = contacts::by_identifier(tx, account, identifier).await? else { return Ok(None) };
    let sessions = contact_inboxes::of_contact(tx, holder.id).await?;
    if sessions.is_empty() || sessions.iter().any(|session| session.hmac_verified) {
        return Ok(Some(holder));
    }
    if let Some(squatter) = contacts::lock(tx, account, holder.id).await? {
        keep(tx, &Contact { identifier: None, ..squatter }, now).await?;
    }
    Ok(None)
}

/// The visitor with the identifier nobody vouches for, if it is free; a new session where they had another one.
async fn claimed(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    identifier: &str,
    fresh: &(String, String),
    now: Timestamp,
) -> Outcome<(Contact, Option<ContactInbox>)> {
    accounts::lock(tx, visitor.account_id).await?;
    let mut contact = visitor.contact(tx).await?;
    if contact.identifier.as_deref() == Some(identifier) {
        return Ok((contact, None));
    }
    let taken = contacts::by_identifier(tx, visitor.account_id, identifier).await?.is_some();
    let identifier = Some(identifier.to_owned()).filter(|_| !taken);
    if contact.identifier.is_some() {
        return stranger(tx, visitor, identifier, fresh, now).await;
    }
    let sessions = contact_inboxes::of_contact(tx, contact.id).await?;
    // Whom the site vouches for would have whatever is typed here by right.
    if !sessions.iter().any(|session| session.hmac_verified) {
        contact.identifier = identifier;
    }
    Ok((contact, None))
}

/// Someone else at this browser, of whom nothing is known here.
async fn stranger(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    identifier: Option<String>,
    fresh: &(String, String),
    now: Timestamp,
) -> Outcome<(Contact, Option<ContactInbox>)> {
    let new = NewContact { identifier, ..NewContact::default() };
    let contact = contacts::insert(tx, visitor.account_id, &new, now).await?;
    with_session(tx, visitor, contact, fresh, now).await
}

async fn with_session(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    contact: Contact,
    (source_id, pubsub_token): &(String, String),
    now: Timestamp,
) -> Outcome<(Contact, Option<ContactInbox>)> {
    let session =
        contact_inboxes::insert(tx, contact.id, visitor.session.inbox_id, source_id, pubsub_token, now).await?;
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
        known.offered_email = unknown.offered_email.filter(|_| known.email.is_none());
    }
    if let Some(conversation) = conversations::latest_of_session(tx, visitor.session.id).await? {
        let updated = Event::new(EventKind::ConversationUpdated, visitor.account_id, now);
        events::record(tx, &updated.conversation(conversation.id)).await?;
    }
    Ok(known)
}

/// What the site says besides. The hash covers the identifier alone: an address is verified where it is the identifier,
/// otherwise anyone whom the site vouches for could have typed it.
async fn tell(
    tx: &mut Tx<'_>,
    house: &House,
    contact: &mut Contact,
    details: &Details,
    vouched_for: Option<&str>,
) -> Outcome<()> {
    apply(tx, house, contact, details).await?;
    let named = details.email.as_deref().map(|email| email.trim().to_lowercase());
    let signed = vouched_for.map(str::to_lowercase);
    if named.is_some() && named == contact.email && named == signed {
        contact.email_verified = true;
    }
    Ok(())
}
