//! The account's agents.

use crate::{
    app::App,
    http::{
        auth::{Administrator, Agent},
        body::{Body, InPath},
        problem::Refusal,
        shapes::user::Colleague,
    },
};
use axum::{Json, extract::State};
use desk::invite_agent::{Invitation, change_role, invite_agent, remove_agent};
use model::{ids::UserId, user::Role};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::{presences, users};
use utoipa::ToSchema;

/// Who is invited.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct AgentForm {
    /// Full name.
    #[serde(default)]
    name: String,
    /// Log-in address.
    email: String,
    /// `agent` (default) or `administrator`.
    role: Option<String>,
    /// First password; one is made and answered where it is missing and the user is new.
    password: Option<String>,
}

/// Another role.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct RoleForm {
    /// `agent` or `administrator`.
    role: String,
}

/// A new colleague.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Invited {
    #[serde(flatten)]
    agent: Colleague,
    /// The password that was made; answered this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_password: Option<String>,
}

/// The account's agents.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/agents", tag = "agents", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the agents", body = Vec<Colleague>)))]
pub(in crate::http) async fn list(State(app): State<App>, agent: Agent) -> Result<Json<Vec<Colleague>>, Refusal> {
    let (account, now) = (agent.account, app.desk.now());
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        Ok((users::of_account(tx, account).await?, presences::users_here(tx, account, now).await?))
    });
    let (all, here) = read.await?;
    let here: HashSet<UserId> = here.into_iter().collect();
    let shown = all.iter().map(|(user, role)| Colleague::of(user, account, *role, here.contains(&user.id)));
    Ok(Json(shown.collect()))
}

/// Invite an agent. For administrators.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/agents", tag = "agents", params(("account_id" = i64, Path)), request_body = AgentForm,
    responses((status = 200, description = "the new agent", body = Invited), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    Administrator(agent): Administrator,
    Body(form): Body<AgentForm>,
) -> Result<Json<Invited>, Refusal> {
    let role = role(form.role.as_deref().unwrap_or("agent"))?;
    let asked = Invitation { name: form.name, email: form.email, role, password: form.password };
    let (user, initial_password) = invite_agent(&app.desk, agent.account, asked).await?;
    Ok(Json(Invited { agent: Colleague::of(&user, agent.account, role, false), initial_password }))
}

/// Give an agent another role. For administrators.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}/agents/{agent_id}", tag = "agents",
    params(("account_id" = i64, Path), ("agent_id" = i64, Path)), request_body = RoleForm,
    responses((status = 200, description = "the agent", body = Colleague), (status = 422, description = "no such role, or the last administrator")))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
    Body(form): Body<RoleForm>,
) -> Result<Json<Colleague>, Refusal> {
    let (_, id) = path;
    let role = role(&form.role)?;
    let user = change_role(&app.desk, agent.account, UserId(id), role).await?;
    let (account, now) = (agent.account, app.desk.now());
    let read = app
        .desk
        .db
        .read::<_, store::Error, _>(async move |tx| presences::user_here(tx, account, UserId(id), now).await);
    Ok(Json(Colleague::of(&user, agent.account, role, read.await?)))
}

/// Take an agent out of the account. For administrators.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/agents/{agent_id}", tag = "agents",
    params(("account_id" = i64, Path), ("agent_id" = i64, Path)),
    responses((status = 200, description = "out"), (status = 422, description = "the last administrator")))]
pub(in crate::http) async fn remove(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<(), Refusal> {
    let (_, id) = path;
    Ok(remove_agent(&app.desk, agent.account, UserId(id)).await?)
}

fn role(name: &str) -> Result<Role, Refusal> {
    Role::parse(name).ok_or_else(|| Refusal::invalid("role: must be agent or administrator"))
}
