//! How the inboxes of channels are doing: when the provider last posted, took a message, and refused one.

use crate::{FromRow, Result, Row, Tx, params};
use model::{Timestamp, ids::InboxId};

pub(crate) const STATEMENTS: &[&str] = &[OF_INBOX, LOCK, HEARD, SENT, REGISTERED, FAILED];

/// How an inbox is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// When the provider last posted to the webhook.
    pub heard_at: Option<Timestamp>,
    /// When it last took a message.
    pub sent_at: Option<Timestamp>,
    /// When it was last told where the webhook is.
    pub registered_at: Option<Timestamp>,
    /// When something last failed.
    pub failed_at: Option<Timestamp>,
    /// What, in words.
    pub failure: Option<String>,
}

impl FromRow for Health {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            heard_at: row.get("heard_at")?,
            sent_at: row.get("sent_at")?,
            registered_at: row.get("registered_at")?,
            failed_at: row.get("failed_at")?,
            failure: row.get("failure")?,
        })
    }
}

const OF_INBOX: &str = "SELECT * FROM channel_health WHERE inbox_id = $1";
/// How the inbox is doing.
///
/// # Errors
/// Storage trouble.
pub async fn of_inbox(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Health> {
    Ok(tx.optional(OF_INBOX, params![inbox]).await?.unwrap_or_default())
}

const LOCK: &str = "UPDATE channel_health SET heard_at = heard_at WHERE inbox_id = $1";
/// Lets no other unit that does the same, or notes that the inbox was [`heard`], go on before this one is committed.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, inbox: InboxId) -> Result<()> {
    tx.execute(LOCK, params![inbox]).await.map(|_| ())
}

const HEARD: &str = "INSERT INTO channel_health (inbox_id, heard_at) VALUES ($1, $2) \
     ON CONFLICT (inbox_id) DO UPDATE SET heard_at = excluded.heard_at";
/// The provider has posted.
///
/// # Errors
/// Storage trouble.
pub async fn heard(tx: &mut Tx<'_>, inbox: InboxId, now: Timestamp) -> Result<()> {
    tx.execute(HEARD, params![inbox, now]).await.map(|_| ())
}

const SENT: &str = "INSERT INTO channel_health (inbox_id, sent_at) VALUES ($1, $2) \
     ON CONFLICT (inbox_id) DO UPDATE SET sent_at = excluded.sent_at";
/// The provider has taken a message.
///
/// # Errors
/// Storage trouble.
pub async fn sent(tx: &mut Tx<'_>, inbox: InboxId, now: Timestamp) -> Result<()> {
    tx.execute(SENT, params![inbox, now]).await.map(|_| ())
}

const REGISTERED: &str = "INSERT INTO channel_health (inbox_id, registered_at) VALUES ($1, $2) \
     ON CONFLICT (inbox_id) DO UPDATE SET registered_at = excluded.registered_at";
/// The provider has been told where the webhook is.
///
/// # Errors
/// Storage trouble.
pub async fn registered(tx: &mut Tx<'_>, inbox: InboxId, now: Timestamp) -> Result<()> {
    tx.execute(REGISTERED, params![inbox, now]).await.map(|_| ())
}

const FAILED: &str = "INSERT INTO channel_health (inbox_id, failed_at, failure) VALUES ($1, $2, $3) \
     ON CONFLICT (inbox_id) DO UPDATE SET failed_at = excluded.failed_at, failure = excluded.failure";
/// Something failed.
///
/// # Errors
/// Storage trouble.
pub async fn failed(tx: &mut Tx<'_>, inbox: InboxId, words: &str, now: Timestamp) -> Result<()> {
    tx.execute(FAILED, params![inbox, now, words]).await.map(|_| ())
}
