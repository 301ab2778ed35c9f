//! Addresses that are ours: nobody may be written to at them, or mails would go round in circles (contract §9).

use crate::{House, Outcome, Problem};
use model::account::Account;
use store::{Tx, accounts, inboxes};

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

/// Whether `address` is at any inbound domain, or is the sender of anybody's mail here, an e-mail inbox's included.
///
/// # Errors
/// Storage trouble.
pub async fn is_own(tx: &mut Tx<'_>, house: &House, address: &str) -> store::Result<bool> {
    let accounts = accounts::all(tx).await?;
    Ok(is_of(None, house, address)
        || accounts.iter().any(|account| is_of(Some(account), house, address))
        || inboxes::by_address(tx, address).await?.is_some())
}

/// Whether `address` is at the inbound domain of any account or of the installation.
///
/// # Errors
/// Storage trouble.
pub async fn is_at_inbound_domain(tx: &mut Tx<'_>, house: &House, address: &str) -> store::Result<bool> {
    let accounts = accounts::all(tx).await?;
    let domains = accounts.iter().filter_map(|account| account.domain.as_deref());
    Ok(domains.chain(house.inbound_domain.as_deref()).any(|domain| mail::address::is_at(address, domain)))
}

/// Whether `address` is at the inbound domain, or is the sender, of the account or of the installation. What one account
/// calls its own says nothing about another's mail.
#[must_use]
pub fn is_of(account: Option<&Account>, house: &House, address: &str) -> bool {
    let domains = [account.and_then(|account| account.domain.as_deref()), house.inbound_domain.as_deref()];
    let senders = [account.and_then(|account| account.support_email.as_deref()), Some(house.sender.as_str())];
    domains.into_iter().flatten().any(|domain| mail::address::is_at(address, domain))
        || senders.into_iter().flatten().any(|sender| mail::address::same(mail::address::bare(sender), address))
}
