//! Outgoing mails: rendered once, for one recipient; the bytes never change.

use crate::{FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    ids::{AccountId, ConversationId, MailId},
};

pub(crate) const STATEMENTS: &[&str] = &[INSERT, BY_ID, BYTES, SANDBOXED, COUNT_TO, OLDEST_TO, WITH_BYTES, ERASE];

/// An outgoing mail without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Row id.
    pub id: MailId,
    /// Whose.
    pub account_id: AccountId,
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// Message-ID without brackets.
    pub message_id_header: String,
    /// The envelope's sender.
    pub envelope_from: String,
    /// The envelope's only recipient.
    pub envelope_to: String,
    /// `From`, decoded.
    pub header_from: String,
    /// `Reply-To`, decoded.
    pub reply_to: Option<String>,
    /// Subject, decoded.
    pub subject: String,
    /// Kept, never sent.
    pub sandboxed: bool,
    /// When it was rendered.
    pub created_at: Timestamp,
}

impl FromRow for OutgoingMail {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            conversation_id: row.get("conversation_id")?,
            message_id_header: row.get("message_id_header")?,
            envelope_from: row.get("envelope_from")?,
            envelope_to: row.get("envelope_to")?,
            header_from: row.get("header_from")?,
            reply_to: row.get("reply_to")?,
            subject: row.get("subject")?,
            sandboxed: row.get("sandboxed")?,
            created_at: row.get("created_at")?,
        })
    }
}

const INSERT: &str = "INSERT INTO mails (account_id, conversation_id, message_id_header, envelope_from, envelope_to, header_from, reply_to, \
     subject, raw, sandboxed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
/// Keeps a rendered mail; `mail.id` is ignored. Its number.
///
/// # Errors
/// Storage trouble.
pub async fn insert(tx: &mut Tx<'_>, mail: &OutgoingMail, raw: &[u8]) -> Result<MailId> {
    let values = params![
        mail.account_id,
        mail.conversation_id,
        &mail.message_id_header,
        &mail.envelope_from,
        &mail.envelope_to,
        &mail.header_from,
        mail.reply_to.as_deref(),
        &mail.subject,
        raw,
        mail.sandboxed,
        mail.created_at
    ];
    tx.column(INSERT, values, "id").await
}

const BY_ID: &str = "SELECT id, account_id, conversation_id, message_id_header, envelope_from, envelope_to, header_from, reply_to, subject, \
     sandboxed, created_at FROM mails WHERE id = $1";
/// The mail of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: MailId) -> Result<Option<OutgoingMail>> {
    tx.optional(BY_ID, params![id]).await
}

const BYTES: &str = "SELECT raw FROM mails WHERE id = $1 AND erased_at IS NULL";
/// The mail's bytes, as they were rendered; `None` once they are erased.
///
/// # Errors
/// Storage trouble.
pub async fn bytes(tx: &mut Tx<'_>, id: MailId) -> Result<Option<Vec<u8>>> {
    tx.optional_column(BYTES, params![id], "raw").await
}

const SANDBOXED: &str = "SELECT id, account_id, conversation_id, message_id_header, envelope_from, envelope_to, header_from, reply_to, subject, \
     sandboxed, created_at FROM mails WHERE account_id = $1 AND sandboxed = TRUE AND id < $2 ORDER BY id DESC LIMIT 100";
/// The account's latest 100 mails in the sandbox before `before`, newest first.
///
/// # Errors
/// Storage trouble.
pub async fn sandboxed(tx: &mut Tx<'_>, account: AccountId, before: Option<MailId>) -> Result<Vec<OutgoingMail>> {
    tx.all(SANDBOXED, params![account, before.unwrap_or(MailId(i64::MAX))]).await
}

const COUNT_TO: &str = "SELECT COUNT(*) AS count FROM mails WHERE envelope_to = $1 AND created_at > $2";
const OLDEST_TO: &str = "SELECT MIN(created_at) AS created_at FROM mails WHERE envelope_to = $1 AND created_at > $2";
/// How many mails went to an address since `since`, from any account, and when the first of them was rendered.
///
/// # Errors
/// Storage trouble.
pub async fn count_to(tx: &mut Tx<'_>, address: &str, since: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    let count = tx.column(COUNT_TO, params![address, since], "count").await?;
    let oldest = tx.column(OLDEST_TO, params![address, since], "created_at").await?;
    Ok((count, oldest))
}

/// An outgoing mail whose bytes are there, as the retention looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub id: MailId,
    /// When it was rendered.
    pub created_at: Timestamp,
    /// Whether it is still to be sent.
    pub waits: bool,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, created_at: row.get("created_at")?, waits: row.get("waits")? })
    }
}

const WITH_BYTES: &str = "SELECT id, created_at, EXISTS (SELECT 1 FROM deliveries WHERE deliveries.mail_id = mails.id \
     AND deliveries.state IN ('queued', 'deferred')) AS waits FROM mails WHERE erased_at IS NULL AND id > $1 ORDER BY id LIMIT $2";
/// The mails after `after` whose bytes are there, the oldest first.
///
/// # Errors
/// Storage trouble.
pub async fn with_bytes(tx: &mut Tx<'_>, after: MailId, limit: i64) -> Result<Vec<Kept>> {
    tx.all(WITH_BYTES, params![after, limit]).await
}

const ERASE: &str = "UPDATE mails SET raw = $3, erased_at = $2 WHERE id = $1 AND erased_at IS NULL";
/// Erases the bytes of a mail; what threads and delivery reports need of it stays.
///
/// # Errors
/// Storage trouble.
pub async fn erase(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<()> {
    tx.erases();
    tx.execute(ERASE, params![id, now, Vec::<u8>::new()]).await.map(|_| ())
}
