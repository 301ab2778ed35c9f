//! Making a contact and changing what is known of one, as agents do.

use crate::{Desk, House, Outcome, Problem, own_addresses::persons_address, visitor_details::set_address};
use model::{
    Json, Timestamp,
    contact::{Contact, ContactInbox},
    event::{Event, EventKind},
    ids::{AccountId, ContactId, InboxId, UserId},
    inbox::Inbox,
};
use store::{
    Tx, accounts, contact_inboxes,
    contacts::{self, NewContact},
    events, inboxes,
};

/// What is to change; `None` stays as it is, an empty text takes the value away.
#[derive(Clone, Debug, Default)]
pub struct ContactChange {
    /// Name.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// The agent vouches for the address, or does no longer.
    pub email_verified: Option<bool>,
    /// Phone number in E.164.
    pub phone_number: Option<String>,
    /// The site's own name for the person.
    pub identifier: Option<String>,
    /// Blocked or not.
    pub blocked: Option<bool>,
    /// Attributes to be set beside those there are; an object.
    pub additional_attributes: Option<Json>,
    /// Attributes to be set beside those there are; an object.
    pub custom_attributes: Option<Json>,
}

/// Makes a contact, and a session for it if an inbox is named.
///
/// # Errors
/// A value makes no sense or is another contact's, or there is no such inbox.
pub async fn create_contact(
    desk: &Desk,
    account: AccountId,
    by: UserId,
    asked: ContactChange,
    inbox: Option<InboxId>,
) -> Outcome<(Contact, Option<(ContactInbox, Inbox)>)> {
    let (now, house) = (desk.now(), desk.house.clone());
    let (source_id, pubsub_token) = (desk.random.uuid(), desk.random.hex_128());
    desk.db
        .write(async move |tx| {
            await_turn(tx, account, &asked).await?;
            let mut contact = contacts::insert(tx, account, &NewContact::default(), now).await?;
            apply(tx, &house, &mut contact, &asked).await?;
            contacts::update(tx, &contact).await?;
            record(tx, EventKind::ContactCreated, &contact, by, now).await?;
            let Some(id) = inbox else { return Ok((contact, None)) };
            let found = inboxes::by_id(tx, id).await?.filter(|inbox| inbox.account_id == account);
            let inbox = found.ok_or(Problem::NotFound("inbox"))?;
            let session = contact_inboxes::insert(tx, contact.id, id, &source_id, &pubsub_token, now).await?;
            Ok((contact, Some((session, inbox))))
        })
        .await
}

/// Changes what is known of the account's contact.
///
/// # Errors
/// There is no such contact, a value makes no sense, or is another contact's: nothing is changed then.
pub async fn update_contact(
    desk: &Desk,
    account: AccountId,
    id: ContactId,
    by: UserId,
    change: ContactChange,
) -> Outcome<Contact> {
    let (now, house) = (desk.now(), desk.house.clone());
    desk.db
        .write(async move |tx| {
            await_turn(tx, account, &change).await?;
            // By the id of one that became part of another too.
            let known = contacts::by_id(tx, account, id).await?.ok_or(Problem::NotFound("contact"))?;
            let found = contacts::lock(tx, account, known.id).await?;
            let mut contact = found.ok_or(Problem::NotFound("contact"))?;
            apply(tx, &house, &mut contact, &change).await?;
            contacts::update(tx, &contact).await?;
            record(tx, EventKind::ContactUpdated, &contact, by, now).await?;
            Ok(contact)
        })
        .await
}

/// An identifier, a vouched number, a verified address is one contact's: whoever gives one away waits here for whoever else does.
async fn await_turn(tx: &mut Tx<'_>, account: AccountId, change: &ContactChange) -> store::Result<()> {
    if change.identifier.is_some() || change.phone_number.is_some() || change.email.is_some() {
        accounts::lock(tx, account).await?;
    }
    Ok(())
}

