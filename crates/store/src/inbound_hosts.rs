//! Mails that belong to nobody, by the hosts they were addressed to: the account that has such a host to itself sees them.

use crate::{Result, Tx, inbound_mails::InboundMail, params};
use model::ids::InboundMailId;

pub(crate) const STATEMENTS: &[&str] = &[NOTE, FORGET, NAMES];

/// More hosts than this are not noted.
const MOST: usize = 20;
/// RFC 1035 §2.3.4.
const LONGEST: usize = 255;

const NOTE: &str = "INSERT INTO inbound_hosts (host, inbound_mail_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
/// Notes the hosts of the mail's recipients, in lower case.
///
/// # Errors
/// Storage trouble.
pub async fn note(tx: &mut Tx<'_>, mail: &InboundMail) -> Result<()> {
    let addresses = mail.envelope_to.iter().chain(&mail.recipients);
    let mut hosts: Vec<String> =
        addresses.filter_map(|address| Some(address.rsplit_once('@')?.1.to_lowercase())).collect();
    hosts.retain(|host| !host.is_empty() && host.len() <= LONGEST);
    let mut noted: Vec<String> = Vec::new();
    for host in hosts {
        if noted.len() < MOST && !noted.contains(&host) {
            tx.execute(NOTE, params![&host, mail.id]).await?;
            noted.push(host);
        }
    }
    Ok(())
}

const FORGET: &str = "DELETE FROM inbound_hosts WHERE inbound_mail_id = $1";
/// The mail belongs to somebody now.
///
/// # Errors
/// Storage trouble.
pub async fn forget(tx: &mut Tx<'_>, mail: InboundMailId) -> Result<()> {
    tx.execute(FORGET, params![mail]).await.map(|_| ())
}

const NAMES: &str = "SELECT inbound_mail_id FROM inbound_hosts WHERE host = $2 AND inbound_mail_id = $1";
/// Whether the mail is nobody's and was addressed to that host (lower case).
///
/// # Errors
/// Storage trouble.
pub async fn names(tx: &mut Tx<'_>, mail: InboundMailId, host: &str) -> Result<bool> {
    Ok(tx.optional_column::<InboundMailId>(NAMES, params![mail, host], "inbound_mail_id").await?.is_some())
}
