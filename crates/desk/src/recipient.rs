//! Whose mail the built-in receiving server takes: the answer to a recipient, before any mail is seen.

use crate::{Desk, Outcome};
use mail::address;
use store::{accounts, inboxes};

/// What there is to be said to a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Mail for it is taken.
    Ours,
    /// The domain is an inbound domain; nobody of that name is there.
    NoSuchUser,
    /// The domain is not here.
    NotOurs,
}

/// Looks for the address: a reply or bounce address at an inbound domain of any account, an e-mail inbox's own or
/// forwarding address, and `postmaster` (RFC 5321 §4.5.1), whose mail stands in the inbound log.
///
/// A reply address is taken whether its token is known, revoked or unknown: nothing may be lost that answers an old mail,
/// and nobody learns which tokens there are. An account whose switch is off keeps its domain for the same reason.
///
/// # Errors
/// Storage trouble: then nobody knows.
pub async fn standing(desk: &Desk, local: &str, domain: Option<&str>) -> Outcome<Standing> {
    let local = local.trim_matches('"').to_lowercase();
    let is_postmaster = local == "postmaster";
    let Some(domain) = domain.map(|domain| domain.trim_end_matches('.').to_lowercase()) else {
        return Ok(if is_postmaster { Standing::Ours } else { Standing::NotOurs });
    };
    let whole = format!("{local}@{domain}");
    let house = desk.house.clone();
    desk.db
        .read(async move |tx| {
            let accounts = accounts::all(tx).await?;
            let domains = accounts.iter().filter_map(|account| account.domain.as_deref());
            let inbound =
                domains.chain(house.inbound_domain.as_deref()).any(|known| known.eq_ignore_ascii_case(&domain));
            let token = address::reply_token(&whole).or_else(|| address::bounce_token(&whole));
            if inbound && (is_postmaster || token.is_some()) {
                return Ok(Standing::Ours);
            }
            let inbox = inboxes::by_address(tx, &whole).await?;
            // A forwarding address is found by its local part alone, whatever the domain.
            let ours = inbox
                .as_ref()
                .and_then(|inbox| inbox.email())
                .is_some_and(|email| inbound || address::domain_of(&email.address).as_deref() == Some(&domain));
            Ok(match (ours, inbound) {
                (true, _) => Standing::Ours,
                (false, true) => Standing::NoSuchUser,
                (false, false) => Standing::NotOurs,
            })
        })
        .await
}
