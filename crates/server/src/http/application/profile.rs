//! Oneself.

use crate::{
    app::App,
    http::{
        auth::Caller,
        body::{Body, read},
        problem::Refusal,
        shapes::user::Profile,
    },
};
use axum::{Json, extract::State};
use desk::update_profile::{ProfileChange, update_profile};
use model::{Json as Any, user::User};
use serde::Deserialize;
use store::users;
use utoipa::ToSchema;

/// What of one's own is to change; what is missing stays as it is. The same values below `profile` count too.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct ProfileForm {
    /// Full name.
    name: Option<String>,
    /// The password there is; needed for a new one.
    current_password: Option<String>,
    /// The new password, of at least 8 characters; ends all other sessions.
    password: Option<String>,
    /// The new password again, where it was asked for twice.
    password_confirmation: Option<String>,
    /// Settings of the dashboard, set beside those there are.
    #[schema(value_type = Option<Object>)]
    ui_settings: Option<Any>,
}

/// Who I am.
#[utoipa::path(get, path = "/api/v1/profile", tag = "profile",
    responses((status = 200, description = "oneself", body = Profile), (status = 401, description = "not signed in")))]
pub(in crate::http) async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Profile>, Refusal> {
    shown(&app, caller.user).await
}

/// Change what is mine.
#[utoipa::path(put, path = "/api/v1/profile", tag = "profile", request_body = ProfileForm,
    responses((status = 200, description = "oneself", body = Profile), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn replace(
    state: State<App>,
    caller: Caller,
    body: Body<Any>,
) -> Result<Json<Profile>, Refusal> {
    update(state, caller, body).await
}

/// Change what is mine.
#[utoipa::path(patch, path = "/api/v1/profile", tag = "profile", request_body = ProfileForm,
    responses((status = 200, description = "oneself", body = Profile), (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    caller: Caller,
    Body(mut body): Body<Any>,
) -> Result<Json<Profile>, Refusal> {
    let nested = body.get_mut("profile").map(Any::take);
    let form: ProfileForm = read(nested.unwrap_or(body))?;
    if form.password_confirmation.is_some() && form.password_confirmation != form.password {
        return Err(Refusal::invalid("password_confirmation: is not the same as password"));
    }
    let change = ProfileChange {
        name: form.name,
        password: form.password.map(|wanted| (form.current_password.unwrap_or_default(), wanted)),
        ui_settings: form.ui_settings,
        session: caller.session,
    };
    let user = update_profile(&app.desk, &caller.user, change).await?;
    shown(&app, user).await
}

async fn shown(app: &App, user: User) -> Result<Json<Profile>, Refusal> {
    let id = user.id;
    let memberships = app.desk.db.read::<_, store::Error, _>(async move |tx| users::memberships(tx, id).await).await?;
    Ok(Json(Profile::of(&user, &memberships)))
}
