//! Secrets that lead into a conversation: reply and bounce addresses, agents' own reply addresses, tokens of imported
//! systems, and link-backs (those by hash). A revoked token stays known, so that a mail to it can be explained.

use crate::{FromRow, Result, Row, Tx, driver::differing::TOKENS_AMONG, params};
use model::{
    Json, Timestamp,
    conversation::Conversation,
    ids::{AccountId, ContactId, ConversationId, MailId, UserId},
};
use std::collections::BTreeSet;

pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, INSERT_REPLY, LIVE_REPLY, BY_TOKEN, OF_CONVERSATION, REVOKE, REVOKE_ADDRESS];

model::named! {
    /// What a token is for.
    pub enum TokenKind {
        /// `reply+TOKEN@D`: answers of the person at one address; one live token per conversation and address.
        Reply = "reply",
        /// `bounce+TOKEN@D`: reports on one mail.
        Bounce = "bounce",
        /// `reply+TOKEN@D` given to an agent.
        Agent = "agent",
        /// From another system: it routes, but proves nothing.
        Imported = "imported",
        /// The SHA-256 of a link-back's secret.
        Link = "link",
    }
}

/// A token and what it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// 32 lower-case hexadecimal digits; of a link-back the SHA-256.
    pub token: String,
    /// What it is for.
    pub kind: TokenKind,
    /// The conversation's account.
    pub account_id: AccountId,
    /// Where it leads.
    pub conversation_id: ConversationId,
    /// The contact it was given to, if a contact.
    pub contact_id: Option<ContactId>,
    /// The user it was given to, if a user.
    pub user_id: Option<UserId>,
    /// The mail whose reports it catches.
    pub mail_id: Option<MailId>,
    /// The address it was given to, lower case; empty where unknown.
    pub address: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// Whether it is good at that time.
    #[must_use]
    pub fn live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// A token for that conversation, given to nobody yet.
    #[must_use]
    pub fn new(token: &str, kind: TokenKind, conversation: &Conversation, address: &str, now: Timestamp) -> Self {
        Self {
            token: token.to_owned(),
            kind,
            account_id: conversation.account_id,
            conversation_id: conversation.id,
            contact_id: None,
            user_id: None,
            mail_id: None,
            address: address.trim().to_lowercase(),
            created_at: now,
            expires_at: None,
            revoked_at: None,
        }
    }
}

impl FromRow for Token {
    fn from_row(row: &Row) -> Result<Self> {
        let kind: String = row.get("kind")?;
        let unknown = || crate::Error::Column { column: "kind".into(), expected: "a kind of token" };
        Ok(Self {
            token: row.get("token")?,
            kind: TokenKind::parse(&kind).ok_or_else(unknown)?,
            account_id: row.get("account_id")?,
            conversation_id: row.get("conversation_id")?,
            contact_id: row.get("contact_id")?,
            user_id: row.get("user_id")?,
            mail_id: row.get("mail_id")?,
            address: row.get("address")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

const INSERT: &str = "INSERT INTO tokens (token, kind, account_id, conversation_id, contact_id, user_id, mail_id, address, created_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (token) DO NOTHING";
/// Keeps a token of any kind but `reply`, for which there is [`reply_for`].
///
/// # Errors
/// Storage trouble.
pub async fn insert(tx: &mut Tx<'_>, new: &Token) -> Result<()> {
    let values = params![
        &new.token,
        new.kind.as_str(),
        new.account_id,
        new.conversation_id,
        new.contact_id,
        new.user_id,
        new.mail_id,
        &new.address,
        new.created_at,
        new.expires_at
    ];
    tx.execute(INSERT, values).await.map(|_| ())
}

const INSERT_REPLY: &str = "INSERT INTO tokens (token, kind, account_id, conversation_id, contact_id, address, created_at) \
     VALUES ($1, 'reply', $2, $3, $4, $5, $6) \
     ON CONFLICT (conversation_id, address) WHERE kind = 'reply' AND revoked_at IS NULL DO NOTHING";
const LIVE_REPLY: &str =
    "SELECT token FROM tokens WHERE conversation_id = $1 AND address = $2 AND kind = 'reply' AND revoked_at IS NULL";
/// The live reply token of the conversation for `address` (any case); `fresh`, 32 random hexadecimal digits, becomes it
/// where there is none. `contact` is whose address it is, if a contact's.
///
/// # Errors
/// Storage trouble.
pub async fn reply_for(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    contact: Option<ContactId>,
    address: &str,
    fresh: &str,
    now: Timestamp,
) -> Result<String> {
    let address = address.trim().to_lowercase();
    let values = params![fresh, conversation.account_id, conversation.id, contact, &address, now];
    tx.execute(INSERT_REPLY, values).await?;
    tx.column(LIVE_REPLY, params![conversation.id, &address], "token").await
}

/// The live reply token of the conversation for `address` (any case), if one was given.
///
/// # Errors
/// Storage trouble.
pub async fn live_reply(tx: &mut Tx<'_>, conversation: ConversationId, address: &str) -> Result<Option<String>> {
    tx.optional_column(LIVE_REPLY, params![conversation, address.trim().to_lowercase()], "token").await
}

const BY_TOKEN: &str = "SELECT token, kind, account_id, conversation_id, contact_id, user_id, mail_id, address, created_at, expires_at, revoked_at \
     FROM tokens WHERE token = $1";
/// The token with those digits, live or not.
///
/// # Errors
/// Storage trouble.
pub async fn by_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<Token>> {
    tx.optional(BY_TOKEN, params![token]).await
}

/// The tokens with those digits, live or not.
///
/// # Errors
/// Storage trouble.
pub async fn among(tx: &mut Tx<'_>, digits: &BTreeSet<String>) -> Result<Vec<Token>> {
    let sql = TOKENS_AMONG.for_(tx);
    tx.all(sql, params![&digits.iter().cloned().collect::<Json>()]).await
}

const OF_CONVERSATION: &str = "SELECT token, kind, account_id, conversation_id, contact_id, user_id, mail_id, address, created_at, expires_at, revoked_at \
     FROM tokens WHERE conversation_id = $1 AND kind IN ('reply', 'agent', 'imported') ORDER BY created_at, token";
/// Who was given a reply address in the conversation, revoked ones too.
///
/// # Errors
/// Storage trouble.
pub async fn of_conversation(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Vec<Token>> {
    tx.all(OF_CONVERSATION, params![conversation]).await
}

const REVOKE: &str = "UPDATE tokens SET revoked_at = $2 WHERE token = $1 AND revoked_at IS NULL";
/// Makes one token worthless.
///
/// # Errors
/// Storage trouble.
pub async fn revoke(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<()> {
    tx.execute(REVOKE, params![token, now]).await.map(|_| ())
}

const REVOKE_ADDRESS: &str = "UPDATE tokens SET revoked_at = $3 WHERE conversation_id = $1 AND address = $2 AND kind IN ('reply', 'agent', 'link') \
     AND revoked_at IS NULL";
/// Makes what `address` (any case) was given in the conversation worthless: its reply token and its link-backs.
///
/// # Errors
/// Storage trouble.
pub async fn revoke_address(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    address: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(REVOKE_ADDRESS, params![conversation, address.trim().to_lowercase(), now]).await.map(|_| ())
}
