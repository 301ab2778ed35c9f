//! The account's inboxes.

use super::mailbox;
use crate::{
    app::App,
    channels::whole,
    http::{
        auth::{Administrator, Agent},
        body::{Body, InPath, read},
        problem::Refusal,
        shapes::inbox::{ImapState, Inbox},
    },
};
use axum::{Json, extract::State};
use desk::edit_inbox::{Asked, ImapChange, InboxChange, InboxKind, create_inbox, reset_secret, update_inbox};
use model::{
    Json as Any,
    ids::InboxId,
    inbox::{Inbox as Row, Messaging},
};
use serde::{Deserialize, Serialize};
use store::{
    accounts,
    channel_health::{self, Health},
    inboxes,
};
use utoipa::ToSchema;

/// Every inbox.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Inboxes {
    payload: Vec<Inbox>,
}

/// An inbox's settings; what is missing stays as it is. Those of the channel may also stand below `channel`, together
/// with its `type`, which is `web_widget` (where it is missing), `email`, or a kind of channel of the list at `channels`,
/// whose fields stand beside it.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct InboxForm {
    /// Only below `channel`: `web_widget`, `email`, `telegram`, …; it cannot be changed.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Its name.
    name: Option<String>,
    /// The page the widget stands on.
    website_url: Option<String>,
    /// CSS colour: `#rrggbb` or `#rgb`.
    widget_color: Option<String>,
    /// First line of the widget's header.
    welcome_title: Option<String>,
    /// Second line of the widget's header.
    welcome_tagline: Option<String>,
    /// `in_a_few_minutes`, `in_a_few_hours` or `in_a_day`.
    reply_time: Option<String>,
    /// The own address of an e-mail inbox.
    email: Option<String>,
    /// Mail is fetched from a mailbox.
    imap_enabled: Option<bool>,
    /// The mailbox's server.
    imap_address: Option<String>,
    /// Its port.
    imap_port: Option<i64>,
    /// Whom to log in as.
    imap_login: Option<String>,
    /// Their password; empty to forget it. It is never shown. Given again when the server changes.
    imap_password: Option<String>,
    /// `true` for `imap_tls: implicit`, `false` for none.
    imap_enable_ssl: Option<bool>,
    /// `implicit`, `starttls` or `none`.
    imap_tls: Option<String>,
    /// The folder that is looked into.
    imap_folder: Option<String>,
    /// What lies there at the first look is fetched too, not only what comes afterwards.
    imap_existing: Option<bool>,
    /// What is done with a mail that is ours: `keep`, `mark_seen`, `delete` or `move`.
    imap_after: Option<String>,
    /// The folder it is moved to.
    imap_move_to: Option<String>,
    /// Unseen replies go on by e-mail.
    continuity_via_email: Option<bool>,
    /// Seconds a reply waits to be seen before it is mailed, 0 to 86400.
    continuity_delay: Option<i64>,
    /// A visitor without an address is asked for one.
    enable_email_collect: Option<bool>,
    /// The greeting is sent when a conversation starts.
    greeting_enabled: Option<bool>,
    /// The greeting's words.
    greeting_message: Option<String>,
    /// `friendly` or `professional`.
    sender_name_type: Option<String>,
    /// The business in the sender's name.
    business_name: Option<String>,
    /// Mail of strangers waits in the inbound log.
    hold_strangers: Option<bool>,
    /// Words after `[#N]` in the subject of mails.
    mail_subject: Option<String>,
    /// A person goes on with their last conversation, resolved or not.
    lock_to_single_conversation: Option<bool>,
}

/// The account's inboxes.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inboxes", tag = "inboxes", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the inboxes", body = Inboxes)))]
pub(in crate::http) async fn list(State(app): State<App>, agent: Agent) -> Result<Json<Inboxes>, Refusal> {
    let id = agent.account;
    let all = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::of_account(tx, id).await).await?;
    Ok(Json(Inboxes { payload: shown(&app, &agent, all).await? }))
}

/// An inbox.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)),
    responses((status = 200, description = "the inbox", body = Inbox), (status = 404, description = "no such inbox")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Inbox>, Refusal> {
    let (_, id) = path;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, InboxId(id)).await).await?;
    let inbox = found.filter(|inbox| inbox.account_id == agent.account).ok_or_else(Refusal::not_found)?;
    one(&app, &agent, inbox).await
}

async fn one(app: &App, agent: &Agent, inbox: Row) -> Result<Json<Inbox>, Refusal> {
    let shown = shown(app, agent, vec![inbox]).await?.pop();
    shown.map(Json).ok_or_else(Refusal::not_found)
}

