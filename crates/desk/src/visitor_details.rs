//! What a visitor, or the site for them, says about the person: name, address, number, free attributes.
//!
//! A typed address is the contact's at once, unverified; it never merges contacts and reveals nothing about another
//! one (contract §3).

use crate::{Desk, House, Outcome, Problem, own_addresses::persons_address, visitor::Visitor};
use model::{
    Json, Timestamp,
    contact::Contact,
    event::{Event, EventKind},
};
use store::{Tx, contacts, events};

/// The most bytes free attributes may have as JSON, all together.
pub const LARGEST_ATTRIBUTES: usize = 64 * 1024;

/// What is said; absent things stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Name.
    pub name: Option<String>,
    /// Address; empty forgets an unverified one.
    pub email: Option<String>,
    /// Phone number in E.164; empty forgets it.
    pub phone_number: Option<String>,
    /// What the site says; merged key by key.
    pub custom_attributes: Json,
    /// Further facts of the site: company, city, …; merged key by key.
    pub additional_attributes: Json,
}

/// Keeps what a visitor says about themselves.
///
/// # Errors
/// A value makes no sense, or the contact is not theirs to change.
pub async fn change_details(desk: &Desk, visitor: &Visitor, details: Details) -> Outcome<Contact> {
    let (visitor, house, now) = (visitor.clone(), desk.house.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let mut contact = visitor.own_contact(tx).await?;
            apply(tx, &house, &mut contact, &details).await?;
            keep(tx, &contact, now).await?;
            Ok(contact)
        })
        .await
}

/// Forgets free attributes of the contact.
///
/// # Errors
/// The contact is not theirs to change.
pub async fn forget_attributes(desk: &Desk, visitor: &Visitor, names: Vec<String>) -> Outcome<Contact> {
    let (visitor, now) = (visitor.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let mut contact = visitor.own_contact(tx).await?;
            remove(&mut contact.custom_attributes, &names);
            keep(tx, &contact, now).await?;
            Ok(contact)
        })
        .await
}

/// Puts what is said into the contact, unsaved.
///
/// # Errors
/// A value makes no sense.
pub(crate) async fn apply(tx: &mut Tx<'_>, house: &House, contact: &mut Contact, said: &Details) -> Outcome<()> {
    if let Some(name) = &said.name {
        contact.name = short("name", name)?;
    }
    if let Some(email) = &said.email {
        if email.trim().is_empty() {
            if !contact.email_verified {
                contact.email = None;
            }
        } else {
            set_address(contact, persons_address(tx, house, "email", email).await?);
        }
    }
    if let Some(number) = &said.phone_number {
        let number = phone_number(number)?;
        if number != contact.phone_number {
            (contact.phone_number, contact.phone_verified) = (number, false);
        }
    }
    merge("custom_attributes", &mut contact.custom_attributes, &said.custom_attributes)?;
    merge("additional_attributes", &mut contact.additional_attributes, &said.additional_attributes)
}

/// Gives the contact an unverified address. A verified one it had stays theirs, so that its mails are still known.
pub(crate) fn set_address(contact: &mut Contact, address: String) {
    if contact.email.as_deref() == Some(address.as_str()) {
        return;
    }
    let before = contact.email.replace(address);
    if let Some(before) = before.filter(|_| contact.email_verified)
        && !contact.additional_emails.contains(&before)
    {
        contact.additional_emails.push(before);
    }
    contact.email_verified = false;
    contact.offered_email = None;
}

/// Saves the contact and tells the dashboards.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn keep(tx: &mut Tx<'_>, contact: &Contact, now: Timestamp) -> store::Result<()> {
    contacts::update(tx, contact).await?;
    events::record(tx, &Event::new(EventKind::ContactUpdated, contact.account_id, now).contact(contact.id)).await
}

/// Merges `more` into `into`, key by key; anything but an object says nothing.
///
/// # Errors
/// It would become too large.
pub(crate) fn merge(field: &str, into: &mut Json, more: &Json) -> Outcome<()> {
    let Some(more) = more.as_object() else { return Ok(()) };
    if !into.is_object() {
        *into = Json::Object(serde_json::Map::new());
    }
    if let Some(into) = into.as_object_mut() {
        into.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    if into.to_string().len() > LARGEST_ATTRIBUTES {
        return Err(Problem::invalid(field, "have more than 64 KiB"));
    }
    Ok(())
}

pub(crate) fn remove(from: &mut Json, names: &[String]) {
    if let Some(from) = from.as_object_mut() {
        from.retain(|name, _| !names.contains(name));
    }
}

/// One line of at most 255 characters.
pub(crate) fn short(field: &str, text: &str) -> Outcome<String> {
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() > 255 {
        return Err(Problem::invalid(field, "has more than 255 characters"));
    }
    Ok(line)
}

/// E.164: a plus sign and at most 15 digits, none of the first ones zero.
fn phone_number(text: &str) -> Outcome<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let good = text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
    });
    if good { Ok(Some(text.to_owned())) } else { Err(Problem::invalid("phone_number", "must be like +14155550123")) }
}
