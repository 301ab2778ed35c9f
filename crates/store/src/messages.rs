//! Messages.

use crate::{Error, FromRow, Result, Row, Tx, contacts::object, driver::differing::DRAW_MESSAGE_IDS, params};
use model::{
    Json, Timestamp,
    conversation::Conversation,
    ids::{AccountId, ConversationId, InboxId, MessageId},
    message::{Kind, Message, MessageStatus, Sender},
};
use serde_json::json;

pub(crate) const STATEMENTS: &[&str] = &[
    BY_ID,
    OF_ACCOUNT,
    GIVE,
    INSERT,
    INSERT_AS,
    UPDATE,
    BEFORE,
    AFTER,
    LATEST,
    LATEST_INCOMING,
    BY_SOURCE,
    RECENT_OUTGOING,
    MARK_READ,
];

impl FromRow for Message {
    fn from_row(row: &Row) -> Result<Self> {
        let (kind, status): (i64, String) = (row.get("kind")?, row.get("status")?);
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            inbox_id: row.get("inbox_id")?,
            conversation_id: row.get("conversation_id")?,
            kind: Kind::from_number(kind).ok_or_else(|| Error::Column { column: "kind".into(), expected: "0 to 3" })?,
            content: row.get("content")?,
            content_type: row.get("content_type")?,
            content_attributes: row.get("content_attributes")?,
            private: row.get("private")?,
            withheld: row.get("withheld")?,
            status: MessageStatus::parse(&status).unwrap_or(MessageStatus::Sent),
            source_id: row.get("source_id")?,
            echo_id: row.get("echo_id")?,
            sender: match (row.get::<Option<String>>("sender_type")?.as_deref(), row.get::<Option<i64>>("sender_id")?) {
                (Some("contact"), Some(id)) => Sender::Contact(model::ids::ContactId(id)),
                (Some("user"), Some(id)) => Sender::User(model::ids::UserId(id)),
                _ => Sender::System,
            },
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// A message to be appended.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The conversation's account.
    pub account_id: AccountId,
    /// The conversation's inbox.
    pub inbox_id: InboxId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Which way it goes.
    pub kind: Kind,
    /// The words.
    pub content: Option<String>,
    /// `text`, `input_email`, `incoming_email`, …
    pub content_type: String,
    /// Details by content type; an object or null.
    pub content_attributes: Json,
    /// A note among agents.
    pub private: bool,
    /// A stranger's mail no agent has accepted.
    pub withheld: bool,
    /// The id elsewhere.
    pub source_id: Option<String>,
    /// The client's own id.
    pub echo_id: Option<String>,
    /// Who wrote it.
    pub sender: Sender,
}

impl NewMessage {
    /// A text in that conversation.
    #[must_use]
    pub fn text(conversation: &Conversation, kind: Kind, sender: Sender, content: &str) -> Self {
        Self {
            account_id: conversation.account_id,
            inbox_id: conversation.inbox_id,
            conversation_id: conversation.id,
            kind,
            content: Some(content.to_owned()),
            content_type: "text".into(),
            content_attributes: Json::Null,
            private: false,
            withheld: false,
            source_id: None,
            echo_id: None,
            sender,
        }
    }
}

const INSERT: &str = "INSERT INTO messages (account_id, inbox_id, conversation_id, kind, content, content_type, content_attributes, private, \
     withheld, status, source_id, echo_id, sender_type, sender_id, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'sent', $10, $11, $12, $13, $14, $14) RETURNING id";
const INSERT_AS: &str = "INSERT INTO messages (account_id, inbox_id, conversation_id, kind, content, content_type, content_attributes, private, \
     withheld, status, source_id, echo_id, sender_type, sender_id, created_at, updated_at, id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'sent', $10, $11, $12, $13, $14, $14, $15)";
/// Draws the ids of the next `count` messages of this transaction at once, so that [`insert`] need not ask for each. On
/// SQLite asking costs nothing.
///
/// # Errors
/// Storage trouble.
pub async fn reserve(tx: &mut Tx<'_>, count: usize) -> Result<()> {
    if tx.is_postgres() && count > 1 {
        let count = i64::try_from(count).unwrap_or(0);
        let drawn = tx.rows(DRAW_MESSAGE_IDS.postgres, params![count]).await?;
        tx.reserved = drawn.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
    }
    Ok(())
}

/// Appends a message. The caller has [`crate::conversations::lock`]ed the conversation.
///
/// # Errors
/// Storage trouble.
pub async fn insert(tx: &mut Tx<'_>, new: &NewMessage, now: Timestamp) -> Result<Message> {
    let (sender_type, sender_id) = match new.sender {
        Sender::Contact(id) => (Some("contact"), Some(id.0)),
        Sender::User(id) => (Some("user"), Some(id.0)),
        Sender::System => (None, None),
    };
    let values = params![
        new.account_id,
        new.inbox_id,
        new.conversation_id,
        new.kind.number(),
        new.content.as_deref(),
        &new.content_type,
        object(&new.content_attributes),
        new.private,
        new.withheld,
        new.source_id.as_deref(),
        new.echo_id.as_deref(),
        sender_type,
        sender_id,
        now
    ];
    let id = match tx.reserved.pop_front() {
        Some(id) => {
            let with_id = [values.as_slice(), params![id].as_slice()].concat();
            tx.later(INSERT_AS, &with_id).await?;
            MessageId(id)
        }
        None => tx.column(INSERT, values, "id").await?,
    };
    Ok(Message {
        id,
        account_id: new.account_id,
        inbox_id: new.inbox_id,
        conversation_id: new.conversation_id,
        kind: new.kind,
        // As the row has them.
        content: new.content.as_ref().map(|content| content.replace('\0', "")),
        content_type: new.content_type.clone(),
        content_attributes: if new.content_attributes.is_object() { new.content_attributes.clone() } else { json!({}) },
        private: new.private,
        withheld: new.withheld,
        status: MessageStatus::Sent,
        source_id: new.source_id.clone(),
        echo_id: new.echo_id.clone(),
        sender: new.sender,
        created_at: now,
        updated_at: now,
    })
}

const UPDATE: &str = "UPDATE messages SET content = $2, content_attributes = $3, withheld = $4, status = $5, source_id = $6, updated_at = $7 WHERE id = $1";
/// Keeps what of a message can change.
///
/// # Errors
/// Storage trouble.
pub async fn update(tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    let values = params![
        message.id,
        message.content.as_deref(),
        object(&message.content_attributes),
        message.withheld,
        message.status.as_str(),
        message.source_id.as_deref(),
        message.updated_at
    ];
    tx.execute(UPDATE, values).await.map(|_| ())
}

const BY_ID: &str = "SELECT * FROM messages WHERE id = $1 AND conversation_id = $2";
/// The conversation's message of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, conversation: ConversationId, id: MessageId) -> Result<Option<Message>> {
    tx.optional(BY_ID, params![id, conversation]).await
}

