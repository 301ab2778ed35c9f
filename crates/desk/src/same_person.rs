//! Contacts that may be one person: they share an address that both have proved, a phone number, or one's identifier is an
//! address of the other. An address that somebody merely typed offers nothing.

use crate::{Desk, Outcome, Problem};
use model::{
    contact::Contact,
    ids::{AccountId, ContactId, UserId},
};
use std::collections::HashSet;
use store::{Tx, contact_merges, contacts};

/// How many are offered at once.
const MOST: usize = 10;

/// A contact that may be the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Who.
    pub contact: Contact,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Something that two contacts share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// `email`, `phone_number` or `identifier`.
    pub what: &'static str,
    /// What they share.
    pub value: String,
    /// Both have proved that it is theirs.
    pub proven: bool,
}

/// Who may be the same person as the account's contact, but for those of whom an agent said that they are not.
///
/// # Errors
/// Storage trouble.
pub async fn offers(tx: &mut Tx<'_>, person: &Contact) -> store::Result<Vec<Offer>> {
    let mut found: Vec<Offer> = Vec::new();
    let mut add = |contact: Contact, what: &'static str, value: &str, proven: bool| {
        let reason = Reason { what, value: value.to_owned(), proven };
        match found.iter_mut().find(|offer| offer.contact.id == contact.id) {
            Some(offer) if offer.reasons.contains(&reason) => {}
            Some(offer) => offer.reasons.push(reason),
            None => found.push(Offer { contact, reasons: vec![reason] }),
        }
    };
    let account = person.account_id;
    for address in person.addresses().filter(|address| person.has_verified(address)) {
        for other in contacts::by_email(tx, account, address).await? {
            if other.has_verified(address) {
                add(other, "email", address, true);
            }
        }
        if let Some(other) = contacts::by_identifier(tx, account, address).await? {
            add(other, "identifier", address, false);
        }
    }
    if let Some(number) = &person.phone_number {
        for other in contacts::by_phone(tx, account, number).await? {
            let proven = person.phone_verified && other.phone_verified;
            add(other, "phone_number", number, proven);
        }
    }
    if let Some(identifier) = person.identifier.as_deref().map(str::to_lowercase) {
        for other in contacts::by_email(tx, account, &identifier).await? {
            if other.has_verified(&identifier) {
                add(other, "identifier", &identifier, false);
            }
        }
    }
    let dismissed: HashSet<ContactId> = contact_merges::dismissed(tx, person.id).await?.into_iter().collect();
    found.retain(|offer| offer.contact.id != person.id && !dismissed.contains(&offer.contact.id));
    found.truncate(MOST);
    Ok(found)
}

/// An agent says that these two are not one person; it is not offered again.
///
/// # Errors
/// There is no such contact.
pub async fn dismiss(desk: &Desk, account: AccountId, pair: (ContactId, ContactId), by: UserId) -> Outcome<()> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            for id in [pair.0, pair.1] {
                let found = contacts::by_id(tx, account, id).await?.filter(|contact| contact.id == id);
                found.ok_or(Problem::NotFound("contact"))?;
            }
            Ok(contact_merges::dismiss(tx, pair, by, now).await?)
        })
        .await
}
