//! What providers post to the webhooks of channels: accepted before it is read, so that nothing is lost; known again by its
//! hash, so that what is posted twice is done once.

use crate::{Result, Row, Tx, params};
use model::{Timestamp, ids::InboxId};

pub(crate) const STATEMENTS: &[&str] = &[ACCEPT, BY_ID, NEXT, DONE, GIVE_UP, FORGET];

/// An accepted post that has not been dealt with.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// To which inbox.
    pub inbox_id: InboxId,
    /// What was posted.
    pub body: String,
    /// When it came.
    pub received_at: Timestamp,
}

const ACCEPT: &str = "INSERT INTO channel_posts (inbox_id, hash, body, received_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (inbox_id, hash) DO NOTHING RETURNING id";
/// Keeps a post; its row, or `None` where it was posted before.
///
/// # Errors
/// Storage trouble.
pub async fn accept(tx: &mut Tx<'_>, inbox: InboxId, hash: &str, body: &str, now: Timestamp) -> Result<Option<i64>> {
    tx.optional_column(ACCEPT, params![inbox, hash, body, now], "id").await
}

const BY_ID: &str =
    "SELECT inbox_id, body, received_at FROM channel_posts WHERE id = $1 AND body IS NOT NULL AND failure IS NULL";
/// The post in that row while it has not been dealt with.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<Post>> {
    let read = |row: &Row| {
        Ok(Post { inbox_id: row.get("inbox_id")?, body: row.get("body")?, received_at: row.get("received_at")? })
    };
    tx.rows(BY_ID, params![id]).await?.first().map(read).transpose()
}

const NEXT: &str =
    "SELECT id FROM channel_posts WHERE inbox_id = $1 AND body IS NOT NULL AND failure IS NULL ORDER BY id LIMIT 1";
/// The inbox's first post that has not been dealt with: they are read one after the other. The caller has locked the
/// inbox's health, or this may miss one that is being accepted.
///
/// # Errors
/// Storage trouble.
pub async fn next(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Option<i64>> {
    tx.optional_column(NEXT, params![inbox], "id").await
}

const DONE: &str = "UPDATE channel_posts SET body = NULL WHERE id = $1";
/// The post has been dealt with: only its hash stays.
///
/// # Errors
/// Storage trouble.
pub async fn done(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.execute(DONE, params![id]).await.map(|_| ())
}

const GIVE_UP: &str = "UPDATE channel_posts SET failure = $2 WHERE id = $1";
/// The post cannot be dealt with, and why; it is kept to be looked at.
///
/// # Errors
/// Storage trouble.
pub async fn give_up(tx: &mut Tx<'_>, id: i64, failure: &str) -> Result<()> {
    tx.execute(GIVE_UP, params![id, failure]).await.map(|_| ())
}

const FORGET: &str = "DELETE FROM channel_posts WHERE received_at < $1";
/// Forgets what was posted before `time`.
///
/// # Errors
/// Storage trouble.
pub async fn forget(tx: &mut Tx<'_>, time: Timestamp) -> Result<u64> {
    tx.execute(FORGET, params![time]).await
}
