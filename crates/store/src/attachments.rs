//! Files attached to messages.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    attachment::Attachment,
    ids::{AccountId, AttachmentId, ConversationId, MessageId},
};

pub(crate) const STATEMENTS: &[&str] = &[INSERT, OF_MESSAGE, OF_STRETCH, BY_ID, NAME_BLOB, FORGET_OF];

impl FromRow for Attachment {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            message_id: row.get("message_id")?,
            account_id: row.get("account_id")?,
            name: row.get("name")?,
            content_type: row.get("content_type")?,
            size: row.get("size")?,
            blob_key: row.get("blob_key")?,
            inline: row.get("inline")?,
            content_id: row.get("content_id")?,
        })
    }
}

/// A file whose bytes are in the blob store already.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAttachment {
    /// File name without path.
    pub name: String,
    /// Media type, lower case.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Key in the blob store.
    pub blob_key: String,
    /// Shown within the text of a mail.
    pub inline: bool,
    /// `Content-ID` without brackets.
    pub content_id: Option<String>,
}

const INSERT: &str = "INSERT INTO attachments (message_id, account_id, name, content_type, size, blob_key, inline, content_id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";
/// Attaches a file to a message.
///
/// # Errors
/// Storage trouble.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    message: MessageId,
    new: &NewAttachment,
) -> Result<AttachmentId> {
    let NewAttachment { name, content_type, size, blob_key, inline, content_id } = new;
    let values = params![message, account, name, content_type, *size, blob_key, *inline, content_id.as_deref()];
    tx.column(INSERT, values, "id").await
}

const OF_MESSAGE: &str = "SELECT id, message_id, account_id, name, content_type, size, blob_key, inline, content_id FROM attachments WHERE message_id = $1 ORDER BY id";
/// The files of a message, in order.
///
/// # Errors
/// Storage trouble.
pub async fn of_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<Attachment>> {
    tx.all(OF_MESSAGE, params![message]).await
}

const OF_STRETCH: &str = "SELECT attachments.* FROM messages JOIN attachments ON attachments.message_id = messages.id \
     WHERE messages.conversation_id = $1 AND messages.id >= $2 AND messages.id <= $3 ORDER BY attachments.id";
/// The files of a conversation's messages from `first` to `last`, both included.
///
/// # Errors
/// Storage trouble.
pub async fn of_stretch(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    first: MessageId,
    last: MessageId,
) -> Result<Vec<Attachment>> {
    tx.all(OF_STRETCH, params![conversation, first, last]).await
}

const BY_ID: &str = "SELECT id, message_id, account_id, name, content_type, size, blob_key, inline, content_id FROM attachments WHERE id = $1";
/// The file of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<Attachment>> {
    tx.optional(BY_ID, params![id]).await
}

const NAME_BLOB: &str = "SELECT id FROM attachments WHERE blob_key = $1 LIMIT 1";
/// Whether a message has that file.
///
/// # Errors
/// Storage trouble.
pub async fn name_blob(tx: &mut Tx<'_>, key: &str) -> Result<bool> {
    Ok(tx.optional_column::<AttachmentId>(NAME_BLOB, params![key], "id").await?.is_some())
}

const FORGET_OF: &str = "DELETE FROM attachments WHERE message_id = $1";
/// Takes a message's files away; their bytes go when nothing names them any more.
///
/// # Errors
/// Storage trouble.
pub async fn forget_of(tx: &mut Tx<'_>, message: MessageId) -> Result<()> {
    tx.execute(FORGET_OF, params![message]).await.map(|_| ())
}
