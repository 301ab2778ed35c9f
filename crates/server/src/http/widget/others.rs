//! The rest of the widget's API: who answers here, and what the reference's widgets send along (reference §3.3).

use super::guest::Guest;
use crate::{
    app::App,
    http::{problem::Refusal, shapes::user::AgentSender},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use model::Json as Value;
use serde_json::json;
use store::{presences, users};

/// Who answers here.
#[utoipa::path(get, path = "/api/v1/widget/inbox_members", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, description = "`{payload: [{id, name, avatar_url, availability_status}]}`")))]
pub(crate) async fn inbox_members(State(app): State<App>, guest: Guest) -> Result<Json<Value>, Refusal> {
    let (account, now) = (guest.inbox.account_id, app.desk.now());
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        Ok((users::of_account(tx, account).await?, presences::users_here(tx, account, now).await?))
    });
    let (members, here) = found.await?;
    let shown = members.iter().map(|(user, _)| {
        let AgentSender { id, name, avatar_url, availability_status, .. } =
            AgentSender::of(user, here.contains(&user.id));
        json!({"id": id, "name": name, "avatar_url": avatar_url, "availability_status": availability_status})
    });
    Ok(Json(json!({"payload": shown.collect::<Vec<_>>()})))
}

/// Campaigns: there are none.
#[utoipa::path(get, path = "/api/v1/widget/campaigns", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, description = "an empty list")))]
pub(crate) async fn campaigns(_guest: Guest) -> Json<Value> {
    Json(json!([]))
}

/// An event of the widget (`webwidget.triggered`, …): taken, nothing follows from it.
#[utoipa::path(post, path = "/api/v1/widget/events", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 204, description = "taken")))]
pub(crate) async fn events(_guest: Guest) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Adds a label: an unknown one is ignored, and there are none yet.
#[utoipa::path(post, path = "/api/v1/widget/labels", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 204, description = "taken")))]
pub(crate) async fn add_label(_guest: Guest) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Removes a label.
#[utoipa::path(delete, path = "/api/v1/widget/labels/{label}", tag = "widget", params(("website_token" = String, Query,), ("label" = String, Path,)),
    responses((status = 204, description = "taken")))]
pub(crate) async fn remove_label(_guest: Guest, Path(_label): Path<String>) -> StatusCode {
    StatusCode::NO_CONTENT
}
