//! Contacts that became part of another one: what was moved, so that it can be put back, and where their ids lead now.
//! Messages that the merged contact wrote in other people's conversations are not moved; their author's id leads on.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Json, Timestamp,
    ids::{AccountId, ContactId, ConversationId, MergeId, MessageId, UserId},
};

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    BY_ID,
    LOCK,
    OF_BASE,
    MERGED,
    NOTE_SESSIONS,
    NOTE_MESSAGES,
    NOTE_MERGES,
    NOTE_TOKENS,
    GIVE_MESSAGES,
    GIVE_TOKENS,
    GIVE_SESSIONS,
    GIVE_CONVERSATIONS,
    GIVE_MERGES,
    GIVE_WEBHOOK_POSTS,
    COVERED,
    BACK_SESSIONS,
    BACK_CONVERSATIONS,
    BACK_MESSAGES,
    BACK_TOKENS,
    BACK_MERGES,
    SINCE,
    GIVE_MESSAGE,
    TOKENS_SINCE,
    END_LINKS,
    PLANNED_TO,
    UNDONE,
    FORGET_ROWS,
    FORGET_TOKENS,
    FORGET_SNAPSHOT,
    DISMISS,
    DISMISSED,
    WEIGHT,
    VOUCHED_TWICE,
];

/// One contact that became part of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Row id.
    pub id: MergeId,
    /// Whose contacts.
    pub account_id: AccountId,
    /// The contact that stays.
    pub base_id: ContactId,
    /// The contact that became part of it.
    pub mergee_id: ContactId,
    /// Both as they were, and what they became; null once it cannot be undone.
    pub snapshot: Json,
    /// Who merged them.
    pub merged_by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

impl FromRow for Merge {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            base_id: row.get("base_id")?,
            mergee_id: row.get("mergee_id")?,
            snapshot: row.get::<Option<Json>>("snapshot")?.unwrap_or_default(),
            merged_by: row.get("merged_by")?,
            at: row.get("at")?,
            undone_at: row.get("undone_at")?,
        })
    }
}

const INSERT: &str = "INSERT INTO contact_merges (account_id, base_id, mergee_id, snapshot, merged_by, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
const NOTE_SESSIONS: &str = "INSERT INTO contact_merge_rows (merge_id, what, row_id) \
     SELECT CAST($1 AS BIGINT), 'session', id FROM contact_inboxes WHERE contact_id = $2";
const NOTE_MESSAGES: &str = "INSERT INTO contact_merge_rows (merge_id, what, row_id) \
     SELECT CAST($1 AS BIGINT), 'message', id FROM messages WHERE sender_type = 'contact' AND sender_id = $2 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $2 OR contact_id = $3)";
const NOTE_MERGES: &str = "INSERT INTO contact_merge_rows (merge_id, what, row_id) \
     SELECT CAST($1 AS BIGINT), 'merge', id FROM contact_merges WHERE base_id = $2";
const NOTE_TOKENS: &str = "INSERT INTO contact_merge_tokens (merge_id, token) \
     SELECT CAST($1 AS BIGINT), token FROM tokens WHERE contact_id = $2 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $2 OR contact_id = $3)";
