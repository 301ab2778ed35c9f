//! Addresses that are ours: nobody may be written to at them, or mails would go round in circles (contract §9).

use crate::{House, Outcome, Problem};
use store::{Tx, accounts};

/// Reads an address someone gave for a person: trimmed, lower case.
///
/// # Errors
/// `field` is no address, is at an inbound domain of any account, or equals an own sender.
pub async fn persons_address(tx: &mut Tx<'_>, house: &House, field: &str, given: &str) -> Outcome<String> {
    let address = given.trim().to_lowercase();
    if !mail::address::is_address(&address) {
        return Err(Problem::invalid(field, "is not an address"));
    }
    if is_own(tx, house, &address).await? {
        return Err(Problem::invalid(field, "is an address of this installation"));
    }
    Ok(address)
}

/// Whether `address` is at an inbound domain, or is the sender of our own mail.
///
/// # Errors
/// Storage trouble.
pub async fn is_own(tx: &mut Tx<'_>, house: &House, address: &str) -> store::Result<bool> {
    let accounts = accounts::all(tx).await?;
    let domains =
        accounts.iter().filter_map(|account| account.domain.as_deref()).chain(house.inbound_domain.as_deref());
    let senders = accounts.iter().filter_map(|account| account.support_email.as_deref()).chain([house.sender.as_str()]);
    Ok(domains.into_iter().any(|domain| mail::address::is_at(address, domain))
        || senders.into_iter().any(|sender| mail::address::same(mail::address::bare(sender), address)))
}
