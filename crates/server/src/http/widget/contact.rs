//! `/api/v1/widget/contact`: who the visitor says they are, and who the site says they are.

use super::{guest::Guest, jwt::Claims, shape::Oneself};
use crate::{
    app::App,
    http::{
        form::{Form, text},
        limits::Deed,
        peer::Peer,
        problem::Refusal,
    },
};
use axum::{Json, extract::State};
use desk::{
    identify_visitor::{Identity, identify_visitor},
    visitor_details::{Details, change_details, forget_attributes as forget},
};
use serde_json::Value;

/// What is known about the visitor.
#[utoipa::path(get, path = "/api/v1/widget/contact", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, body = Oneself), (status = 404, description = "no such website or session")))]
pub(crate) async fn show(guest: Guest) -> Json<Oneself> {
    Json(told(&guest, Oneself::of(&guest.contact)))
}

/// Changes what the visitor says about themselves: name, email, phone_number, free attributes.
#[utoipa::path(patch, path = "/api/v1/widget/contact", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, body = Oneself), (status = 422, description = "a value makes no sense"), (status = 429, description = "too often")))]
pub(crate) async fn change(state: State<App>, peer: Peer, guest: Guest, form: Form) -> Result<Json<Oneself>, Refusal> {
    keep(state, peer, &guest, &form).await
}

/// The same.
#[utoipa::path(put, path = "/api/v1/widget/contact", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, body = Oneself), (status = 422, description = "a value makes no sense"), (status = 429, description = "too often")))]
pub(crate) async fn replace(state: State<App>, peer: Peer, guest: Guest, form: Form) -> Result<Json<Oneself>, Refusal> {
    keep(state, peer, &guest, &form).await
}

async fn keep(
    State(app): State<App>,
    Peer(address): Peer,
    guest: &Guest,
    form: &Form,
) -> Result<Json<Oneself>, Refusal> {
    app.limits.count(Deed::ContactChange, address)?;
    let contact = change_details(&app.desk, &guest.visitor, details(&form.values)).await?;
    Ok(Json(Oneself { identifier: None, ..Oneself::of(&contact) }))
}

/// Takes in who the site says its visitor is; `identifier_hash` vouches for it.
#[utoipa::path(patch, path = "/api/v1/widget/contact/set_user", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, body = Oneself), (status = 401, description = "the hash is wrong"), (status = 422, description = "a value makes no sense"), (status = 429, description = "too often")))]
pub(crate) async fn set_user(
    State(app): State<App>,
    Peer(address): Peer,
    guest: Guest,
    form: Form,
) -> Result<Json<Oneself>, Refusal> {
    app.limits.count(Deed::ContactChange, address)?;
    let identity = Identity {
        identifier: form.text(&["identifier"]),
        identifier_hash: form.text(&["identifier_hash"]),
        details: details(&form.values),
    };
    let known = identify_visitor(&app.desk, &guest.visitor, identity).await?;
    let secret = &app.desk.house.secret;
    let token = known.new_session.map(|session| Claims::session(&session, app.desk.now()).sign(secret));
    Ok(Json(told(&guest, Oneself { widget_auth_token: token, ..Oneself::of(&known.contact) })))
}

/// Forgets free attributes of the visitor.
#[utoipa::path(post, path = "/api/v1/widget/contact/destroy_custom_attributes", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, body = Oneself)))]
pub(crate) async fn forget_attributes(
    State(app): State<App>,
    guest: Guest,
    form: Form,
) -> Result<Json<Oneself>, Refusal> {
    let contact = forget(&app.desk, &guest.visitor, names(form.get(&["custom_attributes"]))).await?;
    Ok(Json(Oneself::of(&contact)))
}

/// Only to whom the contact is their own it is told who that is; a link may have been forwarded.
pub(super) fn told(guest: &Guest, shape: Oneself) -> Oneself {
    let identifier = shape.identifier.filter(|_| guest.own);
    Oneself { identifier, ..shape }
}

/// A list of names, or one.
pub(super) fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(names) => names.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// Facts about a person that stand beside their name, and where they are kept.
const FURTHER: [&str; 6] = ["avatar_url", "company_name", "city", "country_code", "description", "social_profiles"];

/// What a body says about a person.
pub(in crate::http) fn details(said: &Value) -> Details {
    let mut further = said.get("additional_attributes").cloned().unwrap_or_default();
    for name in FURTHER {
        if let Some(value) = said.get(name).filter(|value| !value.is_null()) {
            if !further.is_object() {
                further = serde_json::json!({});
            }
            further[name] = value.clone();
        }
    }
    let said_text = |name: &str| said.get(name).and_then(text);
    Details {
        name: said_text("name"),
        email: said_text("email"),
        phone_number: said_text("phone_number"),
        custom_attributes: said.get("custom_attributes").cloned().unwrap_or_default(),
        additional_attributes: further,
    }
}
