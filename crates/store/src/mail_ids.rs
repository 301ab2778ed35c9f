//! Every Message-ID known in a conversation, ours and theirs, in the order of the thread: what In-Reply-To and
//! References of the next mail name, and what an answer without a reply address is found by. Ids stand without brackets.

use crate::{
    FromRow, Result, Row, Tx,
    driver::differing::{MAIL_IDS_AMONG, RECORD_MAIL_ID},
    params,
    tx::Rows,
};
use model::{
    Json, Timestamp,
    ids::{AccountId, ConversationId, MessageId},
};
use std::collections::BTreeSet;

pub(crate) const STATEMENTS: &[&str] = &[BY_HEADER, THREAD, LATEST_PARTY, GIVE];

/// A Message-ID in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct MailId {
    /// The conversation's account.
    pub account_id: AccountId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The id, without brackets.
    pub header: String,
    /// Of incoming mail a hash of its decoded text with blanks folded; empty for ours.
    pub text_hash: String,
    /// Whether we sent it.
    pub outgoing: bool,
    /// Who sent it to us or got it from us: an address in lower case.
    pub party: String,
    /// The message it carried; of several the last.
    pub message_id: Option<MessageId>,
    /// When it came or was rendered.
    pub at: Timestamp,
}

impl FromRow for MailId {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            account_id: row.get("account_id")?,
            conversation_id: row.get("conversation_id")?,
            header: row.get("message_id_header")?,
            text_hash: row.get("text_hash")?,
            outgoing: row.get("outgoing")?,
            party: row.get("party")?,
            message_id: row.get("message_id")?,
            at: row.get("at")?,
        })
    }
}

/// Notes a Message-ID; once more changes nothing.
///
/// # Errors
/// Storage trouble.
pub async fn record(tx: &mut Tx<'_>, new: &MailId) -> Result<()> {
    let values = params![
        new.account_id,
        new.conversation_id,
        &new.header,
        &new.text_hash,
        new.outgoing,
        new.party.trim().to_lowercase(),
        new.message_id,
        new.at
    ];
    tx.gather(&RECORD_MAIL_ID, Rows::Every, values).await
}

const BY_HEADER: &str = "SELECT account_id, conversation_id, message_id_header, text_hash, outgoing, party, message_id, at FROM mail_ids \
     WHERE message_id_header = $1 ORDER BY id LIMIT 20";
/// Where that Message-ID is known, in any account; at most 20 places.
///
/// # Errors
/// Storage trouble.
pub async fn by_header(tx: &mut Tx<'_>, header: &str) -> Result<Vec<MailId>> {
    tx.all(BY_HEADER, params![header]).await
}

/// What is known of those Message-IDs, in any conversation.
///
/// # Errors
/// Storage trouble.
pub async fn among(tx: &mut Tx<'_>, headers: &BTreeSet<String>) -> Result<Vec<MailId>> {
    let sql = MAIL_IDS_AMONG.for_(tx);
    tx.all(sql, params![&headers.iter().cloned().collect::<Json>()]).await
}

const THREAD: &str = "SELECT account_id, conversation_id, message_id_header, text_hash, outgoing, party, message_id, at FROM mail_ids \
     WHERE conversation_id = $1 AND party = $2 ORDER BY id DESC LIMIT $3";
/// The latest `limit` mails that the party at `address` (any case) sent or got in the conversation, oldest first; the
/// last is what the next mail to them answers.
///
/// # Errors
/// Storage trouble.
pub async fn thread(tx: &mut Tx<'_>, conversation: ConversationId, address: &str, limit: i64) -> Result<Vec<MailId>> {
    let mut ids: Vec<MailId> = tx.all(THREAD, params![conversation, address.trim().to_lowercase(), limit]).await?;
    ids.reverse();
    Ok(ids)
}

const GIVE: &str = "UPDATE mail_ids SET conversation_id = $2 WHERE message_id = $1";
/// Moves what is known of a message's mail to another conversation.
///
/// # Errors
/// Storage trouble.
pub async fn give(tx: &mut Tx<'_>, message: MessageId, to: ConversationId) -> Result<()> {
    tx.execute(GIVE, params![message, to]).await.map(|_| ())
}

const LATEST_PARTY: &str = "SELECT party FROM mail_ids WHERE conversation_id = $1 ORDER BY id DESC LIMIT 1";
/// Who sent or got the conversation's latest mail.
///
/// # Errors
/// Storage trouble.
pub async fn latest_party(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Option<String>> {
    tx.optional_column(LATEST_PARTY, params![conversation], "party").await
}
