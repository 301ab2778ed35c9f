//! The kinds of channels, and whether an inbox's settings are good.

use crate::{
    app::App,
    channels::{ALL, Wire},
    http::{
        auth::{Administrator, Agent},
        body::InPath,
        problem::Refusal,
        shapes::channel::Kind,
    },
};
use axum::{Json, extract::State};
use model::ids::InboxId;
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

/// The kinds of channels there are, with what their set-up pages need.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/channels", tag = "inboxes", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the kinds", body = Kinds)))]
pub(in crate::http) async fn list(_: Agent) -> Json<Kinds> {
    Json(Kinds { payload: ALL.iter().map(|listed| Kind::of(listed.kind, listed.provider.is_some())).collect() })
}

/// Ask the provider whether the inbox's settings are good, and tell it again where the webhook is. For administrators.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}/test", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)),
    responses((status = 200, description = "what the provider said", body = ChannelTest), (status = 404, description = "no such inbox"),
        (status = 422, description = "there is no provider to ask")))]
pub(in crate::http) async fn test(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<ChannelTest>, Refusal> {
    let (_, id) = path;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, InboxId(id)).await).await?;
    let inbox = found.filter(|inbox| inbox.account_id == agent.account).ok_or_else(Refusal::not_found)?;
    let nobody = || Refusal::invalid("This inbox is carried by Segue itself: there is no provider to ask");
    let wire = Wire::of(&app, &inbox).ok_or_else(nobody)?;
    let checked = match wire.provider.check(&wire).await {
        Ok(words) => wire.provider.register(&wire).await.map(|()| words),
        Err(trouble) => Err(trouble),
    };
    Ok(Json(match checked {
        Ok(words) => ChannelTest { ok: true, words },
        Err(trouble) => ChannelTest { ok: false, words: trouble.words },
    }))
}
