//! Erasing a conversation, or a person, for good: what belongs to it, a few rows at a time, so that nobody waits for it.

use crate::{Result, Row, Tx, params};
use model::{
    Timestamp,
    ids::{AccountId, ContactId, ConversationId, InboundMailId, MailId, MessageId},
};

pub(crate) const STATEMENTS: &[&str] = &[
    INBOUND_OF,
    FORGET_CONCLUSION,
    STILL_IN,
    MESSAGES_OF,
    FILES_OF,
    DELETE_MESSAGE,
    MAILS_OF,
    DELETE_MAIL,
    DELETE_TOKENS,
    DELETE_MAIL_IDS,
    DELETE_CONVERSATION,
    WRITTEN_BY,
    LATEST_MESSAGE,
    CONVERSATIONS_OF,
    FORGET_TOKENS_OF,
    FORGET_PARTY,
    FORGET_PRESENCES,
    DELETE_CONTACT,
    OF_MESSAGE,
];

fn column<T: crate::FromValue>(rows: &[Row], name: &str) -> Result<Vec<T>> {
    rows.iter().map(|row| row.get(name)).collect()
}

const INBOUND_OF: &str =
    "SELECT inbound_mail_id FROM inbound_conclusions WHERE conversation_id = $1 ORDER BY inbound_mail_id LIMIT $2";
/// Incoming mails that have a place in the conversation.
///
/// # Errors
/// Storage trouble.
pub async fn inbound_of(tx: &mut Tx<'_>, conversation: ConversationId, limit: i64) -> Result<Vec<InboundMailId>> {
    column(&tx.rows(INBOUND_OF, params![conversation, limit]).await?, "inbound_mail_id")
}

const FORGET_CONCLUSION: &str = "DELETE FROM inbound_conclusions WHERE inbound_mail_id = $1 AND conversation_id = $2";
/// Takes an incoming mail's place in the conversation away.
///
/// # Errors
/// Storage trouble.
pub async fn forget_conclusion(tx: &mut Tx<'_>, mail: InboundMailId, conversation: ConversationId) -> Result<()> {
    tx.execute(FORGET_CONCLUSION, params![mail, conversation]).await.map(|_| ())
}

const STILL_IN: &str = "SELECT inbound_conclusions.conversation_id AS id FROM inbound_conclusions \
     JOIN conversations ON conversations.id = inbound_conclusions.conversation_id \
     WHERE inbound_conclusions.inbound_mail_id = $1 AND conversations.account_id = $2 LIMIT 1";
/// Whether an incoming mail has a place in any conversation of the account.
///
/// # Errors
/// Storage trouble.
pub async fn still_in(tx: &mut Tx<'_>, mail: InboundMailId, account: AccountId) -> Result<bool> {
    Ok(tx.optional_column::<ConversationId>(STILL_IN, params![mail, account], "id").await?.is_some())
}

const MESSAGES_OF: &str = "SELECT id FROM messages WHERE conversation_id = $1 ORDER BY id LIMIT $2";
/// The first messages of the conversation.
///
/// # Errors
/// Storage trouble.
pub async fn messages_of(tx: &mut Tx<'_>, conversation: ConversationId, limit: i64) -> Result<Vec<MessageId>> {
    column(&tx.rows(MESSAGES_OF, params![conversation, limit]).await?, "id")
}

const FILES_OF: &str = "SELECT blob_key FROM attachments WHERE message_id = $1";
const DELETE_MESSAGE: &str = "DELETE FROM messages WHERE id = $1";
/// Deletes a message with its deliveries and attachments; the keys of their files, which are the caller's to remove
/// after the commit.
///
/// # Errors
/// Storage trouble.
pub async fn delete_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<String>> {
    tx.erases();
    let files = column(&tx.rows(FILES_OF, params![message]).await?, "blob_key")?;
    tx.execute(DELETE_MESSAGE, params![message]).await?;
    Ok(files)
}

const MAILS_OF: &str = "SELECT id FROM mails WHERE conversation_id = $1 ORDER BY id LIMIT $2";
/// The first outgoing mails of the conversation.
///
/// # Errors
/// Storage trouble.
pub async fn mails_of(tx: &mut Tx<'_>, conversation: ConversationId, limit: i64) -> Result<Vec<MailId>> {
    column(&tx.rows(MAILS_OF, params![conversation, limit]).await?, "id")
}

const DELETE_MAIL: &str = "DELETE FROM mails WHERE id = $1";
/// Deletes an outgoing mail.
///
/// # Errors
/// Storage trouble.
pub async fn delete_mail(tx: &mut Tx<'_>, mail: MailId) -> Result<()> {
    tx.erases();
    tx.execute(DELETE_MAIL, params![mail]).await.map(|_| ())
}

const DELETE_TOKENS: &str =
    "DELETE FROM tokens WHERE token IN (SELECT token FROM tokens WHERE conversation_id = $1 LIMIT $2)";
const DELETE_MAIL_IDS: &str =
    "DELETE FROM mail_ids WHERE id IN (SELECT id FROM mail_ids WHERE conversation_id = $1 LIMIT $2)";