const GIVE_MESSAGES: &str = "UPDATE messages SET sender_id = $2 WHERE sender_type = 'contact' AND sender_id = $1 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1 OR contact_id = $2)";
const GIVE_TOKENS: &str = "UPDATE tokens SET contact_id = $2 WHERE contact_id = $1 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1 OR contact_id = $2)";
const GIVE_SESSIONS: &str = "UPDATE contact_inboxes SET contact_id = $2 WHERE contact_id = $1";
const GIVE_CONVERSATIONS: &str = "UPDATE conversations SET contact_id = $2 WHERE contact_id = $1";
const GIVE_MERGES: &str = "UPDATE contact_merges SET base_id = $2 WHERE base_id = $1";
// What webhooks have not been told yet is told all the same; it goes with the contact only when a person is erased.
const GIVE_WEBHOOK_POSTS: &str = "UPDATE webhook_posts SET contact_id = $2 WHERE contact_id = $1";
/// Moves everything that belongs to the contact `from`, who is [`crate::contacts::seize`]d, to the contact `to`, and notes
/// what was moved.
///
/// # Errors
/// Storage trouble.
pub async fn give(
    tx: &mut Tx<'_>,
    account: AccountId,
    (from, to): (ContactId, ContactId),
    snapshot: &Json,
    by: UserId,
    now: Timestamp,
) -> Result<MergeId> {
    let id: MergeId = tx.column(INSERT, params![account, to, from, snapshot, by, now], "id").await?;
    tx.execute(NOTE_SESSIONS, params![id, from]).await?;
    tx.execute(NOTE_MESSAGES, params![id, from, to]).await?;
    tx.execute(NOTE_MERGES, params![id, from]).await?;
    tx.execute(NOTE_TOKENS, params![id, from, to]).await?;
    for sql in [GIVE_MESSAGES, GIVE_TOKENS, GIVE_SESSIONS, GIVE_CONVERSATIONS, GIVE_MERGES, GIVE_WEBHOOK_POSTS] {
        tx.execute(sql, params![from, to]).await?;
    }
    Ok(id)
}

const BY_ID: &str = "SELECT * FROM contact_merges WHERE id = $1 AND account_id = $2";
/// The account's merge of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, account: AccountId, id: MergeId) -> Result<Option<Merge>> {
    tx.optional(BY_ID, params![id, account]).await
}

const LOCK: &str = "UPDATE contact_merges SET at = at WHERE id = $1 AND account_id = $2 RETURNING *";
/// The same, locked for the rest of the transaction.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, account: AccountId, id: MergeId) -> Result<Option<Merge>> {
    tx.optional(LOCK, params![id, account]).await
}

const OF_BASE: &str =
    "SELECT * FROM contact_merges WHERE base_id = $1 AND account_id = $2 AND at > $3 ORDER BY id DESC LIMIT 50";
/// The latest merges into the contact, latest first, since then.
///
/// # Errors
/// Storage trouble.
pub async fn of_base(tx: &mut Tx<'_>, account: AccountId, base: ContactId, since: Timestamp) -> Result<Vec<Merge>> {
    tx.all(OF_BASE, params![base, account, since]).await
}

const MERGED: &str = "SELECT mergee_id FROM contact_merges WHERE base_id = $1 AND undone_at IS NULL ORDER BY id";
/// The ids of the contacts that are part of this one.
///
/// # Errors
/// Storage trouble.
pub async fn merged_into(tx: &mut Tx<'_>, base: ContactId) -> Result<Vec<ContactId>> {
    tx.rows(MERGED, params![base]).await?.iter().map(|row| row.get("mergee_id")).collect()
}

const COVERED: &str = "SELECT COUNT(*) AS count FROM contact_merge_rows JOIN contact_merges ON contact_merges.id = contact_merge_rows.merge_id \
     WHERE contact_merge_rows.what = 'merge' AND contact_merge_rows.row_id = $1 AND contact_merges.undone_at IS NULL";
/// Whether what that merge made has become part of another contact since.
///
/// # Errors
/// Storage trouble.
pub async fn is_covered(tx: &mut Tx<'_>, id: MergeId) -> Result<bool> {
    Ok(tx.column::<i64>(COVERED, params![id], "count").await? > 0)
}

const BACK_SESSIONS: &str = "UPDATE contact_inboxes SET contact_id = $3 WHERE contact_id = $2 \
     AND id IN (SELECT row_id FROM contact_merge_rows WHERE merge_id = $1 AND what = 'session')";
const BACK_CONVERSATIONS: &str = "UPDATE conversations SET contact_id = $2 WHERE contact_id = $1 \
     AND contact_inbox_id IN (SELECT id FROM contact_inboxes WHERE contact_id = $2)";