async fn apply(tx: &mut Tx<'_>, house: &House, contact: &mut Contact, change: &ContactChange) -> Outcome<()> {
    if let Some(name) = &change.name {
        if name.chars().count() > 255 {
            return Err(Problem::invalid("name", "must have at most 255 characters"));
        }
        name.trim().clone_into(&mut contact.name);
    }
    if let Some(email) = &change.email {
        match checked_email(tx, house, contact, email).await? {
            Some(email) => set_address(contact, email),
            None => (contact.email, contact.email_verified) = (None, false),
        }
    }
    if let Some(verified) = change.email_verified {
        if verified && contact.email.is_none() {
            return Err(Problem::invalid("email_verified", "the contact has no address"));
        }
        contact.email_verified = verified;
    }
    if let Some(number) = &change.phone_number {
        contact.phone_number = checked_phone(tx, contact, number).await?;
        contact.phone_verified = contact.phone_number.is_some();
    }
    if let Some(identifier) = &change.identifier {
        contact.identifier = checked_identifier(tx, contact, identifier).await?;
    }
    contact.blocked = change.blocked.unwrap_or(contact.blocked);
    let attributes = [
        ("additional_attributes", &change.additional_attributes, &mut contact.additional_attributes),
        ("custom_attributes", &change.custom_attributes, &mut contact.custom_attributes),
    ];
    for (field, asked, kept) in attributes {
        merge(field, asked.as_ref(), kept)?;
    }
    Ok(())
}

/// Several may hold an address until it is verified; then it is one contact's.
async fn checked_email(tx: &mut Tx<'_>, house: &House, contact: &Contact, email: &str) -> Outcome<Option<String>> {
    if email.trim().is_empty() {
        return Ok(None);
    }
    let address = persons_address(tx, house, "email", email).await?;
    let holders = contacts::by_email(tx, contact.account_id, &address).await?;
    if !contact.has_address(&address)
        && holders.iter().any(|holder| holder.id != contact.id && holder.has_verified(&address))
    {
        return Err(Problem::Taken("email"));
    }
    Ok(Some(address))
}

async fn checked_phone(tx: &mut Tx<'_>, contact: &Contact, number: &str) -> Outcome<Option<String>> {
    let number: String = number.chars().filter(|c| !c.is_whitespace() && !"-().".contains(*c)).collect();
    if number.is_empty() {
        return Ok(None);
    }
    // E.164: a plus sign and up to 15 digits, the first of them not 0.
    let digits = number.strip_prefix('+').unwrap_or_default();
    let good = (2..=15).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0');
    if !good {
        return Err(Problem::invalid("phone_number", "must be like +4930123456"));
    }
    let holders = contacts::by_phone(tx, contact.account_id, &number).await?;
    let own = contact.phone_number.as_deref() == Some(number.as_str());
    if !own && holders.iter().any(|holder| holder.id != contact.id && holder.phone_verified) {
        return Err(Problem::Taken("phone_number"));
    }
    Ok(Some(number))
}

async fn checked_identifier(tx: &mut Tx<'_>, contact: &Contact, identifier: &str) -> Outcome<Option<String>> {
    let identifier = identifier.trim();
    if identifier.is_empty() {
        return Ok(None);
    }
    let holder = contacts::by_identifier(tx, contact.account_id, identifier).await?;
    if holder.is_some_and(|holder| holder.id != contact.id) {
        return Err(Problem::Taken("identifier"));
    }
    Ok(Some(identifier.to_owned()))
}

fn merge(field: &str, asked: Option<&Json>, kept: &mut Json) -> Outcome<()> {
    let Some(asked) = asked else { return Ok(()) };
    let asked = asked.as_object().ok_or_else(|| Problem::invalid(field, "must be an object"))?;
    if !kept.is_object() {
        *kept = Json::Object(serde_json::Map::new());
    }
    if let Some(kept) = kept.as_object_mut() {
        kept.extend(asked.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok(())
}

async fn record(tx: &mut Tx<'_>, kind: EventKind, contact: &Contact, by: UserId, now: Timestamp) -> store::Result<()> {
    events::record(tx, &Event::new(kind, contact.account_id, now).contact(contact.id).by(Some(by))).await
}
