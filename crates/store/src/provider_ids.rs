//! The ids that providers know messages by, each once in an inbox: what was said before is known again, and what a
//! provider tells of a message finds it, even where it tells before the message has come.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Json, Timestamp,
    ids::{InboxId, MessageId},
};

pub(crate) const STATEMENTS: &[&str] = &[BY_ID, TAKE, NOTE_EARLY, OF_MESSAGE, FORGET_EARLY];

/// What is known of a provider's id.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The provider's id.
    pub provider_id: String,
    /// The message; `None` where it is erased or has not come yet.
    pub message_id: Option<MessageId>,
    /// Which part of a message that went in several, from 0.
    pub part: i64,
    /// What the provider told before the message came.
    pub early: Option<Json>,
}

impl FromRow for Known {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            provider_id: row.get("provider_id")?,
            message_id: row.get("message_id")?,
            part: row.get("part")?,
            early: row.get("early")?,
        })
    }
}

const BY_ID: &str = "SELECT * FROM provider_ids WHERE inbox_id = $1 AND provider_id = $2";
/// What is known of that id in the inbox.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, inbox: InboxId, provider_id: &str) -> Result<Option<Known>> {
    tx.optional(BY_ID, params![inbox, provider_id]).await
}

const TAKE: &str = "INSERT INTO provider_ids (inbox_id, provider_id, message_id, part, at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (inbox_id, provider_id) DO UPDATE SET message_id = excluded.message_id, part = excluded.part, early = NULL \
     WHERE provider_ids.message_id IS NULL AND provider_ids.early IS NOT NULL";
/// Gives the id to a message (its `part`); whether it was free. Look for what came [early](Known::early) before.
///
/// # Errors
/// Storage trouble.
pub async fn take(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    provider_id: &str,
    message: MessageId,
    part: i64,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute(TAKE, params![inbox, provider_id, message, part, now]).await? > 0)
}

const NOTE_EARLY: &str = "INSERT INTO provider_ids (inbox_id, provider_id, message_id, part, early, at) VALUES ($1, $2, NULL, 0, $3, $4) \
     ON CONFLICT (inbox_id, provider_id) DO UPDATE SET early = excluded.early WHERE provider_ids.message_id IS NULL AND provider_ids.early IS NOT NULL";
/// Keeps what the provider told of a message that has not come yet.
///
/// # Errors
/// Storage trouble.
pub async fn note_early(tx: &mut Tx<'_>, inbox: InboxId, provider_id: &str, told: &Json, now: Timestamp) -> Result<()> {
    tx.execute(NOTE_EARLY, params![inbox, provider_id, told, now]).await.map(|_| ())
}

const OF_MESSAGE: &str = "SELECT * FROM provider_ids WHERE message_id = $1 ORDER BY part";
/// The ids of a message's parts, in order.
///
/// # Errors
/// Storage trouble.
pub async fn of_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<Known>> {
    tx.all(OF_MESSAGE, params![message]).await
}

const FORGET_EARLY: &str = "DELETE FROM provider_ids WHERE early IS NOT NULL AND message_id IS NULL AND at < $1";
/// Forgets what was told before `time` of messages that never came: they were sent elsewhere.
///
/// # Errors
/// Storage trouble.
pub async fn forget_early(tx: &mut Tx<'_>, time: Timestamp) -> Result<u64> {
    tx.execute(FORGET_EARLY, params![time]).await
}
