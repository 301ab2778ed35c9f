//! Webhooks of accounts: who is told of what happens.

use crate::{Error, FromRow, Result, Row, Tx, params};
use model::{
    Json, Timestamp,
    ids::{AccountId, InboxId, WebhookId},
    inbox::Sealed,
    webhook::{Subscription, Webhook},
};
use serde_json::json;

pub(crate) const STATEMENTS: &[&str] = &[BY_ID, BY_URL, OF_ACCOUNT, ANY, INSERT, UPDATE, DELETE, SENT, FAILED, HOLDERS];

impl FromRow for Webhook {
    fn from_row(row: &Row) -> Result<Self> {
        let names: Json = row.get("subscriptions")?;
        let names = names.as_array().into_iter().flatten().filter_map(Json::as_str);
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            inbox_id: row.get("inbox_id")?,
            name: row.get("name")?,
            url: row.get("url")?,
            subscriptions: names.filter_map(Subscription::parse).collect(),
            secret: Sealed::new(row.get("secret")?),
            sent_at: row.get("sent_at")?,
            failed_at: row.get("failed_at")?,
            failure: row.get("failure")?,
            created_at: row.get("created_at")?,
        })
    }
}

const BY_ID: &str = "SELECT * FROM webhooks WHERE id = $1 AND account_id = $2";
/// The account's webhook of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, account: AccountId, id: WebhookId) -> Result<Option<Webhook>> {
    tx.optional(BY_ID, params![id, account]).await
}

const BY_URL: &str = "SELECT * FROM webhooks WHERE account_id = $1 AND url = $2";
/// The account's webhook to that address.
///
/// # Errors
/// Storage trouble.
pub async fn by_url(tx: &mut Tx<'_>, account: AccountId, url: &str) -> Result<Option<Webhook>> {
    tx.optional(BY_URL, params![account, url]).await
}

const OF_ACCOUNT: &str = "SELECT * FROM webhooks WHERE account_id = $1 ORDER BY id";
/// The account's webhooks, oldest first.
///
/// # Errors
/// Storage trouble.
pub async fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Webhook>> {
    tx.all(OF_ACCOUNT, params![account]).await
}

const ANY: &str = "SELECT EXISTS (SELECT 1 FROM webhooks) AS found";
const HOLDERS: &str = "SELECT EXISTS (SELECT 1 FROM inboxes WHERE outside_key LIKE 'api:%') AS found";
/// Whether anybody at all is to be told: there is a webhook, or an API inbox.
///
/// # Errors
/// Storage trouble.
pub async fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.column(ANY, params![], "found").await? || tx.column(HOLDERS, params![], "found").await?)
}

/// A webhook to be made.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Of whose affairs.
    pub account_id: AccountId,
    /// Of that inbox's alone.
    pub inbox_id: Option<InboxId>,
    /// What it is for.
    pub name: String,
    /// Where the posts go.
    pub url: String,
    /// What is told.
    pub subscriptions: Vec<Subscription>,
    /// Signs the posts.
    pub secret: Sealed,
}

const INSERT: &str = "INSERT INTO webhooks (account_id, inbox_id, name, url, subscriptions, secret, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *";
/// Makes a webhook.
///
/// # Errors
/// Storage trouble, also where the account has one to that address.
pub async fn insert(tx: &mut Tx<'_>, new: &NewWebhook, now: Timestamp) -> Result<Webhook> {
    let NewWebhook { account_id, inbox_id, name, url, subscriptions, secret } = new;
    let values = params![*account_id, *inbox_id, name, url, &names(subscriptions), secret.text(), now];
    let rows = tx.rows(INSERT, values).await?;
    rows.first().map(Webhook::from_row).ok_or(Error::Unit("no row came back"))?
}

const UPDATE: &str =
    "UPDATE webhooks SET inbox_id = $2, name = $3, url = $4, subscriptions = $5, secret = $6 WHERE id = $1";
/// Keeps what of a webhook can change.
///
/// # Errors
/// Storage trouble, also where the account has another to that address.
pub async fn update(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<()> {
    let Webhook { id, inbox_id, name, url, subscriptions, secret, .. } = webhook;
    tx.execute(UPDATE, params![*id, *inbox_id, name, url, &names(subscriptions), secret.text()]).await.map(|_| ())
}

const DELETE: &str = "DELETE FROM webhooks WHERE id = $1 AND account_id = $2";
/// Removes a webhook with the posts that wait for it; whether there was one.
///
/// # Errors
/// Storage trouble.
pub async fn delete(tx: &mut Tx<'_>, account: AccountId, id: WebhookId) -> Result<bool> {
    Ok(tx.execute(DELETE, params![id, account]).await? > 0)
}

const SENT: &str = "UPDATE webhooks SET sent_at = $2 WHERE id = $1";
/// A post was taken.
///
/// # Errors
/// Storage trouble.
pub async fn sent(tx: &mut Tx<'_>, id: WebhookId, now: Timestamp) -> Result<()> {
    tx.execute(SENT, params![id, now]).await.map(|_| ())
}

const FAILED: &str = "UPDATE webhooks SET failed_at = $2, failure = $3 WHERE id = $1";
/// A post failed.
///
/// # Errors
/// Storage trouble.
pub async fn failed(tx: &mut Tx<'_>, id: WebhookId, words: &str, now: Timestamp) -> Result<()> {
    tx.execute(FAILED, params![id, now, words]).await.map(|_| ())
}

fn names(subscriptions: &[Subscription]) -> Json {
    subscriptions.iter().map(|subscription| json!(subscription.as_str())).collect()
}
