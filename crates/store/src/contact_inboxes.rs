//! Contacts in inboxes: visitor sessions, and people on messaging channels.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    contact::ContactInbox,
    ids::{ContactId, ContactInboxId, InboxId},
};

pub(crate) const STATEMENTS: &[&str] = &[
    BY_ID,
    BY_SOURCE,
    BY_PUBSUB_TOKEN,
    OF_CONTACT,
    INSERT,
    SET_VERIFIED,
    HEARD,
    UNREACHABLE,
    LOCK,
    GIVE,
    GIVE_CONVERSATIONS,
    GIVE_MESSAGES,
    GIVE_TOKENS,
    FORGET_CONTACT,
];

impl FromRow for ContactInbox {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            inbox_id: row.get("inbox_id")?,
            source_id: row.get("source_id")?,
            pubsub_token: row.get("pubsub_token")?,
            hmac_verified: row.get("hmac_verified")?,
            heard_at: row.get("heard_at")?,
            unreachable: row.get("unreachable")?,
            created_at: row.get("created_at")?,
        })
    }
}

const BY_ID: &str = "SELECT id, contact_id, inbox_id, source_id, pubsub_token, hmac_verified, heard_at, unreachable, created_at FROM contact_inboxes WHERE id = $1";
/// The session of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: ContactInboxId) -> Result<Option<ContactInbox>> {
    tx.optional(BY_ID, params![id]).await
}

const BY_SOURCE: &str = "SELECT id, contact_id, inbox_id, source_id, pubsub_token, hmac_verified, heard_at, unreachable, created_at FROM contact_inboxes \
     WHERE inbox_id = $1 AND source_id = $2";
/// The inbox's session of that name.
///
/// # Errors
/// Storage trouble.
pub async fn by_source(tx: &mut Tx<'_>, inbox: InboxId, source_id: &str) -> Result<Option<ContactInbox>> {
    tx.optional(BY_SOURCE, params![inbox, source_id]).await
}

const BY_PUBSUB_TOKEN: &str = "SELECT id, contact_id, inbox_id, source_id, pubsub_token, hmac_verified, heard_at, unreachable, created_at FROM contact_inboxes WHERE pubsub_token = $1";
/// The session whose widget subscribes with that token.
///
/// # Errors
/// Storage trouble.
pub async fn by_pubsub_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<ContactInbox>> {
    tx.optional(BY_PUBSUB_TOKEN, params![token]).await
}

const OF_CONTACT: &str = "SELECT id, contact_id, inbox_id, source_id, pubsub_token, hmac_verified, heard_at, unreachable, created_at FROM contact_inboxes \
     WHERE contact_id = $1 ORDER BY id";
/// The sessions of a contact, oldest first.
///
/// # Errors
/// Storage trouble.
pub async fn of_contact(tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<ContactInbox>> {
    tx.all(OF_CONTACT, params![contact]).await
}

const INSERT: &str = "INSERT INTO contact_inboxes (contact_id, inbox_id, source_id, pubsub_token, hmac_verified, created_at) \
     VALUES ($1, $2, $3, $4, FALSE, $5) \
     RETURNING id, contact_id, inbox_id, source_id, pubsub_token, hmac_verified, heard_at, unreachable, created_at";
/// Makes a session.
///
/// # Errors
/// Storage trouble, also where the inbox has a session of that name.
pub async fn insert(
    tx: &mut Tx<'_>,
    contact: ContactId,
    inbox: InboxId,
    source_id: &str,
    pubsub_token: &str,
    now: Timestamp,
) -> Result<ContactInbox> {
    let rows = tx.rows(INSERT, params![contact, inbox, source_id, pubsub_token, now]).await?;
    rows.first().map(ContactInbox::from_row).ok_or(crate::Error::Unit("no row came back"))?
}

const SET_VERIFIED: &str = "UPDATE contact_inboxes SET hmac_verified = TRUE WHERE id = $1";
/// Notes that the site vouched for the person.
///
/// # Errors
/// Storage trouble.
pub async fn set_verified(tx: &mut Tx<'_>, id: ContactInboxId) -> Result<()> {
    tx.execute(SET_VERIFIED, params![id]).await.map(|_| ())
}

const HEARD: &str = "UPDATE contact_inboxes SET unreachable = NULL, \
     heard_at = CASE WHEN heard_at > $2 THEN heard_at ELSE $2 END WHERE id = $1";
/// Notes that the person was heard on the channel at `at`: its reply window opens, and it reaches them.
///
/// # Errors
/// Storage trouble.
pub async fn heard(tx: &mut Tx<'_>, id: ContactInboxId, at: Timestamp) -> Result<()> {
    tx.execute(HEARD, params![id, at]).await.map(|_| ())
}

const UNREACHABLE: &str = "UPDATE contact_inboxes SET unreachable = $2 WHERE id = $1";
/// Notes why the channel cannot reach the person any more; `None` where it can.
///
/// # Errors
/// Storage trouble.
pub async fn set_unreachable(tx: &mut Tx<'_>, id: ContactInboxId, why: Option<&str>) -> Result<()> {
    tx.execute(UNREACHABLE, params![id, why]).await.map(|_| ())
}

const LOCK: &str = "UPDATE contact_inboxes SET source_id = source_id WHERE id = $1";
/// Lets no other unit that does the same go on before this one is committed.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, id: ContactInboxId) -> Result<()> {
    tx.execute(LOCK, params![id]).await.map(|_| ())
}

const GIVE: &str = "UPDATE contact_inboxes SET contact_id = $2 WHERE id = $1";
const GIVE_CONVERSATIONS: &str = "UPDATE conversations SET contact_id = $2 WHERE contact_inbox_id = $1";
const GIVE_MESSAGES: &str = "UPDATE messages SET sender_id = $3 WHERE sender_type = 'contact' AND sender_id = $2 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_inbox_id = $1)";
const GIVE_TOKENS: &str = "UPDATE tokens SET contact_id = $3 WHERE contact_id = $2 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_inbox_id = $1)";
const FORGET_CONTACT: &str = "DELETE FROM contacts WHERE id = $1 \
     AND NOT EXISTS (SELECT 1 FROM contact_inboxes WHERE contact_id = $1) AND NOT EXISTS (SELECT 1 FROM conversations WHERE contact_id = $1)";
/// Gives a session with all that was written in it from one contact to another; a contact left with nothing is
/// forgotten.
///
/// # Errors
/// Storage trouble.
pub async fn give(tx: &mut Tx<'_>, session: ContactInboxId, from: ContactId, to: ContactId) -> Result<()> {
    tx.execute(GIVE, params![session, to]).await?;
    tx.execute(GIVE_CONVERSATIONS, params![session, to]).await?;
    tx.execute(GIVE_MESSAGES, params![session, from, to]).await?;
    tx.execute(GIVE_TOKENS, params![session, from, to]).await?;
    tx.execute(FORGET_CONTACT, params![from]).await.map(|_| ())
}
