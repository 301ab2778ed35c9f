//! Conversations.

use crate::{
    FromRow, Result, Row, Tx,
    contacts::{like, object},
    driver::differing::{CONVERSATIONS_AMONG, LOCK_CONVERSATION, LOCK_CONVERSATIONS, UPDATE_CONVERSATION},
    params,
    tx::Rows,
};
use model::{
    Json, Timestamp,
    contact::ContactInbox,
    conversation::{Conversation, Status},
    ids::{AccountId, ContactId, ContactInboxId, ConversationId, InboxId, UserId},
};
use std::collections::BTreeSet;

pub(crate) const STATEMENTS: &[&str] = &[
    BY_ID,
    BY_UUID,
    BY_DISPLAY_ID,
    LATEST_OF_SESSION,
    LATEST_OF_VERIFIED,
    OF_SESSION,
    OF_VERIFIED,
    OF_CONTACT,
    INSERT,
    LIST,
    COUNTS,
    UNREAD,
    WAKE_SNOOZED,
    UNASSIGN,
];

impl FromRow for Conversation {
    fn from_row(row: &Row) -> Result<Self> {
        let status: String = row.get("status")?;
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            inbox_id: row.get("inbox_id")?,
            contact_id: row.get("contact_id")?,
            contact_inbox_id: row.get("contact_inbox_id")?,
            display_id: row.get("display_id")?,
            uuid: row.get("uuid")?,
            status: Status::parse(&status).unwrap_or(Status::Open),
            snoozed_until: row.get("snoozed_until")?,
            assignee_id: row.get("assignee_id")?,
            priority: row.get("priority")?,
            mail_subject: row.get("mail_subject")?,
            contact_last_seen_at: row.get("contact_last_seen_at")?,
            agent_last_seen_at: row.get("agent_last_seen_at")?,
            assignee_last_seen_at: row.get("assignee_last_seen_at")?,
            first_reply_created_at: row.get("first_reply_created_at")?,
            waiting_since: row.get("waiting_since")?,
            last_activity_at: row.get("last_activity_at")?,
            additional_attributes: row.get("additional_attributes")?,
            custom_attributes: row.get("custom_attributes")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

const BY_ID: &str = "SELECT * FROM conversations WHERE id = $1";
/// The conversation in that row.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Conversation>> {
    tx.optional(BY_ID, params![id]).await
}

/// The conversation in that row, locked for the rest of the transaction; the first thing a unit that changes one does.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Conversation>> {
    let lock = LOCK_CONVERSATION.for_(tx);
    tx.optional(lock, params![id]).await
}

/// The conversations in those rows.
///
/// # Errors
/// Storage trouble.
pub async fn among(tx: &mut Tx<'_>, ids: &BTreeSet<ConversationId>) -> Result<Vec<Conversation>> {
    let sql = CONVERSATIONS_AMONG.for_(tx);
    tx.all(sql, params![&ids.iter().map(|id| id.0).collect::<Json>()]).await
}

/// The conversations in those rows, locked as by [`lock`], in one order by everybody.
///
/// # Errors
/// Storage trouble.
pub async fn lock_all(tx: &mut Tx<'_>, ids: &BTreeSet<ConversationId>) -> Result<Vec<Conversation>> {
    let sql = LOCK_CONVERSATIONS.for_(tx);
    tx.all(sql, params![&ids.iter().map(|id| id.0).collect::<Json>()]).await
}

const BY_UUID: &str = "SELECT * FROM conversations WHERE uuid = $1";
/// The conversation with that UUID (lower case), in any account.
///
/// # Errors
/// Storage trouble.
pub async fn by_uuid(tx: &mut Tx<'_>, uuid: &str) -> Result<Option<Conversation>> {
    tx.optional(BY_UUID, params![uuid]).await
}

const BY_DISPLAY_ID: &str = "SELECT * FROM conversations WHERE account_id = $1 AND display_id = $2";
/// The account's conversation of that number.
///
/// # Errors
/// Storage trouble.
pub async fn by_display_id(tx: &mut Tx<'_>, account: AccountId, display_id: i64) -> Result<Option<Conversation>> {
    tx.optional(BY_DISPLAY_ID, params![account, display_id]).await
}

const LATEST_OF_SESSION: &str = "SELECT * FROM conversations WHERE contact_inbox_id = $1 ORDER BY id DESC LIMIT 1";
/// The visitor session's latest conversation, which the widget goes on with.
///
/// # Errors
/// Storage trouble.
pub async fn latest_of_session(tx: &mut Tx<'_>, session: ContactInboxId) -> Result<Option<Conversation>> {
    tx.optional(LATEST_OF_SESSION, params![session]).await
}

