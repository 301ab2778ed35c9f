//! The account and its settings.

use crate::{
    app::App,
    http::{
        auth::{Administrator, Agent},
        body::{Body, given},
        problem::Refusal,
        shapes::account::Account,
    },
};
use axum::{Json, extract::State};
use desk::update_account::{AccountChange, update_account};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::accounts;
use utoipa::ToSchema;

/// What of an account is to change; what is missing stays as it is, null takes a value away.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct AccountForm {
    /// Its name.
    name: Option<String>,
    /// Language of automatic texts, such as `en` or `pt_BR`.
    locale: Option<String>,
    /// Inbound domain: a host name of at most 100 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    domain: Option<Option<String>>,
    /// Sender: `addr` or `Name <addr>`.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    support_email: Option<Option<String>>,
    /// Switches: `{"inbound_emails": true}`.
    features: BTreeMap<String, bool>,
}

/// The account.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}", tag = "account", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the account", body = Account), (status = 401, description = "not a member")))]
pub(in crate::http) async fn show(State(app): State<App>, agent: Agent) -> Result<Json<Account>, Refusal> {
    let id = agent.account;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| accounts::by_id(tx, id).await).await?;
    let account = found.ok_or_else(Refusal::not_found)?;
    Ok(Json(Account::of(&account, &app.desk.house, agent.role)))
}

/// Change the account's settings. For administrators.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}", tag = "account", params(("account_id" = i64, Path)), request_body = AccountForm,
    responses((status = 200, description = "the account", body = Account), (status = 401, description = "not an administrator"),
        (status = 422, description = "a value makes no sense; the words name the field")))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    Administrator(agent): Administrator,
    Body(form): Body<AccountForm>,
) -> Result<Json<Account>, Refusal> {
    let change = AccountChange {
        name: form.name,
        locale: form.locale,
        domain: form.domain.map(Option::unwrap_or_default),
        support_email: form.support_email.map(Option::unwrap_or_default),
        features: form.features.into_iter().collect(),
    };
    let account = update_account(&app.desk, agent.account, Some(agent.user.id), change).await?;
    Ok(Json(Account::of(&account, &app.desk.house, agent.role)))
}
