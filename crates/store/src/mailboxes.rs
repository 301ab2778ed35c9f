//! Mailboxes that mail is fetched from: how far fetching has come, how it goes, and which node does it. Whoever has lost
//! a mailbox to another node can change nothing of it any more.

use crate::{FromRow, Result, Row, Tx, params};
use model::{Timestamp, ids::InboxId};

pub(crate) const STATEMENTS: &[&str] =
    &[BY_INBOX, CLAIM, ANEW, ELSEWHERE, RENEW, RELEASE, FREE_ALL, BEGIN, ADVANCE, WENT_WELL, WENT_WRONG];

/// A mailbox and how far fetching has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Whose.
    pub inbox_id: InboxId,
    /// The folder that is looked into.
    pub folder: String,
    /// Log-in and host.
    pub server: String,
    /// How far fetching has come; nothing before the first look.
    pub cursor: Option<Cursor>,
    /// When it was first looked into; mail that arrived before is not taken. The epoch where all of it is.
    pub began_at: Option<Timestamp>,
    /// Whether the last look went well; `None` before the first has ended.
    pub ok: Option<bool>,
    /// What happened, or what to change.
    pub words: String,
    /// When the last look ended.
    pub looked_at: Option<Timestamp>,
    /// When a look last went well.
    pub fetched_at: Option<Timestamp>,
    /// How many mails have been fetched in all.
    pub fetched: i64,
}

/// How far fetching has come (RFC 9051 §2.3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What the server calls its numbering; 0, which is none, where the server is another since.
    pub uid_validity: u32,
    /// The first UID that has not been dealt with.
    pub next_uid: u32,
    /// Where the server has numbered everything anew: below this UID only mail is taken that arrived after that time.
    pub renumbered: Option<(u32, Timestamp)>,
}

impl FromRow for Mailbox {
    fn from_row(row: &Row) -> Result<Self> {
        let number = |name: &str| -> Result<u32> { Ok(u32::try_from(row.get::<i64>(name)?).unwrap_or(u32::MAX)) };
        let validity: Option<i64> = row.get("uid_validity")?;
        let arrived_after: Option<Timestamp> = row.get("arrived_after")?;
        let (next_uid, below) = (number("next_uid")?, number("renumbered_below")?);
        let cursor = validity.and_then(|validity| u32::try_from(validity).ok()).map(|uid_validity| Cursor {
            uid_validity,
            next_uid,
            renumbered: arrived_after.map(|after| (below, after)),
        });
        Ok(Self {
            inbox_id: row.get("inbox_id")?,
            folder: row.get("folder")?,
            server: row.get("server")?,
            cursor,
            began_at: row.get("began_at")?,
            ok: row.get("ok")?,
            words: row.get("words")?,
            looked_at: row.get("looked_at")?,
            fetched_at: row.get("fetched_at")?,
            fetched: row.get("fetched")?,
        })
    }
}