/// Deletes some of what leads into the conversation: addresses, links, known Message-IDs. How many.
///
/// # Errors
/// Storage trouble.
pub async fn delete_ways_in(tx: &mut Tx<'_>, conversation: ConversationId, limit: i64) -> Result<u64> {
    let tokens = tx.execute(DELETE_TOKENS, params![conversation, limit]).await?;
    Ok(tokens + tx.execute(DELETE_MAIL_IDS, params![conversation, limit]).await?)
}

const DELETE_CONVERSATION: &str = "DELETE FROM conversations WHERE id = $1";
/// Deletes the conversation with whatever it still has.
///
/// # Errors
/// Storage trouble.
pub async fn delete_conversation(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<()> {
    tx.erases();
    tx.execute(DELETE_CONVERSATION, params![conversation]).await.map(|_| ())
}

const LATEST_MESSAGE: &str = "SELECT COALESCE(MAX(id), 0) AS id FROM messages";
/// The latest message of all.
///
/// # Errors
/// Storage trouble.
pub async fn latest_message(tx: &mut Tx<'_>) -> Result<MessageId> {
    tx.column(LATEST_MESSAGE, params![], "id").await
}

const WRITTEN_BY: &str = "SELECT id, conversation_id FROM messages WHERE id > $1 AND id <= $2 AND account_id = $3 \
     AND sender_type = 'contact' AND sender_id = $4 ORDER BY id";
/// The contact's messages after `after`, up to `last`, each with its conversation.
///
/// # Errors
/// Storage trouble.
pub async fn written_by(
    tx: &mut Tx<'_>,
    (account, contact): (AccountId, ContactId),
    (after, last): (MessageId, MessageId),
) -> Result<Vec<(MessageId, ConversationId)>> {
    let rows = tx.rows(WRITTEN_BY, params![after, last, account, contact]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("conversation_id")?))).collect()
}

const CONVERSATIONS_OF: &str = "SELECT id FROM conversations WHERE contact_id = $1 ORDER BY id LIMIT $2";
/// The contact's first conversations.
///
/// # Errors
/// Storage trouble.
pub async fn conversations_of(tx: &mut Tx<'_>, contact: ContactId, limit: i64) -> Result<Vec<ConversationId>> {
    column(&tx.rows(CONVERSATIONS_OF, params![contact, limit]).await?, "id")
}

const OF_MESSAGE: &str = "SELECT inbound_mail_id FROM inbound_conclusions WHERE message_id = $1";
/// The incoming mails that became the message, or came once more.
///
/// # Errors
/// Storage trouble.
pub async fn inbound_of_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<InboundMailId>> {
    column(&tx.rows(OF_MESSAGE, params![message]).await?, "inbound_mail_id")
}

const FORGET_TOKENS_OF: &str = "DELETE FROM tokens WHERE conversation_id = $1 AND (contact_id = $2 OR address = $3)";
const FORGET_PARTY: &str = "DELETE FROM mail_ids WHERE conversation_id = $1 AND party = $2";
/// Takes the person's ways into somebody else's conversation away.
///
/// # Errors
/// Storage trouble.
pub async fn forget_participant(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    contact: ContactId,
    addresses: &[String],
) -> Result<()> {
    for address in addresses.iter().map(String::as_str).chain(addresses.is_empty().then_some("-")) {
        tx.execute(FORGET_TOKENS_OF, params![conversation, contact, address]).await?;
        tx.execute(FORGET_PARTY, params![conversation, address]).await?;
    }
    Ok(())
}

const FORGET_PRESENCES: &str =
    "DELETE FROM presences WHERE contact_inbox_id IN (SELECT id FROM contact_inboxes WHERE contact_id = $1)";
const DELETE_CONTACT: &str = "DELETE FROM contacts WHERE id = $1 AND account_id = $2";
/// Deletes the contact with their sessions.
///
/// # Errors
/// Storage trouble.
pub async fn delete_contact(tx: &mut Tx<'_>, account: AccountId, contact: ContactId) -> Result<()> {
    tx.erases();
    tx.execute(FORGET_PRESENCES, params![contact]).await?;
    tx.execute(DELETE_CONTACT, params![contact, account]).await.map(|_| ())
}

/// Takes an incoming mail out of the account's log, with everything that it said. Of a mail to several accounts the
/// others keep their share. The key of its file, if that is the caller's to remove after the commit.
///
/// # Errors
/// Storage trouble.
pub async fn erase_inbound(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: InboundMailId,
    reason: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    let shares = crate::inbound_shares::of_mail(tx, id).await?;
    if shares.iter().any(|share| share.account_id != account) {
        crate::inbound_shares::leave(tx, id, account).await?;
        return Ok(None);
    }
    let key = match crate::inbound_mails::raw(tx, id).await? {
        Some(crate::inbound_mails::Raw::Blob(key)) => Some(key),
        _ => None,
    };
    crate::inbound_shares::leave(tx, id, account).await?;
    crate::inbound_hosts::forget(tx, id).await?;
    crate::inbound_mails::scrub(tx, id, reason, now).await?;
    Ok(key)
}