const BACK_MESSAGES: &str = "UPDATE messages SET sender_id = $3 WHERE sender_type = 'contact' AND sender_id = $2 \
     AND id IN (SELECT row_id FROM contact_merge_rows WHERE merge_id = $1 AND what = 'message')";
const BACK_TOKENS: &str = "UPDATE tokens SET contact_id = $3 WHERE contact_id = $2 \
     AND token IN (SELECT token FROM contact_merge_tokens WHERE merge_id = $1)";
const BACK_MERGES: &str = "UPDATE contact_merges SET base_id = $3 WHERE base_id = $2 \
     AND id IN (SELECT row_id FROM contact_merge_rows WHERE merge_id = $1 AND what = 'merge')";
const UNDONE: &str = "UPDATE contact_merges SET undone_at = $2, snapshot = NULL WHERE id = $1";
const FORGET_ROWS: &str = "DELETE FROM contact_merge_rows WHERE merge_id = $1";
const FORGET_TOKENS: &str = "DELETE FROM contact_merge_tokens WHERE merge_id = $1";
/// Puts back what the merge moved, as far as the base still has it, and what has come by the mergee's sessions since. The
/// mergee's row is there again.
///
/// # Errors
/// Storage trouble.
pub async fn give_back(tx: &mut Tx<'_>, merge: &Merge) -> Result<()> {
    let (base, mergee) = (merge.base_id, merge.mergee_id);
    tx.execute(BACK_SESSIONS, params![merge.id, base, mergee]).await?;
    tx.execute(BACK_CONVERSATIONS, params![base, mergee]).await?;
    for sql in [BACK_MESSAGES, BACK_TOKENS, BACK_MERGES] {
        tx.execute(sql, params![merge.id, base, mergee]).await?;
    }
    Ok(())
}

/// The merge is undone.
///
/// # Errors
/// Storage trouble.
pub async fn undone(tx: &mut Tx<'_>, id: MergeId, now: Timestamp) -> Result<()> {
    tx.execute(UNDONE, params![id, now]).await?;
    forget_moves(tx, id).await
}

async fn forget_moves(tx: &mut Tx<'_>, id: MergeId) -> Result<()> {
    tx.execute(FORGET_ROWS, params![id]).await?;
    tx.execute(FORGET_TOKENS, params![id]).await.map(|_| ())
}

const SINCE: &str = "SELECT messages.id, messages.conversation_id, messages.content_attributes FROM conversations \
     JOIN messages ON messages.conversation_id = conversations.id \
     WHERE conversations.contact_id = $1 AND messages.sender_type = 'contact' AND messages.sender_id = $2 AND messages.created_at >= $3 \
     AND NOT EXISTS (SELECT 1 FROM contact_merge_rows WHERE merge_id = $4 AND what = 'message' AND row_id = messages.id) \
     ORDER BY messages.id";
/// Messages that the contact `sender` has written in conversations with `of` since the merge: id, conversation and
/// `content_attributes`.
///
/// # Errors
/// Storage trouble.
pub async fn written_since(
    tx: &mut Tx<'_>,
    merge: &Merge,
    of: ContactId,
    sender: ContactId,
) -> Result<Vec<(MessageId, ConversationId, Json)>> {
    let rows = tx.rows(SINCE, params![of, sender, merge.at, merge.id]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("conversation_id")?, row.get("content_attributes")?))).collect()
}

const GIVE_MESSAGE: &str = "UPDATE messages SET sender_id = $2, content_attributes = $3 WHERE id = $1";
/// Gives one message to its author.
///
/// # Errors
/// Storage trouble.
pub async fn give_message(tx: &mut Tx<'_>, id: MessageId, to: ContactId, attributes: &Json) -> Result<()> {
    tx.execute(GIVE_MESSAGE, params![id, to, attributes]).await.map(|_| ())
}

