//! Making, changing and removing the webhooks of an account.

use crate::{
    Desk, House, Outcome, Problem,
    sealing::{self, Purpose},
};
use model::{
    ids::{AccountId, InboxId, WebhookId},
    webhook::{Subscription, Webhook},
};
use store::{
    Tx, inboxes,
    webhooks::{self, NewWebhook},
};

/// The most webhooks of one account.
const MOST: usize = 100;

/// What is to be; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// What it is for.
    pub name: Option<String>,
    /// Where the posts go.
    pub url: Option<String>,
    /// What is told, by name.
    pub subscriptions: Option<Vec<String>>,
    /// Of that inbox's affairs alone; `Some(None)` of all.
    pub inbox_id: Option<Option<InboxId>>,
}

/// Makes a webhook with a fresh secret.
///
/// # Errors
/// The address is missing, is none, or has one already; an event or the inbox is unknown.
pub async fn create_webhook(desk: &Desk, account: AccountId, asked: WebhookChange) -> Outcome<Webhook> {
    let now = desk.now();
    let secret = sealing::seal(&desk.house.secret, &*desk.random, Purpose::Webhook, &desk.random.hex_128());
    let new = NewWebhook {
        account_id: account,
        inbox_id: asked.inbox_id.flatten(),
        name: name(asked.name.as_deref().unwrap_or_default())?,
        url: address(asked.url.as_deref().unwrap_or_default())?,
        subscriptions: subscriptions(asked.subscriptions.as_deref().unwrap_or_default())?,
        secret,
    };
    desk.db
        .write(async move |tx| {
            check_inbox(tx, account, new.inbox_id).await?;
            check_free(tx, account, &new.url, None).await?;
            if webhooks::of_account(tx, account).await?.len() >= MOST {
                return Err(Problem::Invalid(format!("url: an account has at most {MOST} webhooks")));
            }
            Ok(webhooks::insert(tx, &new, now).await?)
        })
        .await
}

/// Changes a webhook of the account.
///
/// # Errors
/// There is no such webhook; otherwise as [`create_webhook`].
pub async fn update_webhook(desk: &Desk, account: AccountId, id: WebhookId, change: WebhookChange) -> Outcome<Webhook> {
    let named = change.name.as_deref().map(name).transpose()?;
    let url = change.url.as_deref().map(address).transpose()?;
    let asked = change.subscriptions.as_deref().map(subscriptions).transpose()?;
    desk.db
        .write(async move |tx| {
            let mut webhook = webhooks::by_id(tx, account, id).await?.ok_or(Problem::NotFound("webhook"))?;
            webhook.name = named.clone().unwrap_or(webhook.name);
            webhook.url = url.clone().unwrap_or(webhook.url);
            webhook.subscriptions = asked.clone().unwrap_or(webhook.subscriptions);
            webhook.inbox_id = change.inbox_id.unwrap_or(webhook.inbox_id);
            check_inbox(tx, account, webhook.inbox_id).await?;
            check_free(tx, account, &webhook.url, Some(id)).await?;
            webhooks::update(tx, &webhook).await?;
            Ok(webhook)
        })
        .await
}

/// Removes a webhook of the account, and the posts that wait for it.
///
/// # Errors
/// There is no such webhook.
pub async fn delete_webhook(desk: &Desk, account: AccountId, id: WebhookId) -> Outcome<()> {
    let deleted = desk.db.write::<_, store::Error, _>(async move |tx| webhooks::delete(tx, account, id).await);
    if deleted.await? { Ok(()) } else { Err(Problem::NotFound("webhook")) }
}

/// What signs the posts to a webhook; empty where it was sealed with another `SECRET_KEY_BASE`.
#[must_use]
pub fn secret(house: &House, webhook: &Webhook) -> String {
    sealing::open(&house.secret, Purpose::Webhook, &webhook.secret).unwrap_or_default()
}

fn name(given: &str) -> Outcome<String> {
    crate::visitor_details::short("name", given)
}

fn address(given: &str) -> Outcome<String> {
    let given = given.trim();
    let good = url::Url::parse(given).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if good && given.len() <= 2048 {
        return Ok(given.to_owned());
    }
    Err(Problem::invalid("url", "must be an http or https address"))
}

fn subscriptions(names: &[String]) -> Outcome<Vec<Subscription>> {
    let mut all = Vec::new();
    for name in names {
        let Some(known) = Subscription::parse(name) else {
            let known: Vec<&str> = Subscription::ALL.iter().map(|known| known.as_str()).collect();
            return Err(Problem::Invalid(format!("subscriptions: `{name}` is none of {}", known.join(", "))));
        };
        if !all.contains(&known) {
            all.push(known);
        }
    }
    if all.is_empty() {
        return Err(Problem::invalid("subscriptions", "must name at least one event"));
    }
    Ok(all)
}

async fn check_inbox(tx: &mut Tx<'_>, account: AccountId, id: Option<InboxId>) -> Outcome<()> {
    let Some(id) = id else { return Ok(()) };
    let found = inboxes::by_id(tx, id).await?.filter(|inbox| inbox.account_id == account);
    found.map(|_| ()).ok_or_else(|| Problem::invalid("inbox_id", "is no inbox of this account"))
}

async fn check_free(tx: &mut Tx<'_>, account: AccountId, url: &str, own: Option<WebhookId>) -> Outcome<()> {
    match webhooks::by_url(tx, account, url).await? {
        Some(other) if Some(other.id) != own => Err(Problem::invalid("url", "has already been taken")),
        _ => Ok(()),
    }
}
