//! `/api/v1/widget/conversations`: the visitor's own conversation.

use super::{
    contact::{details, names, told},
    guest::Guest,
    messages::{opening, show_one, words},
    shape::{Oneself, VisitorConversation},
};
use crate::{
    app::App,
    http::{
        form::{Form, Upload, or_forget},
        limits::Deed,
        peer::Peer,
        problem::Refusal,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use desk::{
    start_chat::{Opening, start_chat},
    visitor_seen::{annotate_chat, end_chat, visitor_seen, visitor_typing},
};
use model::{Json as Value, conversation::Conversation};
use serde_json::json;

/// The conversation the widget goes on with; an empty object where there is none.
#[utoipa::path(get, path = "/api/v1/widget/conversations", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, body = VisitorConversation), (status = 404, description = "no such website or session")))]
pub(crate) async fn show(State(app): State<App>, guest: Guest) -> Result<Json<Value>, Refusal> {
    let found = conversation(&app, &guest).await?;
    Ok(Json(found.map_or_else(|| json!({}), |found| json!(VisitorConversation::of(&found)))))
}

/// Begins a conversation with its first message: `message: {content, echo_id, …}`, `contact: {name, email, phone_number}`.
#[utoipa::path(post, path = "/api/v1/widget/conversations", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, description = "the conversation with its messages"), (status = 422, description = "a value makes no sense"), (status = 429, description = "too many conversations")))]
pub(crate) async fn create(
    State(app): State<App>,
    Peer(address): Peer,
    guest: Guest,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Json<Value>, Refusal> {
    app.limits.count(Deed::NewConversation, address)?;
    guest.visitor.whole_session()?;
    let form = upload.read(&app).await?;
    let mut about = opening(&form, &headers);
    about.details = details(form.get(&["contact"]));
    // An empty field of a form says nothing.
    about.details.email = about.details.email.filter(|email| !email.trim().is_empty());
    let words = words(&form);
    let said = start_chat(&app.desk, &guest.visitor, Opening { ..about }, words).await;
    let said = or_forget(&app, &form.keys(), said).await?;
    let message = show_one(&app, &said).await?;
    let mut shape = json!(VisitorConversation::of(&said.conversation));
    shape["messages"] = json!([message]);
    shape["custom_attributes"] = said.conversation.custom_attributes.clone();
    shape["contact"] = json!(told(&guest, Oneself::of(&said.contact)));
    Ok(Json(shape))
}

/// The visitor has seen everything in it.
#[utoipa::path(post, path = "/api/v1/widget/conversations/update_last_seen", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, description = "noted, or there is no conversation")))]
pub(crate) async fn seen(State(app): State<App>, guest: Guest) -> Result<StatusCode, Refusal> {
    visitor_seen(&app.desk, &guest.visitor).await?;
    Ok(StatusCode::OK)
}

/// The visitor types (`typing_status: on`), or has stopped (`off`).
#[utoipa::path(post, path = "/api/v1/widget/conversations/toggle_typing", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, description = "told"), (status = 404, description = "no conversation")))]
pub(crate) async fn typing(State(app): State<App>, guest: Guest, form: Form) -> Result<StatusCode, Refusal> {
    let on = match form.text(&["typing_status"]).as_deref() {
        Some("on") => true,
        Some("off") => false,
        _ => return Err(Refusal::invalid("typing_status: must be on or off")),
    };
    visitor_typing(&app.desk, &guest.visitor, on).await?;
    Ok(StatusCode::OK)
}

/// The visitor ends the conversation.
#[utoipa::path(get, path = "/api/v1/widget/conversations/toggle_status", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, description = "ended"), (status = 404, description = "no conversation")))]
pub(crate) async fn end(State(app): State<App>, guest: Guest) -> Result<StatusCode, Refusal> {
    end_chat(&app.desk, &guest.visitor).await?;
    Ok(StatusCode::OK)
}

/// Changes what the site says about the conversation.
#[utoipa::path(post, path = "/api/v1/widget/conversations/set_custom_attributes", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, description = "the conversation"), (status = 404, description = "no conversation")))]
pub(crate) async fn set_attributes(
    State(app): State<App>,
    guest: Guest,
    form: Form,
) -> Result<Json<VisitorConversation>, Refusal> {
    let more = form.get(&["custom_attributes"]).clone();
    let kept = annotate_chat(&app.desk, &guest.visitor, more, Vec::new()).await?;
    Ok(Json(VisitorConversation::of(&kept)))
}

/// Forgets what the site said about the conversation.
#[utoipa::path(post, path = "/api/v1/widget/conversations/destroy_custom_attributes", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, description = "the conversation"), (status = 404, description = "no conversation")))]
pub(crate) async fn forget_attributes(
    State(app): State<App>,
    guest: Guest,
    form: Form,
) -> Result<Json<VisitorConversation>, Refusal> {
    let mut gone = names(form.get(&["custom_attribute"]));
    gone.extend(names(form.get(&["custom_attributes"])));
    let kept = annotate_chat(&app.desk, &guest.visitor, Value::Null, gone).await?;
    Ok(Json(VisitorConversation::of(&kept)))
}

pub(super) async fn conversation(app: &App, guest: &Guest) -> Result<Option<Conversation>, Refusal> {
    let visitor = guest.visitor.clone();
    Ok(app.desk.db.read::<_, store::Error, _>(async move |tx| visitor.conversation(tx).await).await?)
}

/// Asks for a transcript by mail. Answers alike whether or not one can be sent: to an unverified address nothing goes
/// that the visitor supplied (contract §5). Transcripts to verified addresses are not sent yet.
#[utoipa::path(post, path = "/api/v1/widget/conversations/transcript", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, description = "taken"), (status = 404, description = "no conversation")))]
pub(crate) async fn transcript(State(app): State<App>, guest: Guest) -> Result<StatusCode, Refusal> {
    conversation(&app, &guest).await?.map(|_| StatusCode::OK).ok_or_else(Refusal::not_found)
}
