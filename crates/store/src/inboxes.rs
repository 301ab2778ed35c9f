//! Inboxes. A channel's own settings are JSON, found by the key outside callers know it by; the addresses of e-mail
//! inboxes stand in a table of their own, each once.

use crate::{Error, FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    ids::{AccountId, InboxId},
    inbox::{Channel, Inbox, Settings},
};

pub(crate) const STATEMENTS: &[&str] =
    &[BY_ID, LOCK, BY_OUTSIDE_KEY, BY_ADDRESS, ALL_EMAIL, OF_KIND, OF_ACCOUNT, INSERT, UPDATE, LET_GO, TAKE];

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

/// The inbox of that kind of channel which outside callers know by `key`.
///
/// # Errors
/// Storage trouble.
pub async fn by_channel_key(tx: &mut Tx<'_>, kind: &str, key: &str) -> Result<Option<Inbox>> {
    tx.optional(BY_OUTSIDE_KEY, params![format!("{kind}:{key}")]).await
}

const OF_KIND: &str = "SELECT id, account_id, name, channel, settings, created_at FROM inboxes \
     WHERE SUBSTR(outside_key, 1, LENGTH(CAST($1 AS TEXT))) = $1 ORDER BY id";
/// The inboxes of all accounts with that kind of channel. Reads every inbox: for what is asked seldom.
///
/// # Errors
/// Storage trouble.
pub async fn of_kind(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<Inbox>> {
    tx.all(OF_KIND, params![format!("{kind}:")]).await
}

const BY_ADDRESS: &str = "SELECT inboxes.id, account_id, name, channel, settings, created_at FROM inboxes \
     JOIN inbox_addresses ON inbox_addresses.inbox_id = inboxes.id \
     WHERE address IN ($1, $2, $3) ORDER BY LENGTH(address) DESC LIMIT 1";
/// The e-mail inbox, of any account, that mail to `address` is for: by its own address, with or without a `+suffix`, or
/// by the local part of its forwarding address, at whatever domain.
///
/// # Errors
/// Storage trouble.
pub async fn by_address(tx: &mut Tx<'_>, address: &str) -> Result<Option<Inbox>> {
    let address = address.trim().to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return Ok(None) };
    let local = local.split_once('+').map_or(local, |(local, _)| local);
    // The longest is the most exact: an inbox may itself be called `help+eu@…`.
    tx.optional(BY_ADDRESS, params![&address, format!("{local}@{domain}"), local]).await
}

const ALL_EMAIL: &str = "SELECT DISTINCT inboxes.id, account_id, name, channel, settings, created_at FROM inboxes \
     JOIN inbox_addresses ON inbox_addresses.inbox_id = inboxes.id ORDER BY inboxes.id";
/// The e-mail inboxes of all accounts whose mail is fetched from a mailbox.
///
/// # Errors
/// Storage trouble.
pub async fn with_imap(tx: &mut Tx<'_>) -> Result<Vec<Inbox>> {
    let mut all: Vec<Inbox> = tx.all(ALL_EMAIL, params![]).await?;
    all.retain(|inbox| inbox.email().and_then(|email| email.imap.as_ref()).is_some_and(|imap| imap.enabled));
    Ok(all)
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
/// Storage trouble, also where the channel's outside key or its address is taken.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
    channel: &Channel,
    settings: &Settings,
    now: Timestamp,
) -> Result<InboxId> {
    let values = params![account, name, outside_key(channel), text(channel)?, text(settings)?, now];
    let id = tx.column(INSERT, values, "id").await?;
    take_addresses(tx, id, channel).await?;
    Ok(id)
}

const UPDATE: &str = "UPDATE inboxes SET name = $2, outside_key = $3, channel = $4, settings = $5 WHERE id = $1";
/// Keeps an inbox's settings.
///
/// # Errors
/// Storage trouble, also where its address is taken.
pub async fn update(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<()> {
    let values =
        params![inbox.id, &inbox.name, outside_key(&inbox.channel), text(&inbox.channel)?, text(&inbox.settings)?];
    tx.execute(UPDATE, values).await?;
    take_addresses(tx, inbox.id, &inbox.channel).await
}

const LET_GO: &str = "DELETE FROM inbox_addresses WHERE inbox_id = $1 AND address NOT IN ($2, $3)";
const TAKE: &str = "INSERT INTO inbox_addresses (address, inbox_id) VALUES ($1, $2) \
     ON CONFLICT (address) DO UPDATE SET address = excluded.address WHERE inbox_addresses.inbox_id = excluded.inbox_id";

/// Lets mail to the channel's addresses find the inbox, and to no others any more.
async fn take_addresses(tx: &mut Tx<'_>, inbox: InboxId, channel: &Channel) -> Result<()> {
    let Channel::Email(email) = channel else { return Ok(()) };
    tx.execute(LET_GO, params![inbox, &email.address, &email.forward_to]).await?;
    for address in [&email.address, &email.forward_to] {
        if tx.execute(TAKE, params![address, inbox]).await? == 0 {
            // Someone else took it at the same time; asked again, the caller sees whose it is.
            return Err(Error::Conflict(format!("{address} belongs to another inbox")));
        }
    }
    Ok(())
}

/// What outside callers name the inbox by.
fn outside_key(channel: &Channel) -> String {
    match channel {
        Channel::WebWidget(widget) => format!("website:{}", widget.website_token),
        Channel::Email(email) => format!("email:{}", email.forward_to),
        Channel::Messaging(messaging) => format!("{}:{}", messaging.of, messaging.key),
    }
}

fn text(settings: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(settings).map_err(|_| Error::Unit("settings are not JSON"))
}