const OF_ACCOUNT: &str = "SELECT * FROM messages WHERE id = $1 AND account_id = $2";
/// The account's message of that id, wherever it stands.
///
/// # Errors
/// Storage trouble.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Option<Message>> {
    tx.optional(OF_ACCOUNT, params![id, account]).await
}

const GIVE: &str = "UPDATE messages SET conversation_id = $2 WHERE id = $1";
/// Moves a message to another conversation of the same inbox.
///
/// # Errors
/// Storage trouble.
pub async fn give(tx: &mut Tx<'_>, id: MessageId, to: ConversationId) -> Result<()> {
    tx.execute(GIVE, params![id, to]).await.map(|_| ())
}

/// Which messages of a conversation someone may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All of them.
    Agents,
    /// Neither notes, nor activity lines, nor strangers' mail that waits for an agent.
    Visitor,
}

impl Audience {
    fn sees_all(self) -> bool {
        self == Self::Agents
    }
}

/// Which stretch of a conversation to read; ids are exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Only messages before this one.
    pub before: Option<MessageId>,
    /// Only messages after this one.
    pub after: Option<MessageId>,
}

const BEFORE: &str = "SELECT * FROM messages WHERE conversation_id = $1 AND id < $2 \
     AND ($3 OR (private = FALSE AND withheld = FALSE AND kind <> 2)) ORDER BY id DESC LIMIT $4";
