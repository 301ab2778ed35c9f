//! Inboxes. A channel's own settings are JSON, found by the key outside callers know it by.

use crate::{Error, FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    ids::{AccountId, InboxId},
    inbox::{Channel, Inbox, Settings},
};

pub(crate) const STATEMENTS: &[&str] = &[BY_ID, LOCK, BY_OUTSIDE_KEY, OF_ACCOUNT, INSERT, UPDATE];

impl FromRow for Inbox {
    fn from_row(row: &Row) -> Result<Self> {
        let channel = serde_json::from_value(row.get("channel")?);
        let settings = serde_json::from_value(row.get("settings")?);
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            name: row.get("name")?,
            channel: channel.map_err(|_| Error::Column { column: "channel".into(), expected: "a channel" })?,
            settings: settings.unwrap_or_default(),
            created_at: row.get("created_at")?,
        })
    }
}

const BY_ID: &str = "SELECT id, account_id, name, channel, settings, created_at FROM inboxes WHERE id = $1";
/// The inbox of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Inbox>> {
    tx.optional(BY_ID, params![id]).await
}

const LOCK: &str =
    "UPDATE inboxes SET name = name WHERE id = $1 RETURNING id, account_id, name, channel, settings, created_at";
/// The inbox of that id, locked for the rest of the transaction.
///
/// # Errors
/// Storage trouble.
pub async fn lock(tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Inbox>> {
    tx.optional(LOCK, params![id]).await
}

const BY_OUTSIDE_KEY: &str =
    "SELECT id, account_id, name, channel, settings, created_at FROM inboxes WHERE outside_key = $1";
/// The website inbox with that token.
///
/// # Errors
/// Storage trouble.
pub async fn by_website_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<Inbox>> {
    tx.optional(BY_OUTSIDE_KEY, params![format!("website:{token}")]).await
}

const OF_ACCOUNT: &str =
    "SELECT id, account_id, name, channel, settings, created_at FROM inboxes WHERE account_id = $1 ORDER BY id";
/// The inboxes of an account, oldest first.
///
/// # Errors
/// Storage trouble.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Inbox>> {
    tx.all(OF_ACCOUNT, params![account]).await
}

const INSERT: &str = "INSERT INTO inboxes (account_id, name, outside_key, channel, settings, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
/// Makes an inbox.
///
/// # Errors
/// Storage trouble, also where the channel's outside key is taken.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
    channel: &Channel,
    settings: &Settings,
    now: Timestamp,
) -> Result<InboxId> {
    tx.column(INSERT, params![account, name, outside_key(channel), text(channel)?, text(settings)?, now], "id").await
}

const UPDATE: &str = "UPDATE inboxes SET name = $2, outside_key = $3, channel = $4, settings = $5 WHERE id = $1";
/// Keeps an inbox's settings.
///
/// # Errors
/// Storage trouble.
pub async fn update(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<()> {
    let values =
        params![inbox.id, &inbox.name, outside_key(&inbox.channel), text(&inbox.channel)?, text(&inbox.settings)?];
    tx.execute(UPDATE, values).await.map(|_| ())
}

/// What outside callers name the inbox by.
fn outside_key(channel: &Channel) -> String {
    match channel {
        Channel::WebWidget(widget) => format!("website:{}", widget.website_token),
    }
}

fn text(settings: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(settings).map_err(|_| Error::Unit("settings are not JSON"))
}