const LATEST_OF_VERIFIED: &str = "SELECT conversations.* FROM conversations JOIN contact_inboxes ON contact_inboxes.id = conversations.contact_inbox_id \
     WHERE contact_inboxes.contact_id = $1 AND contact_inboxes.inbox_id = $2 AND contact_inboxes.hmac_verified ORDER BY conversations.id DESC LIMIT 1";
/// The contact's latest conversation in the inbox over all sessions for whom the site vouched.
///
/// # Errors
/// Storage trouble.
pub async fn latest_of_verified(tx: &mut Tx<'_>, contact: ContactId, inbox: InboxId) -> Result<Option<Conversation>> {
    tx.optional(LATEST_OF_VERIFIED, params![contact, inbox]).await
}

const OF_SESSION: &str = "SELECT * FROM conversations WHERE contact_inbox_id = $1 ORDER BY id DESC LIMIT 20";
/// The session's latest 20 conversations, newest first.
///
/// # Errors
/// Storage trouble.
pub async fn of_session(tx: &mut Tx<'_>, session: ContactInboxId) -> Result<Vec<Conversation>> {
    tx.all(OF_SESSION, params![session]).await
}

const OF_VERIFIED: &str = "SELECT conversations.* FROM conversations JOIN contact_inboxes ON contact_inboxes.id = conversations.contact_inbox_id \
     WHERE contact_inboxes.contact_id = $1 AND contact_inboxes.inbox_id = $2 AND contact_inboxes.hmac_verified ORDER BY conversations.id DESC LIMIT 20";
/// The contact's latest 20 conversations in the inbox over all sessions for whom the site vouched, newest first.
///
/// # Errors
/// Storage trouble.
pub async fn of_verified(tx: &mut Tx<'_>, contact: ContactId, inbox: InboxId) -> Result<Vec<Conversation>> {
    tx.all(OF_VERIFIED, params![contact, inbox]).await
}

const OF_CONTACT: &str = "SELECT * FROM conversations WHERE account_id = $1 AND contact_id = $2 ORDER BY last_activity_at DESC, id DESC LIMIT 20";
/// The contact's latest 20 conversations.
///
/// # Errors
/// Storage trouble.
pub async fn of_contact(tx: &mut Tx<'_>, account: AccountId, contact: ContactId) -> Result<Vec<Conversation>> {
    tx.all(OF_CONTACT, params![account, contact]).await
}

/// A conversation to be made.
#[derive(Clone, Debug)]
pub struct NewConversation {
    /// Whose.
    pub account_id: AccountId,
    /// Public UUID.
    pub uuid: String,
    /// The subject of the mail it was born from.
    pub mail_subject: Option<String>,
    /// What the system noted.
    pub additional_attributes: Json,
    /// What the site or account noted.
    pub custom_attributes: Json,
}

const INSERT: &str = "INSERT INTO conversations (account_id, inbox_id, contact_id, contact_inbox_id, display_id, uuid, status, mail_subject, \
     waiting_since, last_activity_at, additional_attributes, custom_attributes, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $8, $9, $10, $8, $8) RETURNING *";
/// Makes an open conversation in a session, with the account's next number.
///
/// # Errors
/// Storage trouble.
pub async fn insert(
    tx: &mut Tx<'_>,
    session: &ContactInbox,
    new: &NewConversation,
    now: Timestamp,
) -> Result<Conversation> {
    let display_id = crate::accounts::next_display_id(tx, new.account_id).await?;
    let values = params![
        new.account_id,
        session.inbox_id,
        session.contact_id,
        session.id,
        display_id,
        &new.uuid,
        new.mail_subject.as_deref(),
        now,
        object(&new.additional_attributes),
        object(&new.custom_attributes)
    ];
    let rows = tx.rows(INSERT, values).await?;
    rows.first().map(Conversation::from_row).ok_or(crate::Error::Unit("no row came back"))?
}

/// Keeps a conversation that was [`lock`]ed in this transaction.
///
/// # Errors
/// Storage trouble.
pub async fn update(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<()> {
    let values = params![
        conversation.id,
        conversation.status.as_str(),
        conversation.snoozed_until,
        conversation.assignee_id,
        conversation.priority.as_deref(),
        conversation.contact_last_seen_at,
        conversation.agent_last_seen_at,
        conversation.assignee_last_seen_at,
        conversation.first_reply_created_at,
        conversation.waiting_since,
        conversation.last_activity_at,
        object(&conversation.additional_attributes),
        object(&conversation.custom_attributes),
        conversation.updated_at
    ];
    tx.gather(&UPDATE_CONVERSATION, Rows::LastOf((conversation.id.0, 0)), values).await
}

/// Whose conversations a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assigned {
    /// Everybody's.
    #[default]
    All,
    /// That user's.
    To(UserId),
    /// Somebody's.
    ToAnyone,
    /// Nobody's.
    ToNobody,
}

