//! A person's conversations: only those of their session, or of all their sessions for which the site vouched.

use super::{
    caller::{Person, Place},
    shape::{ClientConversation, conversations},
};
use crate::{
    app::App,
    http::{form::Form, limits::Deed, problem::Refusal},
};
use axum::{Json, extract::State, http::StatusCode};
use desk::{
    client_conversation::begin_conversation,
    start_chat::Opening,
    visitor::Visitor,
    visitor_seen::{end_chat, visitor_seen, visitor_typing},
};
use model::conversation::Conversation;
use store::conversations as rows;

/// The person's latest 20 conversations, newest first.
#[utoipa::path(get, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path)),
    responses((status = 200, body = Vec<ClientConversation>), (status = 404, description = "no such person")))]
pub(super) async fn list(State(app): State<App>, person: Person) -> Result<Json<Vec<ClientConversation>>, Refusal> {
    let session = person.visitor.session.clone();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        if session.hmac_verified {
            rows::of_verified(tx, session.contact_id, session.inbox_id).await
        } else {
            rows::of_session(tx, session.id).await
        }
    });
    let found = read.await?;
    Ok(Json(conversations(&app, &person, found).await?))
}

/// Begins a conversation, in which nothing is said yet; `custom_attributes` are noted with it.
#[utoipa::path(post, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path)), request_body = Object,
    responses((status = 200, body = ClientConversation), (status = 404, description = "no such person"), (status = 429, description = "too many from this address")))]
pub(super) async fn create(
    State(app): State<App>,
    person: Person,
    form: Form,
) -> Result<Json<ClientConversation>, Refusal> {
    person.front.count(&app, Deed::NewConversation)?;
    let custom_attributes = form.get(&["custom_attributes"]).clone();
    let begun = begin_conversation(&app.desk, &person.visitor, Opening { custom_attributes, ..Opening::default() });
    one(&app, &person, begun.await?).await
}

/// A conversation.
#[utoipa::path(get, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path)),
    responses((status = 200, body = ClientConversation), (status = 404, description = "no such conversation of theirs")))]
pub(super) async fn show(State(app): State<App>, place: Place) -> Result<Json<ClientConversation>, Refusal> {
    let found = here(&app, &place.visitor).await?;
    one(&app, &place.person, found).await
}

/// The person ends the conversation: it is resolved.
#[utoipa::path(post, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/toggle_status", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path)),
    responses((status = 200, body = ClientConversation), (status = 404, description = "no such conversation of theirs")))]
pub(super) async fn end(State(app): State<App>, place: Place) -> Result<Json<ClientConversation>, Refusal> {
    end_chat(&app.desk, &place.visitor).await?;
    let found = here(&app, &place.visitor).await?;
    one(&app, &place.person, found).await
}

/// The person types (`typing_status: on`), or has stopped (`off`).
#[utoipa::path(post, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/toggle_typing", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path)), request_body = Object,
    responses((status = 200, description = "told"), (status = 404, description = "no such conversation of theirs"), (status = 422, description = "neither on nor off")))]
pub(super) async fn typing(State(app): State<App>, place: Place, form: Form) -> Result<StatusCode, Refusal> {
    let on = match form.text(&["typing_status"]).as_deref() {
        Some("on") => true,
        Some("off") => false,
        _ => return Err(Refusal::invalid("typing_status: must be on or off")),
    };
    visitor_typing(&app.desk, &place.visitor, on).await?;
    Ok(StatusCode::OK)
}

/// The person has seen everything in it; what goes by mail only while unseen stays here.
#[utoipa::path(post, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/update_last_seen", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path)),
    responses((status = 200, description = "noted"), (status = 404, description = "no such conversation of theirs")))]
pub(super) async fn seen(State(app): State<App>, place: Place) -> Result<StatusCode, Refusal> {
    visitor_seen(&app.desk, &place.visitor).await?;
    Ok(StatusCode::OK)
}

/// The conversation in which the person is.
pub(super) async fn here(app: &App, visitor: &Visitor) -> Result<Conversation, Refusal> {
    let visitor = visitor.clone();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| visitor.conversation(tx).await);
    read.await?.ok_or_else(Refusal::not_found)
}

async fn one(app: &App, person: &Person, row: Conversation) -> Result<Json<ClientConversation>, Refusal> {
    conversations(app, person, vec![row]).await?.pop().map(Json).ok_or_else(Refusal::not_found)
}
