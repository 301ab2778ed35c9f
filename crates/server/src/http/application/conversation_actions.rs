//! What agents do with a conversation, apart from writing in it.

use super::conversations::{shown, status};
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InPath},
        problem::Refusal,
        shapes::{conversation::Conversation, user::AgentSender},
    },
};
use axum::{Json, extract::State};
use desk::{
    assign::{assign, set_priority},
    change_status::{Change, change_status},
    mark_seen::{mark_seen, mark_unread},
    typing::agent_types,
};
use model::{Json as Any, Timestamp, ids::UserId};
use serde::{Deserialize, Serialize};
use store::presences;
use utoipa::ToSchema;

/// Where it shall stand.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct StatusForm {
    /// `open`, `resolved`, `pending` or `snoozed`; without it, open conversations are resolved and all others opened.
    status: Option<String>,
    /// When snoozed: until when, in epoch seconds (or RFC 3339); until the next message where it is missing.
    #[schema(value_type = Option<i64>)]
    snoozed_until: Any,
}

/// Where it stands now.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct StatusAnswer {
    /// Empty.
    #[schema(value_type = Object)]
    meta: Any,
    payload: StatusPayload,
}

/// Where a conversation stands now.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct StatusPayload {
    /// Always true.
    success: bool,
    /// The number people see.
    conversation_id: i64,
    /// `open`, `resolved`, `pending` or `snoozed`.
    current_status: &'static str,
    /// Epoch seconds.
    snoozed_until: Option<i64>,
}

/// How urgent it is.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct PriorityForm {
    /// `low`, `medium`, `high`, `urgent` or null.
    priority: Option<String>,
}

/// Who shall look after it.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct AssignmentForm {
    /// An agent of the account; null or 0 for nobody.
    assignee_id: Option<i64>,
}

/// Whether someone types.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct TypingForm {
    /// `on` or `off`.
    typing_status: String,
    /// A note: visitors are not told.
    #[serde(default)]
    is_private: bool,
}

/// Resolve, reopen, set pending or snooze a conversation.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_status", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)), request_body = StatusForm,
    responses((status = 200, description = "where it stands now", body = StatusAnswer), (status = 404, description = "no such conversation"),
        (status = 422, description = "no such status, or a time that is past")))]
pub(in crate::http) async fn toggle_status(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    Body(form): Body<StatusForm>,
) -> Result<Json<StatusAnswer>, Refusal> {
    let (_, number) = path;
    let change = Change {
        status: form.status.as_deref().map(status).transpose()?,
        snoozed_until: time("snoozed_until", &form.snoozed_until)?,
    };
    let conversation = change_status(&app.desk, agent.account, number, agent.user.id, change).await?;
    Ok(Json(StatusAnswer {
        meta: Any::Object(serde_json::Map::new()),
        payload: StatusPayload {
            success: true,
            conversation_id: conversation.display_id,
            current_status: conversation.status.as_str(),
            snoozed_until: conversation.snoozed_until.map(Timestamp::as_second),
        },
    }))
}

/// Say how urgent a conversation is.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_priority", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)), request_body = PriorityForm,
    responses((status = 200, description = "noted"), (status = 404, description = "no such conversation"), (status = 422, description = "no such priority")))]
pub(in crate::http) async fn toggle_priority(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    Body(form): Body<PriorityForm>,
) -> Result<(), Refusal> {
    let (_, number) = path;
    Ok(set_priority(&app.desk, agent.account, number, agent.user.id, form.priority).await?)
}

/// Give a conversation to an agent, or to nobody.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/assignments", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)), request_body = AssignmentForm,
    responses((status = 200, description = "who has it now, or null", body = Option<AgentSender>), (status = 404, description = "no such conversation"),
        (status = 422, description = "no agent of this account")))]
pub(in crate::http) async fn assignments(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    Body(form): Body<AssignmentForm>,
) -> Result<Json<Option<AgentSender>>, Refusal> {
    let (_, number) = path;
    let assignee = form.assignee_id.filter(|id| *id != 0).map(UserId);
    let (account, now) = (agent.account, app.desk.now());
    let Some(user) = assign(&app.desk, account, number, agent.user.id, assignee).await? else { return Ok(Json(None)) };
    let id = user.id;
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| presences::user_here(tx, account, id, now).await);
    Ok(Json(Some(AgentSender::of(&user, read.await?))))
}

/// I have seen all of it.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/update_last_seen", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)),
    responses((status = 200, description = "the conversation", body = Conversation), (status = 404, description = "no such conversation")))]
pub(in crate::http) async fn update_last_seen(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Conversation>, Refusal> {
    let (_, number) = path;
    let conversation = mark_seen(&app.desk, agent.account, number, agent.user.id).await?;
    shown(&app, conversation).await
}

/// Make its last message unread again.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/unread", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)),
    responses((status = 200, description = "the conversation", body = Conversation), (status = 404, description = "no such conversation")))]
pub(in crate::http) async fn unread(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Conversation>, Refusal> {
    let (_, number) = path;
    let conversation = mark_unread(&app.desk, agent.account, number, agent.user.id).await?;
    shown(&app, conversation).await
}

/// I am typing, or no longer.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_typing_status", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)), request_body = TypingForm,
    responses((status = 200, description = "told"), (status = 404, description = "no such conversation")))]
pub(in crate::http) async fn toggle_typing_status(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    Body(form): Body<TypingForm>,
) -> Result<(), Refusal> {
    let (_, number) = path;
    let on = match form.typing_status.as_str() {
        "on" => true,
        "off" => false,
        _ => return Err(Refusal::invalid("typing_status: must be on or off")),
    };
    Ok(agent_types(&app.desk, agent.account, number, agent.user.id, on, form.is_private).await?)
}

/// A time as epoch seconds or RFC 3339; null is none.
fn time(field: &str, value: &Any) -> Result<Option<Timestamp>, Refusal> {
    let wrong = || Refusal::invalid(format!("{field}: must be epoch seconds"));
    match value {
        Any::Null => Ok(None),
        Any::Number(seconds) => {
            let seconds = seconds.as_i64().ok_or_else(wrong)?;
            Timestamp::from_second(seconds).map(Some).map_err(|_| wrong())
        }
        Any::String(text) => match text.trim() {
            "" => Ok(None),
            text => match text.parse::<i64>() {
                Ok(seconds) => Timestamp::from_second(seconds).map(Some).map_err(|_| wrong()),
                Err(_) => text.parse().map(Some).map_err(|_| wrong()),
            },
        },
        _ => Err(wrong()),
    }
}
