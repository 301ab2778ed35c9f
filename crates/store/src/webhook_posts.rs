//! Posts to webhooks that have not been taken yet, and how far the event log has been told. A queue's posts go one after
//! the other: only its first has a job, and whoever concludes that one enqueues the next. Whoever adds to a queue or takes
//! from it holds the [cursor](lock), so that no queue is left without a job.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    event::Position,
    ids::{AccountId, ContactId, ConversationId, InboxId, MessageId, WebhookId, WebhookPostId},
};

pub(crate) const STATEMENTS: &[&str] = &[BEGIN, LOCK, CURSOR, MOVE, INSERT, BY_ID, FIRST, TRIED, DELETE];

const BEGIN: &str = "INSERT INTO webhook_cursor (id, xact, event_id) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING";
const LOCK: &str = "UPDATE webhook_cursor SET xact = xact WHERE id = 1 RETURNING xact, event_id AS id";
/// How far the log has been told, locked for the rest of the unit; from `at_first` where nothing has been told yet.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, at_first: Position) -> Result<Position> {
    tx.execute(BEGIN, params![at_first.transaction, at_first.id]).await?;
    Ok(tx.optional(LOCK, params![]).await?.unwrap_or(at_first))
}

const CURSOR: &str = "SELECT xact, event_id AS id FROM webhook_cursor WHERE id = 1";
/// How far the log has been told; `None` where nothing has been.
///
/// # Errors
/// Storage trouble.
pub async fn cursor(tx: &mut Tx<'_>) -> Result<Option<Position>> {
    tx.optional(CURSOR, params![]).await
}

const MOVE: &str = "UPDATE webhook_cursor SET xact = $1, event_id = $2 WHERE id = 1";
/// Everything up to there has been told.
///
/// # Errors
/// Storage trouble.
pub async fn move_to(tx: &mut Tx<'_>, position: Position) -> Result<()> {
    tx.execute(MOVE, params![position.transaction, position.id]).await.map(|_| ())
}

/// A post that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct WebhookPost {
    /// Row id.
    pub id: WebhookPostId,
    /// Whose affairs it tells.
    pub account_id: AccountId,
    /// To that webhook of the account …
    pub webhook_id: Option<WebhookId>,
    /// … or to the address of that API inbox.
    pub inbox_id: Option<InboxId>,
    /// Those of one queue go one after the other.
    pub queue: String,
    /// What it tells, by name.
    pub event: String,
    /// Names the post, at every try.
    pub delivery_id: String,
    /// Which conversation it is about.
    pub conversation_id: Option<ConversationId>,
    /// Which message.
    pub message_id: Option<MessageId>,
    /// JSON.
    pub body: String,
    /// How often it has been tried.
    pub attempts: i64,
    /// Since when it waits.
    pub created_at: Timestamp,
}

impl FromRow for WebhookPost {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            webhook_id: row.get("webhook_id")?,
            inbox_id: row.get("inbox_id")?,
            queue: row.get("queue")?,
            event: row.get("event")?,
            delivery_id: row.get("delivery_id")?,
            conversation_id: row.get("conversation_id")?,
            message_id: row.get("message_id")?,
            body: row.get("body")?,
            attempts: row.get("attempts")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// A post to be made.
#[derive(Clone, Debug)]
pub struct NewWebhookPost {
    /// Whose affairs it tells.
    pub account_id: AccountId,
    /// To that webhook of the account …
    pub webhook_id: Option<WebhookId>,
    /// … or to the address of that API inbox.
    pub inbox_id: Option<InboxId>,
    /// Its queue.
    pub queue: String,
    /// What it tells.
    pub event: &'static str,
    /// Names the post.
    pub delivery_id: String,
    /// Which conversation it is about; erased with it.
    pub conversation_id: Option<ConversationId>,
    /// Which contact, where it is about one; erased with them.
    pub contact_id: Option<ContactId>,
    /// Which message.
    pub message_id: Option<MessageId>,
    /// JSON.
    pub body: String,
}

const INSERT: &str = "INSERT INTO webhook_posts (account_id, webhook_id, inbox_id, queue, event, delivery_id, conversation_id, contact_id, \
     message_id, body, attempts, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11) \
     ON CONFLICT (delivery_id) DO NOTHING";
/// Adds a post to the end of its queue; the cursor is locked.
///
/// # Errors
/// Storage trouble.
pub async fn insert(tx: &mut Tx<'_>, new: &NewWebhookPost, now: Timestamp) -> Result<()> {
    let NewWebhookPost { account_id, webhook_id, inbox_id, queue, event, delivery_id, .. } = new;
    let NewWebhookPost { conversation_id, contact_id, message_id, body, .. } = new;
    let values = params![
        *account_id,
        *webhook_id,
        *inbox_id,
        queue,
        *event,
        delivery_id,
        *conversation_id,
        *contact_id,
        *message_id,
        body,
        now
    ];
    tx.execute(INSERT, values).await.map(|_| ())
}

const BY_ID: &str = "SELECT * FROM webhook_posts WHERE id = $1";
/// The post of that id, if it still waits.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: WebhookPostId) -> Result<Option<WebhookPost>> {
    tx.optional(BY_ID, params![id]).await
}

const FIRST: &str = "SELECT id FROM webhook_posts WHERE queue = $1 ORDER BY id LIMIT 1";
/// The first post of a queue.
///
/// # Errors
/// Storage trouble.
pub async fn first_of(tx: &mut Tx<'_>, queue: &str) -> Result<Option<WebhookPostId>> {
    tx.optional_column(FIRST, params![queue], "id").await
}

const TRIED: &str = "UPDATE webhook_posts SET attempts = $2, queue = $3 WHERE id = $1";
/// Notes how often a post has been tried, and in which queue it waits on.
///
/// # Errors
/// Storage trouble.
pub async fn tried(tx: &mut Tx<'_>, id: WebhookPostId, attempts: i64, queue: &str) -> Result<()> {
    tx.execute(TRIED, params![id, attempts, queue]).await.map(|_| ())
}

const DELETE: &str = "DELETE FROM webhook_posts WHERE id = $1";
/// The post is dealt with.
///
/// # Errors
/// Storage trouble.
pub async fn delete(tx: &mut Tx<'_>, id: WebhookPostId) -> Result<()> {
    tx.execute(DELETE, params![id]).await.map(|_| ())
}
