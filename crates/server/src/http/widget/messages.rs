//! `/api/v1/widget/messages`: what stands in the visitor's conversation, and what they say there.

use super::{conversations::conversation, guest::Guest, shape::Oneself};
use crate::{
    app::App,
    http::{
        form::{Form, Upload, or_forget},
        limits::Deed,
        peer::Peer,
        problem::Refusal,
        shapes::{Frame, load::Loader, message::VisitorMessage},
    },
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
};
use desk::{
    answer_email_prompt::answer_email_prompt,
    start_chat::Opening,
    visitor_message::{Said, Words, visitor_message},
};
use model::{Json as Value, ids::MessageId};
use serde::Deserialize;
use serde_json::json;
use store::messages::{self, Audience, Range};

/// Which stretch is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    before: Option<String>,
    after: Option<String>,
}

fn id(field: &str, asked: Option<&String>) -> Result<Option<MessageId>, Refusal> {
    let number =
        |text: &String| text.parse().map(MessageId).map_err(|_| Refusal::invalid(format!("{field}: must be a number")));
    asked.filter(|text| !text.is_empty()).map(number).transpose()
}

/// A stretch of the visitor's conversation, ascending: the last 20, the 20 before `before`, the 100 after `after`, or up
/// to 1000 between both.
#[utoipa::path(get, path = "/api/v1/widget/messages", tag = "widget",
    params(("website_token" = String, Query,), ("before" = Option<i64>, Query,), ("after" = Option<i64>, Query,)),
    responses((status = 200, description = "`{payload, meta}`"), (status = 404, description = "no such website or session")))]
pub(crate) async fn list(
    State(app): State<App>,
    guest: Guest,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Refusal> {
    let (visitor, now) = (guest.visitor.clone(), app.desk.now());
    let range = Range { before: id("before", asked.before.as_ref())?, after: id("after", asked.after.as_ref())? };
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(conversation) = visitor.conversation(tx).await? else { return Ok((None, Vec::new())) };
        let stretch = messages::range(tx, conversation.id, range, Audience::Visitor).await?;
        let mut loader = Loader::new(tx, visitor.account_id, now).await?;
        let parts = loader.messages(tx, &conversation, stretch).await?;
        Ok((Some(conversation), parts))
    });
    let (conversation, parts) = found.await?;
    let frame = Frame { house: &app.desk.house, now };
    let by_link = guest.visitor.only.is_some();
    let shape = |parts| {
        let shape = VisitorMessage::of(parts, guest.contact.id, frame);
        if by_link { shape.by_link() } else { shape }
    };
    let payload: Vec<_> = parts.iter().map(shape).collect();
    let seen = conversation.and_then(|conversation| conversation.contact_last_seen_at).map(model::Timestamp::as_second);
    Ok(Json(json!({"payload": payload, "meta": {"contact_last_seen_at": seen}})))
}

/// The visitor says something; begins a conversation where there is none. JSON or a form: `message[content]`,
/// `message[echo_id]`, `message[attachments][]` (15 files of 40 MiB, 100 MiB together).
#[utoipa::path(post, path = "/api/v1/widget/messages", tag = "widget", params(("website_token" = String, Query,)), request_body = Object,
    responses((status = 200, body = VisitorMessage), (status = 413, description = "a file is too large"), (status = 422, description = "nothing was said"), (status = 429, description = "too many conversations")))]
pub(crate) async fn create(
    State(app): State<App>,
    Peer(address): Peer,
    guest: Guest,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Json<VisitorMessage>, Refusal> {
    if conversation(&app, &guest).await?.is_none() {
        app.limits.count(Deed::NewConversation, address)?;
    }
    let form = upload.read(&app).await?;
    let (about, words) = (opening(&form, &headers), words(&form));
    let said = visitor_message(&app.desk, &guest.visitor, about, words).await;
    let said = or_forget(&app, &form.keys(), said).await?;
    Ok(Json(show_one(&app, &said).await?))
}

/// Answers the card that asks for an address: `contact: {email}`.
#[utoipa::path(patch, path = "/api/v1/widget/messages/{id}", tag = "widget",
    params(("website_token" = String, Query,), ("id" = i64, Path,)), request_body = Object,
    responses((status = 200, description = "`{contact}`"), (status = 404, description = "no such card in their conversation"), (status = 422, description = "no address, or one of ours"), (status = 429, description = "too often")))]
pub(crate) async fn answer(
    State(app): State<App>,
    Peer(address): Peer,
    guest: Guest,
    Path(message): Path<String>,
    form: Form,
) -> Result<Json<Value>, Refusal> {
    app.limits.count(Deed::ContactChange, address)?;
    let message = message.parse().map(MessageId).map_err(|_| Refusal::not_found())?;
    let Some(email) = form.text(&["contact", "email"]) else {
        return Err(Refusal::invalid("contact.email: is missing"));
    };
    let contact = answer_email_prompt(&app.desk, &guest.visitor, message, email).await?;
    let mut shape = json!(Oneself::of(&contact));
    shape["email"] = contact.email.into();
    Ok(Json(json!({"contact": shape})))
}

/// A message just said, as its visitor sees it.
pub(super) async fn show_one(app: &App, said: &Said) -> Result<VisitorMessage, Refusal> {
    let (conversation, message, now) = (said.conversation.clone(), said.message.clone(), app.desk.now());
    let parts = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut loader = Loader::new(tx, conversation.account_id, now).await?;
        loader.message(tx, &conversation, message.clone()).await
    });
    let frame = Frame { house: &app.desk.house, now };
    Ok(VisitorMessage::of(&parts.await?, said.contact.id, frame))
}

/// What a body says.
pub(super) fn words(form: &Form) -> Words {
    Words {
        content: form.text(&["message", "content"]),
        files: form.files.clone(),
        echo_id: form.text(&["message", "echo_id"]).filter(|echo_id| echo_id.len() <= 100),
        reply_to: form.text(&["message", "reply_to"]).and_then(|id| id.parse().ok()).map(MessageId),
    }
}

/// What is known should the words begin a conversation.
pub(super) fn opening(form: &Form, headers: &HeaderMap) -> Opening {
    let mut noted = json!({});
    let referer = form.text(&["message", "referer_url"]);
    if let Some(referer) = referer.and_then(|referer| url::Url::parse(&referer).ok())
        && matches!(referer.scheme(), "http" | "https")
    {
        noted["referer"] = short(referer.as_str()).into();
    }
    if let Some(timestamp) = form.text(&["message", "timestamp"]) {
        noted["initiated_at"] = json!({"timestamp": short(&timestamp)});
    }
    if let Some(language) = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) {
        noted["browser_language"] = short(language.split([',', ';']).next().unwrap_or_default()).into();
    }
    if let Some(agent) = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()) {
        noted["user_agent"] = short(agent).into();
    }
    Opening {
        additional_attributes: noted,
        custom_attributes: form.get(&["custom_attributes"]).clone(),
        ..Opening::default()
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(1000).collect()
}
