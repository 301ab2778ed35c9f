//! Who is here: one row a connection to the cable, forgotten when it is not renewed in time.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    ids::{AccountId, ContactId, ContactInboxId, UserId},
};

pub(crate) const STATEMENTS: &[&str] =
    &[KEEP, REMOVE, VISITOR_PRESENT, SESSION_HERE, USER_HERE, USERS_HERE, CONTACTS_HERE, EXPIRE];

/// Someone at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Names the connection; unpredictable, unique over all nodes.
    pub connection: String,
    /// Where they are.
    pub account_id: AccountId,
    /// Which visitor session, if it is a visitor.
    pub contact_inbox_id: Option<ContactInboxId>,
    /// Which user, if it is one.
    pub user_id: Option<UserId>,
    /// They see the conversation: the page is visible.
    pub visible: bool,
}

impl FromRow for Presence {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            connection: row.get("connection")?,
            account_id: row.get("account_id")?,
            contact_inbox_id: row.get("contact_inbox_id")?,
            user_id: row.get("user_id")?,
            visible: row.get("visible")?,
        })
    }
}

const KEEP: &str = "INSERT INTO presences (connection, account_id, contact_inbox_id, user_id, visible, expires_at) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (connection) DO UPDATE SET visible = excluded.visible, expires_at = excluded.expires_at";
/// They are here until `expires_at`, or longer if they say so again.
///
/// # Errors
/// Storage trouble.
pub async fn keep(tx: &mut Tx<'_>, here: &Presence, expires_at: Timestamp) -> Result<()> {
    let Presence { connection, account_id, contact_inbox_id, user_id, visible } = here;
    tx.execute(KEEP, params![connection, *account_id, *contact_inbox_id, *user_id, *visible, expires_at])
        .await
        .map(|_| ())
}

const REMOVE: &str =
    "DELETE FROM presences WHERE connection = $1 RETURNING connection, account_id, contact_inbox_id, user_id, visible";
/// The connection is gone; who was at its other end.
///
/// # Errors
/// Storage trouble.
pub async fn remove(tx: &mut Tx<'_>, connection: &str) -> Result<Option<Presence>> {
    tx.optional(REMOVE, params![connection]).await
}

const VISITOR_PRESENT: &str =
    "SELECT COUNT(*) AS count FROM presences WHERE contact_inbox_id = $1 AND visible AND expires_at > $2";
/// Whether the visitor is looking: a socket is open and the page is visible.
///
/// # Errors
/// Storage trouble.
pub async fn visitor_present(tx: &mut Tx<'_>, session: ContactInboxId, now: Timestamp) -> Result<bool> {
    Ok(tx.column::<i64>(VISITOR_PRESENT, params![session, now], "count").await? > 0)
}

const SESSION_HERE: &str = "SELECT COUNT(*) AS count FROM presences WHERE contact_inbox_id = $1 AND expires_at > $2";
/// Whether the visitor's widget is connected, looked at or not.
///
/// # Errors
/// Storage trouble.
pub async fn session_here(tx: &mut Tx<'_>, session: ContactInboxId, now: Timestamp) -> Result<bool> {
    Ok(tx.column::<i64>(SESSION_HERE, params![session, now], "count").await? > 0)
}

const USER_HERE: &str =
    "SELECT COUNT(*) AS count FROM presences WHERE account_id = $1 AND user_id = $2 AND expires_at > $3";
/// Whether the user has a dashboard open.
///
/// # Errors
/// Storage trouble.
pub async fn user_here(tx: &mut Tx<'_>, account: AccountId, user: UserId, now: Timestamp) -> Result<bool> {
    Ok(tx.column::<i64>(USER_HERE, params![account, user, now], "count").await? > 0)
}

const USERS_HERE: &str = "SELECT DISTINCT user_id FROM presences WHERE account_id = $1 AND user_id IS NOT NULL AND expires_at > $2 ORDER BY user_id";
/// The users who have a dashboard of the account open.
///
/// # Errors
/// Storage trouble.
pub async fn users_here(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<Vec<UserId>> {
    tx.rows(USERS_HERE, params![account, now]).await?.iter().map(|row| row.get("user_id")).collect()
}

const CONTACTS_HERE: &str = "SELECT DISTINCT contact_inboxes.contact_id FROM presences JOIN contact_inboxes ON contact_inboxes.id = presences.contact_inbox_id \
     WHERE presences.account_id = $1 AND presences.expires_at > $2 ORDER BY contact_inboxes.contact_id";
/// The contacts whose widget is connected.
///
/// # Errors
/// Storage trouble.
pub async fn contacts_here(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<Vec<ContactId>> {
    tx.rows(CONTACTS_HERE, params![account, now]).await?.iter().map(|row| row.get("contact_id")).collect()
}

const EXPIRE: &str =
    "DELETE FROM presences WHERE expires_at <= $1 RETURNING connection, account_id, contact_inbox_id, user_id, visible";
/// Forgets those who have not been heard of in time; who they were.
///
/// # Errors
/// Storage trouble.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Presence>> {
    tx.all(EXPIRE, params![now]).await
}
