//! The account's webhooks: who is told of what happens (reference §4.4). For administrators alone.

use crate::{
    app::App,
    http::{
        auth::Administrator,
        body::{Body, InPath, given, read},
        problem::Refusal,
        shapes::webhook::Webhook,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use desk::edit_webhook::{WebhookChange, create_webhook, delete_webhook, update_webhook};
use model::{
    Json as Any,
    ids::{AccountId, InboxId, WebhookId},
    webhook::Webhook as Row,
};
use serde::{Deserialize, Serialize};
use store::{inboxes, webhooks};
use utoipa::ToSchema;

/// The account's webhooks.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Webhooks {
    payload: WebhookList,
}

/// A list of webhooks.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct WebhookList {
    webhooks: Vec<Webhook>,
}

/// A webhook.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OneWebhook {
    payload: WebhookPayload,
}

/// See [`OneWebhook`].
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct WebhookPayload {
    webhook: Webhook,
}

/// What of a webhook is to be set, below `webhook` or at the top; what is missing stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct WebhookForm {
    /// What it is for.
    name: Option<String>,
    /// Where the posts go: an http or https address, once in an account, not in a private network.
    url: Option<String>,
    /// What is told: `message_created`, `message_updated`, `conversation_created`, `conversation_status_changed`,
    /// `conversation_updated`, `conversation_typing_on`, `conversation_typing_off`, `contact_created`, `contact_updated`.
    /// `webwidget_triggered`, `inbox_created` and `inbox_updated` may be asked for, too, but are not told.
    subscriptions: Option<Vec<String>>,
    /// Of that inbox's affairs alone; null for all.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    inbox_id: Option<Option<i64>>,
}

/// The account's webhooks, with the secrets that sign their posts.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/webhooks", tag = "webhooks", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the webhooks", body = Webhooks)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    Administrator(agent): Administrator,
) -> Result<Json<Webhooks>, Refusal> {
    let account = agent.account;
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| webhooks::of_account(tx, account).await);
    Ok(Json(Webhooks { payload: WebhookList { webhooks: shown(&app, account, read.await?).await? } }))
}

/// Let an address be told of what happens from now on.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/webhooks", tag = "webhooks", params(("account_id" = i64, Path)), request_body = WebhookForm,
    responses((status = 200, description = "the new webhook", body = OneWebhook), (status = 422, description = "no address, one in a private network or taken already, or an unknown event")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    Administrator(agent): Administrator,
    Body(body): Body<Any>,
) -> Result<Json<OneWebhook>, Refusal> {
    let made = create_webhook(&app.desk, agent.account, change(&app, body).await?).await?;
    one(&app, agent.account, made).await
}

/// Change a webhook.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}/webhooks/{webhook_id}", tag = "webhooks",
    params(("account_id" = i64, Path), ("webhook_id" = i64, Path)), request_body = WebhookForm,
    responses((status = 200, description = "the webhook", body = OneWebhook), (status = 404, description = "no such webhook"), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
    Body(body): Body<Any>,
) -> Result<Json<OneWebhook>, Refusal> {
    let (_, id) = path;
    let changed = update_webhook(&app.desk, agent.account, WebhookId(id), change(&app, body).await?).await?;
    one(&app, agent.account, changed).await
}

/// Change a webhook.
#[utoipa::path(put, path = "/api/v1/accounts/{account_id}/webhooks/{webhook_id}", tag = "webhooks",
    params(("account_id" = i64, Path), ("webhook_id" = i64, Path)), request_body = WebhookForm,
    responses((status = 200, description = "the webhook", body = OneWebhook), (status = 404, description = "no such webhook"), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn replace(
    state: State<App>,
    agent: Administrator,
    path: InPath<(i64, i64)>,
    body: Body<Any>,
) -> Result<Json<OneWebhook>, Refusal> {
    update(state, agent, path, body).await
}

/// Remove a webhook, and the posts that wait for it.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/webhooks/{webhook_id}", tag = "webhooks",
    params(("account_id" = i64, Path), ("webhook_id" = i64, Path)),
    responses((status = 200, description = "removed"), (status = 404, description = "no such webhook")))]
pub(in crate::http) async fn remove(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<StatusCode, Refusal> {
    let (_, id) = path;
    delete_webhook(&app.desk, agent.account, WebhookId(id)).await?;
    Ok(StatusCode::OK)
}

async fn change(app: &App, mut body: Any) -> Result<WebhookChange, Refusal> {
    let below = body.get_mut("webhook").map(Any::take).filter(Any::is_object);
    let form: WebhookForm = read(below.unwrap_or(body))?;
    if let Some(url) = &form.url {
        let checked = app.config.fetcher.check(url.trim()).await;
        checked.map_err(|why| Refusal::invalid(format!("url: {why}")))?;
    }
    let inbox_id = form.inbox_id.map(|id| id.map(InboxId));
    Ok(WebhookChange { name: form.name, url: form.url, subscriptions: form.subscriptions, inbox_id })
}

async fn one(app: &App, account: AccountId, webhook: Row) -> Result<Json<OneWebhook>, Refusal> {
    let shown = shown(app, account, vec![webhook]).await?.pop().ok_or_else(Refusal::not_found)?;
    Ok(Json(OneWebhook { payload: WebhookPayload { webhook: shown } }))
}

async fn shown(app: &App, account: AccountId, all: Vec<Row>) -> Result<Vec<Webhook>, Refusal> {
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::of_account(tx, account).await);
    let inboxes = read.await?;
    let of = |webhook: &Row| {
        let inbox = webhook.inbox_id.and_then(|id| inboxes.iter().find(|inbox| inbox.id == id));
        Webhook::of(webhook, inbox, &app.desk.house)
    };
    Ok(all.iter().map(of).collect())
}
