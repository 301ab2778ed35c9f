//! Mails of a mailbox that could not be had: the others go on without them, and they are tried again from time to time.

use crate::{FromRow, Result, Row, Tx, params};
use model::{Timestamp, ids::InboxId};

pub(crate) const STATEMENTS: &[&str] = &[SET, FORGET, FORGET_ALL, BY_UID, DUE, NEXT, LATEST, COUNT];

/// A mail that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Whose mailbox.
    pub inbox_id: InboxId,
    /// Which mail there.
    pub uid: u32,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it could not be had.
    pub reason: String,
    /// When it was last tried.
    pub at: Timestamp,
    /// When it is tried again; never where `None`.
    pub next_try_at: Option<Timestamp>,
}

impl FromRow for SetAside {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            inbox_id: row.get("inbox_id")?,
            uid: u32::try_from(row.get::<i64>("uid")?).unwrap_or(u32::MAX),
            attempts: row.get("attempts")?,
            reason: row.get("reason")?,
            at: row.get("at")?,
            next_try_at: row.get("next_try_at")?,
        })
    }
}

const SET: &str = "INSERT INTO mails_set_aside (inbox_id, uid, attempts, reason, at, next_try_at) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (inbox_id, uid) DO UPDATE SET attempts = excluded.attempts, reason = excluded.reason, at = excluded.at, \
     next_try_at = excluded.next_try_at";
/// Sets a mail aside, or notes another attempt.
///
/// # Errors
/// Storage trouble.
pub async fn set(tx: &mut Tx<'_>, mail: &SetAside) -> Result<()> {
    let SetAside { inbox_id, uid, attempts, reason, at, next_try_at } = mail;
    tx.execute(SET, params![*inbox_id, *uid, *attempts, reason, *at, *next_try_at]).await.map(|_| ())
}

const FORGET: &str = "DELETE FROM mails_set_aside WHERE inbox_id = $1 AND uid = $2";
/// The mail could be had, or is gone.
///
/// # Errors
/// Storage trouble.
pub async fn forget(tx: &mut Tx<'_>, inbox: InboxId, uid: u32) -> Result<()> {
    tx.execute(FORGET, params![inbox, uid]).await.map(|_| ())
}

const FORGET_ALL: &str = "DELETE FROM mails_set_aside WHERE inbox_id = $1";
/// Their numbers mean nothing any more.
pub(crate) async fn forget_all(tx: &mut Tx<'_>, inbox: InboxId) -> Result<()> {
    tx.execute(FORGET_ALL, params![inbox]).await.map(|_| ())
}

const BY_UID: &str = "SELECT * FROM mails_set_aside WHERE inbox_id = $1 AND uid = $2";
/// What is known of that mail.
///
/// # Errors
/// Storage trouble.
pub async fn by_uid(tx: &mut Tx<'_>, inbox: InboxId, uid: u32) -> Result<Option<SetAside>> {
    tx.optional(BY_UID, params![inbox, uid]).await
}

const DUE: &str = "SELECT * FROM mails_set_aside WHERE inbox_id = $1 AND uid < $2 AND next_try_at <= $3 ORDER BY next_try_at, uid LIMIT 10";
/// Up to ten mails below `next_uid` that are to be tried again.
///
/// # Errors
/// Storage trouble.
pub async fn due(tx: &mut Tx<'_>, inbox: InboxId, next_uid: u32, now: Timestamp) -> Result<Vec<SetAside>> {
    tx.all(DUE, params![inbox, next_uid, now]).await
}

const NEXT: &str = "SELECT MIN(next_try_at) AS next_try_at FROM mails_set_aside WHERE inbox_id = $1";
/// When the next one is to be tried again.
///
/// # Errors
/// Storage trouble.
pub async fn next(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Option<Timestamp>> {
    tx.column(NEXT, params![inbox], "next_try_at").await
}

const LATEST: &str = "SELECT * FROM mails_set_aside WHERE inbox_id = $1 ORDER BY uid DESC LIMIT 20";
/// The latest twenty.
///
/// # Errors
/// Storage trouble.
pub async fn latest(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Vec<SetAside>> {
    tx.all(LATEST, params![inbox]).await
}

const COUNT: &str = "SELECT COUNT(*) AS count FROM mails_set_aside WHERE inbox_id = $1";
/// How many there are.
///
/// # Errors
/// Storage trouble.
pub async fn count(tx: &mut Tx<'_>, inbox: InboxId) -> Result<i64> {
    tx.column(COUNT, params![inbox], "count").await
}