/// Which conversations a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With that status; any where `None`.
    pub status: Option<Status>,
    /// Of that inbox.
    pub inbox_id: Option<InboxId>,
    /// Looked after by.
    pub assigned: Assigned,
    /// With those words in the contact's name, address, number or identifier; all where empty.
    pub words: String,
    /// Only those whose last activity is before this conversation's: a page further down.
    pub before: Option<(Timestamp, ConversationId)>,
}

const LIST: &str = "SELECT conversations.* FROM conversations JOIN contacts ON contacts.id = conversations.contact_id \
     WHERE conversations.account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2) AND (CAST($3 AS BIGINT) IS NULL OR inbox_id = $3) \
     AND (CAST($4 AS BIGINT) IS NULL OR assignee_id = $4) AND (CAST($5 AS BOOLEAN) IS NULL OR (assignee_id IS NOT NULL) = $5) \
     AND contacts.search LIKE $6 ESCAPE '\\' \
     AND (CAST($7 AS BIGINT) IS NULL OR (conversations.last_activity_at, conversations.id) < ($7, $8)) \
     ORDER BY conversations.last_activity_at DESC, conversations.id DESC LIMIT $9 OFFSET $10";
/// A page of the account's conversations, the latest activity first.
///
/// # Errors
/// Storage trouble.
pub async fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<Vec<Conversation>> {
    let (assignee, assigned) = match filter.assigned {
        Assigned::All => (None, None),
        Assigned::To(user) => (Some(user), None),
        Assigned::ToAnyone => (None, Some(true)),
        Assigned::ToNobody => (None, Some(false)),
    };
    let values = params![
        account,
        filter.status.map(Status::as_str),
        filter.inbox_id,
        assignee,
        assigned,
        like(&filter.words),
        filter.before.map(|(time, _)| time),
        filter.before.map(|(_, id)| id),
        limit,
        offset
    ];
    tx.all(LIST, values).await
}

/// How many conversations a list has under each of its tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The asking user's.
    pub mine: i64,
    /// Somebody's.
    pub assigned: i64,
    /// Nobody's.
    pub unassigned: i64,
    /// All.
    pub all: i64,
}

const COUNTS: &str = "SELECT COUNT(*) AS every, COUNT(assignee_id) AS assigned, \
     COALESCE(SUM(CASE WHEN assignee_id = $4 THEN 1 ELSE 0 END), 0) AS mine \
     FROM conversations JOIN contacts ON contacts.id = conversations.contact_id \
     WHERE conversations.account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2) AND (CAST($3 AS BIGINT) IS NULL OR inbox_id = $3) \
     AND contacts.search LIKE $5 ESCAPE '\\'";
/// The counts for a filter, whatever its `assigned` says.
///
/// # Errors
/// Storage trouble.
pub async fn counts(tx: &mut Tx<'_>, account: AccountId, filter: &Filter, user: UserId) -> Result<Counts> {
    let values = params![account, filter.status.map(Status::as_str), filter.inbox_id, user, like(&filter.words)];
    let rows = tx.rows(COUNTS, values).await?;
    let Some(row) = rows.first() else { return Ok(Counts::default()) };
    let (all, assigned): (i64, i64) = (row.get("every")?, row.get("assigned")?);
    Ok(Counts { mine: row.get("mine")?, assigned, unassigned: all - assigned, all })
}

const UNREAD: &str = "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM messages WHERE conversation_id = $1 AND kind = 0 AND created_at > $2 LIMIT 100) AS unread";
/// How many of the contact's messages no agent has seen, at most 100.
///
/// # Errors
/// Storage trouble.
pub async fn unread(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<i64> {
    let since = conversation.agent_last_seen_at.unwrap_or(Timestamp::UNIX_EPOCH);
    tx.column(UNREAD, params![conversation.id, since], "count").await
}

const WAKE_SNOOZED: &str =
    "SELECT id FROM conversations WHERE status = 'snoozed' AND snoozed_until <= $1 ORDER BY snoozed_until LIMIT 100";
/// Snoozed conversations whose time has come.
///
/// # Errors
/// Storage trouble.
pub async fn snoozed_until(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<ConversationId>> {
    tx.rows(WAKE_SNOOZED, params![now]).await?.iter().map(|row| row.get("id")).collect()
}

const UNASSIGN: &str =
    "UPDATE conversations SET assignee_id = NULL, updated_at = $3 WHERE account_id = $1 AND assignee_id = $2";
/// Takes the account's conversations from a user who leaves it.
///
/// # Errors
/// Storage trouble.
pub async fn unassign_all(tx: &mut Tx<'_>, account: AccountId, user: UserId, now: Timestamp) -> Result<u64> {
    tx.execute(UNASSIGN, params![account, user, now]).await
}