const TOKENS_SINCE: &str = "UPDATE tokens SET contact_id = $2 WHERE contact_id = $1 AND address = $3 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $2)";
const END_LINKS: &str = "UPDATE tokens SET revoked_at = $3 WHERE kind = 'link' AND revoked_at IS NULL AND address = $2 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1)";
const PLANNED_TO: &str = "UPDATE deliveries SET state = 'cancelled', detail = $3, at = $4, next_try_at = NULL \
     WHERE state = 'planned' AND channel = 'email' AND recipient = $2 \
     AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1)";
/// The address is `to`'s alone again: tokens given to it in `to`'s conversations are theirs.
///
/// # Errors
/// Storage trouble.
pub async fn give_tokens(tx: &mut Tx<'_>, (from, to): (ContactId, ContactId), address: &str) -> Result<()> {
    tx.execute(TOKENS_SINCE, params![from, to, address]).await.map(|_| ())
}

/// The address is not that contact's any more: links to it open none of their conversations, and mail that was planned
/// to it does not go.
///
/// # Errors
/// Storage trouble.
pub async fn shut_out(tx: &mut Tx<'_>, contact: ContactId, address: &str, why: &str, now: Timestamp) -> Result<()> {
    tx.execute(END_LINKS, params![contact, address, now]).await?;
    tx.execute(PLANNED_TO, params![contact, address, why, now]).await.map(|_| ())
}

const FORGET_SNAPSHOT: &str = "UPDATE contact_merges SET snapshot = NULL WHERE id = $1";
/// From now on the merge cannot be undone; the id still leads on.
///
/// # Errors
/// Storage trouble.
pub async fn settle(tx: &mut Tx<'_>, id: MergeId) -> Result<()> {
    tx.erases();
    tx.execute(FORGET_SNAPSHOT, params![id]).await?;
    forget_moves(tx, id).await
}

const DISMISS: &str = "INSERT INTO contact_merge_dismissals (one_id, other_id, dismissed_by, at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (one_id, other_id) DO NOTHING";
/// An agent says that these two are not one person.
///
/// # Errors
/// Storage trouble.
pub async fn dismiss(tx: &mut Tx<'_>, (a, b): (ContactId, ContactId), by: UserId, now: Timestamp) -> Result<()> {
    tx.execute(DISMISS, params![a.min(b), a.max(b), by, now]).await.map(|_| ())
}

const DISMISSED: &str = "SELECT one_id, other_id FROM contact_merge_dismissals WHERE one_id = $1 OR other_id = $1";
/// Those who an agent said are somebody else.
///
/// # Errors
/// Storage trouble.
pub async fn dismissed(tx: &mut Tx<'_>, of: ContactId) -> Result<Vec<ContactId>> {
    let rows = tx.rows(DISMISSED, params![of]).await?;
    let pairs = rows.iter().map(|row| Ok((row.get("one_id")?, row.get("other_id")?)));
    pairs
        .map(|pair: Result<(ContactId, ContactId)>| pair.map(|(one, other)| if one == of { other } else { one }))
        .collect()
}

const WEIGHT: &str = "SELECT COUNT(*) AS count FROM conversations WHERE contact_id = $1";
/// How many conversations the contact has.
///
/// # Errors
/// Storage trouble.
pub async fn conversations_of(tx: &mut Tx<'_>, contact: ContactId) -> Result<i64> {
    tx.column(WEIGHT, params![contact], "count").await
}

const VOUCHED_TWICE: &str = "SELECT COUNT(*) AS count FROM contact_inboxes AS one JOIN contact_inboxes AS other ON other.inbox_id = one.inbox_id \
     WHERE one.contact_id = $1 AND other.contact_id = $2 AND one.hmac_verified AND other.hmac_verified";
/// Whether one website vouches for both, as two people.
///
/// # Errors
/// Storage trouble.
pub async fn vouched_apart(tx: &mut Tx<'_>, one: ContactId, other: ContactId) -> Result<bool> {
    Ok(tx.column::<i64>(VOUCHED_TWICE, params![one, other], "count").await? > 0)
}
