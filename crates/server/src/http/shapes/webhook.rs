//! Webhooks, as administrators see them.

use desk::{House, edit_webhook::secret};
use model::{Timestamp, inbox::Inbox, webhook::Webhook as Row};
use serde::Serialize;
use utoipa::ToSchema;

/// A webhook with the secret that signs its posts.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Webhook {
    /// Row id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Where the posts go.
    pub url: String,
    /// Of whose affairs.
    pub account_id: i64,
    /// What is told.
    pub subscriptions: Vec<&'static str>,
    /// `X-Chatwoot-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of `<X-Chatwoot-Timestamp>.<body>` with this key.
    pub secret: String,
    /// Of that inbox's affairs alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<WebhookInbox>,
    /// When a post was last taken; epoch seconds.
    pub last_sent_at: Option<i64>,
    /// When one last failed; epoch seconds.
    pub last_error_at: Option<i64>,
    /// Why, in words.
    pub last_error: Option<String>,
}

/// The inbox of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookInbox {
    /// Row id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `Channel::WebWidget`, `Channel::Api`, …
    pub channel_type: String,
}

impl Webhook {
    /// The webhook, of that inbox where it is of one.
    #[must_use]
    pub fn of(webhook: &Row, inbox: Option<&Inbox>, house: &House) -> Self {
        let seconds = |time: Option<Timestamp>| time.map(Timestamp::as_second);
        Self {
            id: webhook.id.0,
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            account_id: webhook.account_id.0,
            subscriptions: webhook.subscriptions.iter().map(|subscription| subscription.as_str()).collect(),
            secret: secret(house, webhook),
            inbox: inbox.map(|inbox| WebhookInbox {
                id: inbox.id.0,
                name: inbox.name.clone(),
                channel_type: inbox.channel.class(),
            }),
            last_sent_at: seconds(webhook.sent_at),
            last_error_at: seconds(webhook.failed_at),
            last_error: webhook.failure.clone(),
        }
    }
}
