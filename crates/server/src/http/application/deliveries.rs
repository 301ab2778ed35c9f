//! Hastening a planned mail, or calling it off.

use super::messages::shown;
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InPath},
        problem::Refusal,
        shapes::message::Message,
    },
};
use axum::{Json, extract::State};
use desk::delivery::{Action, act};
use model::ids::MessageId;
use serde::Deserialize;
use utoipa::ToSchema;

/// What to do with a planned mail.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct DeliveryAction {
    /// `now` or `cancel`.
    #[serde(default)]
    action: String,
}

/// Send a planned mail now, or call it off.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages/{message_id}/delivery", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)), request_body = DeliveryAction,
    responses((status = 200, description = "the message", body = Message), (status = 404, description = "no such message"),
        (status = 422, description = "nothing is planned any more, or no such action")))]
pub(in crate::http) async fn change(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
    Body(asked): Body<DeliveryAction>,
) -> Result<Json<Message>, Refusal> {
    let (_, number, id) = path;
    let action = Action::parse(&asked.action).ok_or_else(|| Refusal::invalid("action: must be now or cancel"))?;
    let message = act(&app.desk, agent.account, number, MessageId(id), action, agent.user.id).await?;
    shown(&app, agent.account, number, message.id).await
}