/// The agent's account's inboxes as that agent sees them, with how fetching their mailboxes goes and how
/// their channels are doing.
async fn shown(app: &App, agent: &Agent, all: Vec<Row>) -> Result<Vec<Inbox>, Refusal> {
    let (id, administers) = (agent.account, agent.administrates());
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut looks = Vec::with_capacity(all.len());
        for inbox in &all {
            let fetched = inbox.email().and_then(|email| email.imap.as_ref()).is_some_and(|imap| imap.enabled);
            let look = if fetched { mailbox::state(tx, inbox.id).await? } else { None };
            let carried = administers && inbox.messaging().is_some();
            let health = if carried { Some(channel_health::of_inbox(tx, inbox.id).await?) } else { None };
            looks.push((inbox.clone(), look, health));
        }
        Ok((accounts::by_id(tx, id).await?, looks))
    });
    let (account, all) = read.await?;
    let account = account.ok_or_else(Refusal::not_found)?;
    let show = |(inbox, look, health): (Row, Option<ImapState>, Option<Health>)| {
        let mut shown = Inbox::of(&inbox, &app.desk.house, &account, administers);
        if let Some(email) = &mut shown.email {
            email.imap_state = look;
        }
        if let Some(carried) = &mut shown.carried {
            carried.health = health.map(Into::into);
        }
        shown
    };
    Ok(all.into_iter().map(show).collect())
}

/// Make an inbox: a website, an e-mail address, or a channel of the list at `channels`. For administrators.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inboxes", tag = "inboxes", params(("account_id" = i64, Path)), request_body = InboxForm,
    responses((status = 200, description = "the new inbox", body = Inbox), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    Administrator(agent): Administrator,
    Body(body): Body<Any>,
) -> Result<Json<Inbox>, Refusal> {
    let asked = change(&app, body).await?;
    if let Some(InboxKind::Messaging(kind)) = asked.kind {
        whole(&app, kind, &Messaging::default(), &asked.channel)?;
    }
    let inbox = create_inbox(&app.desk, agent.account, asked).await?;
    one(&app, &agent, inbox).await
}

/// Change an inbox's settings. For administrators.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)), request_body = InboxForm,
    responses((status = 200, description = "the inbox", body = Inbox), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
    Body(body): Body<Any>,
) -> Result<Json<Inbox>, Refusal> {
    let (account, id) = (agent.account, InboxId(path.1));
    let asked = change(&app, body).await?;
    let before = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, id).await).await?;
    let before = before.filter(|inbox| inbox.account_id == account);
    if let Some((settings, kind)) = before.as_ref().and_then(|inbox| app.desk.house.carried(inbox)) {
        whole(&app, kind, settings, &asked.channel)?;
    }
    let inbox = update_inbox(&app.desk, account, id, asked).await?;
    one(&app, &agent, inbox).await
}

/// Draw what signs the webhooks of an API inbox anew. For administrators.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}/reset_secret", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)),
    responses((status = 200, description = "the inbox", body = Inbox), (status = 404, description = "no such inbox"),
        (status = 422, description = "it is no API inbox")))]
pub(in crate::http) async fn reset(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Inbox>, Refusal> {
    let (_, id) = path;
    let inbox = reset_secret(&app.desk, agent.account, InboxId(id)).await?;
    one(&app, &agent, inbox).await
}

/// What is asked, whether it stands at the top or below `channel`.
async fn change(app: &App, mut body: Any) -> Result<InboxChange, Refusal> {
    let channel = body.get_mut("channel").map(Any::take).unwrap_or_default();
    if let (Some(body), Any::Object(channel)) = (body.as_object_mut(), channel) {
        body.extend(channel);
    }
    if let Some(url) = body.get("webhook_url").and_then(Any::as_str).map(str::trim).filter(|url| !url.is_empty()) {
        let checked = app.config.fetcher.check(url).await;
        checked.map_err(|why| Refusal::invalid(format!("webhook_url: {why}")))?;
    }
    let channel = Asked(body.clone());
    let form: InboxForm = read(body)?;
    Ok(InboxChange {
        kind: form.kind.as_deref().map(|name| InboxKind::parse(name, &app.desk.house)).transpose()?,
        name: form.name,
        website_url: form.website_url,
        widget_color: form.widget_color,
        welcome_title: form.welcome_title,
        welcome_tagline: form.welcome_tagline,
        reply_time: form.reply_time,
        email: form.email,
        imap: ImapChange {
            enabled: form.imap_enabled,
            host: form.imap_address,
            port: form.imap_port,
            ssl: form.imap_enable_ssl,
            tls: form.imap_tls,
            login: form.imap_login,
            password: form.imap_password,
            folder: form.imap_folder,
            existing: form.imap_existing,
            after: form.imap_after,
            move_to: form.imap_move_to,
        },
        continuity_via_email: form.continuity_via_email,
        continuity_delay: form.continuity_delay,
        enable_email_collect: form.enable_email_collect,
        greeting_enabled: form.greeting_enabled,
        greeting_message: form.greeting_message,
        sender_name_type: form.sender_name_type,
        business_name: form.business_name,
        hold_strangers: form.hold_strangers,
        mail_subject: form.mail_subject,
        channel,
        lock_to_single_conversation: form.lock_to_single_conversation,
    })
}