const BY_INBOX: &str = "SELECT * FROM mailboxes WHERE inbox_id = $1";
/// The inbox's mailbox; none before a node has taken it on.
///
/// # Errors
/// Storage trouble.
pub async fn by_inbox(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Option<Mailbox>> {
    tx.optional(BY_INBOX, params![inbox]).await
}

const CLAIM: &str = "INSERT INTO mailboxes (inbox_id, folder, server, next_uid, renumbered_below, words, fetched, claimed_by, lease_until) \
     VALUES ($1, $2, $3, 1, 0, '', 0, $4, $6) \
     ON CONFLICT (inbox_id) DO UPDATE SET claimed_by = excluded.claimed_by, lease_until = excluded.lease_until \
     WHERE mailboxes.claimed_by IS NULL OR mailboxes.claimed_by = excluded.claimed_by OR mailboxes.lease_until < $5 \
     RETURNING *";
const ANEW: &str = "UPDATE mailboxes SET folder = $2, uid_validity = NULL, next_uid = 1, renumbered_below = 0, arrived_after = NULL, \
     began_at = NULL, ok = NULL, words = '', looked_at = NULL, fetched_at = NULL WHERE inbox_id = $1 AND folder <> $2";
const ELSEWHERE: &str =
    "UPDATE mailboxes SET server = $2, uid_validity = uid_validity * 0 WHERE inbox_id = $1 AND server <> $2";
/// Takes the inbox's mailbox on for `node` until `lease_until`; whether it is `node`'s, and not another's. In another
/// folder everything begins anew; on another server, or with another log-in, the numbers are others.
///
/// # Errors
/// Storage trouble.
pub async fn claim(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    (folder, server): (&str, &str),
    node: &str,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<bool> {
    let claimed: Option<Mailbox> = tx.optional(CLAIM, params![inbox, folder, server, node, now, lease_until]).await?;
    if claimed.is_none() {
        return Ok(false);
    }
    let anew = tx.execute(ANEW, params![inbox, folder]).await?;
    let elsewhere = tx.execute(ELSEWHERE, params![inbox, server]).await?;
    if anew + elsewhere > 0 {
        crate::mails_set_aside::forget_all(tx, inbox).await?;
    }
    Ok(true)
}

const RENEW: &str = "UPDATE mailboxes SET lease_until = $2 WHERE claimed_by = $1 RETURNING inbox_id";
/// `node` goes on fetching; the mailboxes it still has.
///
/// # Errors
/// Storage trouble.
pub async fn renew(tx: &mut Tx<'_>, node: &str, lease_until: Timestamp) -> Result<Vec<InboxId>> {
    tx.rows(RENEW, params![node, lease_until]).await?.iter().map(|row| row.get("inbox_id")).collect()
}

const RELEASE: &str =
    "UPDATE mailboxes SET claimed_by = NULL, lease_until = NULL WHERE inbox_id = $1 AND claimed_by = $2";
/// `node` fetches no more.
///
/// # Errors
/// Storage trouble.
pub async fn release(tx: &mut Tx<'_>, inbox: InboxId, node: &str) -> Result<()> {
    tx.execute(RELEASE, params![inbox, node]).await.map(|_| ())
}

const FREE_ALL: &str = "UPDATE mailboxes SET claimed_by = NULL, lease_until = NULL WHERE claimed_by IS NOT NULL";
/// Frees what was claimed; at start, where no other process works on this database.
///
/// # Errors
/// Storage trouble.
pub async fn free_all(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(FREE_ALL, params![]).await
}

const BEGIN: &str = "UPDATE mailboxes SET uid_validity = $3, next_uid = $4, renumbered_below = $5, arrived_after = $6, began_at = $7 \
     WHERE inbox_id = $1 AND claimed_by = $2";
/// Begins at `cursor`, with a first look at `began_at`; mails set aside under other numbers are forgotten. Whether the
/// mailbox is still `node`'s.
///
/// # Errors
/// Storage trouble.
pub async fn begin(tx: &mut Tx<'_>, inbox: InboxId, node: &str, cursor: Cursor, began_at: Timestamp) -> Result<bool> {
    let Cursor { uid_validity, next_uid, renumbered } = cursor;
    let (below, after) = renumbered.map_or((0, None), |(below, after)| (below, Some(after)));
    let begun = tx.execute(BEGIN, params![inbox, node, uid_validity, next_uid, below, after, began_at]).await?;
    if begun > 0 {
        crate::mails_set_aside::forget_all(tx, inbox).await?;
    }
    Ok(begun > 0)
}

const ADVANCE: &str = "UPDATE mailboxes SET next_uid = $4, fetched = fetched + $5 \
     WHERE inbox_id = $1 AND claimed_by = $2 AND uid_validity = $3 AND next_uid <= $4";
/// Everything below `next_uid` has been dealt with, `fetched` mails more are ours. Whether the mailbox is still `node`'s.
///
/// # Errors
/// Storage trouble.
pub async fn advance(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    node: &str,
    uid_validity: u32,
    next_uid: u32,
    fetched: i64,
) -> Result<bool> {
    Ok(tx.execute(ADVANCE, params![inbox, node, uid_validity, next_uid, fetched]).await? > 0)
}

const WENT_WELL: &str =
    "UPDATE mailboxes SET ok = $3, words = $4, looked_at = $5, fetched_at = $5 WHERE inbox_id = $1 AND claimed_by = $2";
const WENT_WRONG: &str =
    "UPDATE mailboxes SET ok = $3, words = $4, looked_at = $5 WHERE inbox_id = $1 AND claimed_by = $2";
/// Notes how a look went.
///
/// # Errors
/// Storage trouble.
pub async fn looked(tx: &mut Tx<'_>, inbox: InboxId, node: &str, ok: bool, words: &str, now: Timestamp) -> Result<()> {
    let sql = if ok { WENT_WELL } else { WENT_WRONG };
    tx.execute(sql, params![inbox, node, ok, words, now]).await.map(|_| ())
}