const AFTER: &str = "SELECT * FROM messages WHERE conversation_id = $1 AND id < $2 AND id > $3 \
     AND ($4 OR (private = FALSE AND withheld = FALSE AND kind <> 2)) ORDER BY id LIMIT $5";
/// A stretch of a conversation, ascending: the last 20 before `before` or of all, the first 100 after `after`, the
/// first 1000 between both.
///
/// # Errors
/// Storage trouble.
pub async fn range(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    range: Range,
    audience: Audience,
) -> Result<Vec<Message>> {
    let before = range.before.unwrap_or(MessageId(i64::MAX));
    let Some(after) = range.after else {
        let mut messages: Vec<Message> =
            tx.all(BEFORE, params![conversation, before, audience.sees_all(), 20_i64]).await?;
        messages.reverse();
        return Ok(messages);
    };
    let limit: i64 = if range.before.is_some() { 1000 } else { 100 };
    tx.all(AFTER, params![conversation, before, after, audience.sees_all(), limit]).await
}

/// The last `limit` messages before `before`, ascending.
///
/// # Errors
/// Storage trouble.
pub async fn last_before(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    before: MessageId,
    limit: i64,
    audience: Audience,
) -> Result<Vec<Message>> {
    let mut messages: Vec<Message> = tx.all(BEFORE, params![conversation, before, audience.sees_all(), limit]).await?;
    messages.reverse();
    Ok(messages)
}

const LATEST: &str = "SELECT * FROM messages WHERE conversation_id = $1 AND ($2 OR (kind <> 2 AND content_type <> 'input_email')) \
     ORDER BY id DESC LIMIT 1";
/// The conversation's last message, with or without activity lines and the card that asks for an address.
///
/// # Errors
/// Storage trouble.
pub async fn latest(tx: &mut Tx<'_>, conversation: ConversationId, with_activity: bool) -> Result<Option<Message>> {
    tx.optional(LATEST, params![conversation, with_activity]).await
}

const LATEST_INCOMING: &str =
    "SELECT * FROM messages WHERE conversation_id = $1 AND kind = 0 AND withheld = FALSE ORDER BY id DESC LIMIT 1";
/// The last message the person wrote.
///
/// # Errors
/// Storage trouble.
pub async fn latest_incoming(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Option<Message>> {
    tx.optional(LATEST_INCOMING, params![conversation]).await
}

const BY_SOURCE: &str = "SELECT * FROM messages WHERE account_id = $1 AND source_id = $2 ORDER BY id";
/// The account's messages with that id elsewhere.
///
/// # Errors
/// Storage trouble.
pub async fn by_source(tx: &mut Tx<'_>, account: AccountId, source_id: &str) -> Result<Vec<Message>> {
    tx.all(BY_SOURCE, params![account, source_id]).await
}

const MARK_READ: &str = "UPDATE messages SET status = 'read', updated_at = $2 WHERE conversation_id = $1 AND kind IN (1, 3) AND private = FALSE \
     AND withheld = FALSE AND status IN ('sent', 'delivered') AND created_at <= $2 RETURNING id";
/// The visitor has seen what we wrote until `now`; which messages they had not seen before.
///
/// # Errors
/// Storage trouble.
pub async fn mark_read(tx: &mut Tx<'_>, conversation: ConversationId, now: Timestamp) -> Result<Vec<MessageId>> {
    let mut ids: Vec<MessageId> =
        tx.rows(MARK_READ, params![conversation, now]).await?.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
    ids.sort_unstable();
    Ok(ids)
}

const RECENT_OUTGOING: &str = "SELECT content FROM messages WHERE conversation_id = $1 AND kind IN (1, 3) AND private = FALSE \
     AND content IS NOT NULL ORDER BY id DESC LIMIT $2";
/// The words of the last `limit` messages that we wrote to the person, the latest first.
///
/// # Errors
/// Storage trouble.
pub async fn recent_outgoing(tx: &mut Tx<'_>, conversation: ConversationId, limit: i64) -> Result<Vec<String>> {
    tx.rows(RECENT_OUTGOING, params![conversation, limit]).await?.iter().map(|row| row.get("content")).collect()
}
