//! The kinds of channels, and whether an inbox's settings are good.

use crate::{
    app::App,
    channels::{ALL, Wire, api},
    http::{
        auth::{Administrator, Agent},
        body::InPath,
        problem::Refusal,
        shapes::channel::Kind,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use desk::edit_inbox::API;
use model::{Json as Any, ids::InboxId, inbox::Inbox};
use serde::Serialize;
use store::inboxes;
use utoipa::ToSchema;

/// Every kind of channel.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Kinds {
    payload: Vec<Kind>,
}

/// What the provider said.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ChannelTest {
    /// Whether the settings are good.
    ok: bool,
    /// What the provider knows of the inbox, or what to change.
    words: String,
}

/// Templates agreed with a provider.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Templates {
    /// `{name, language, category, parameter_format, components}` each; the components as the provider describes them.
    #[schema(value_type = Vec<Object>)]
    payload: Vec<Any>,
}

/// The kinds of channels there are, with what their set-up pages need.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/channels", tag = "inboxes", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the kinds", body = Kinds)))]
pub(in crate::http) async fn list(_: Agent) -> Json<Kinds> {
    Json(Kinds { payload: ALL.iter().map(|listed| Kind::of(listed.kind, !listed.kind.fields.is_empty())).collect() })
}

/// Ask the provider whether the inbox's settings are good, and tell it again where the webhook is; an API inbox's webhook
/// gets a signed test. For administrators.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}/test", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)),
    responses((status = 200, description = "what the provider said", body = ChannelTest), (status = 404, description = "no such inbox"),
        (status = 422, description = "there is no provider to ask")))]
pub(in crate::http) async fn test(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<ChannelTest>, Refusal> {
    let inbox = inbox(&app, &agent, path.1).await?;
    if inbox.channel.kind() == API {
        return Ok(Json(match api::test(&app, &inbox).await {
            Ok(words) => ChannelTest { ok: true, words },
            Err(words) => ChannelTest { ok: false, words },
        }));
    }
    let wire = wire(&app, &inbox)?;
    let checked = match wire.provider.check(&wire).await {
        Ok(words) => wire.provider.register(&wire).await.map(|()| words),
        Err(trouble) => Err(trouble),
    };
    Ok(Json(match checked {
        Ok(words) => ChannelTest { ok: true, words },
        Err(trouble) => ChannelTest { ok: false, words: trouble.words },
    }))
}

/// The templates that the provider has agreed to, which `template_params` of a message may name.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}/message_templates", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)),
    responses((status = 200, description = "the templates", body = Templates), (status = 404, description = "no such inbox"),
        (status = 422, description = "there is no provider to ask"), (status = 502, description = "the provider does not say")))]
pub(in crate::http) async fn templates(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Templates>, Refusal> {
    let wire = wire(&app, &inbox(&app, &agent, path.1).await?)?;
    let all = wire.provider.templates(&wire).await;
    let all = all.map_err(|trouble| Refusal::new(StatusCode::BAD_GATEWAY, trouble.words))?;
    Ok(Json(Templates { payload: all }))
}

/// An inbox of the agent's account.
async fn inbox(app: &App, agent: &Agent, id: i64) -> Result<Inbox, Refusal> {
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, InboxId(id)).await).await?;
    found.filter(|inbox| inbox.account_id == agent.account).ok_or_else(Refusal::not_found)
}

/// The way to the inbox's provider.
fn wire(app: &App, inbox: &Inbox) -> Result<Wire, Refusal> {
    let nobody = || Refusal::invalid("This inbox is carried by Segue itself: there is no provider to ask");
    Wire::of(app, inbox).ok_or_else(nobody)
}
