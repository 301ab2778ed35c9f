//! What stands in a person's conversation, and what they say there: neither notes, nor what a stranger wrote and no agent has
//! accepted, nor the details of a mail.

use super::{caller::Place, conversations::here};
use crate::{
    app::App,
    http::{
        body::{InPath, InQuery},
        form::{Form, Upload, or_forget, text},
        limits::Deed,
        problem::Refusal,
        shapes::{Frame, load::Loader, message::VisitorMessage},
    },
};
use axum::{Json, extract::State};
use desk::{answer_email_prompt::answer_email_prompt, client_conversation::say_there, visitor_message::Words};
use model::{ids::MessageId, message::Message};
use serde::Deserialize;
use store::messages::{self, Audience, Range};

/// Which stretch is asked for; ids, exclusive.
#[derive(Debug, Deserialize)]
pub(super) struct Stretch {
    before: Option<i64>,
    after: Option<i64>,
}

/// A stretch of the conversation, ascending: the last 20, the 20 before `before`, the 100 after `after`, or up to 1000 between
/// both.
#[utoipa::path(get, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/messages", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path), ("before" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = Vec<VisitorMessage>), (status = 404, description = "no such conversation of theirs")))]
pub(super) async fn list(
    State(app): State<App>,
    place: Place,
    InQuery(asked): InQuery<Stretch>,
) -> Result<Json<Vec<VisitorMessage>>, Refusal> {
    let conversation = here(&app, &place.visitor).await?;
    let range = Range { before: asked.before.map(MessageId), after: asked.after.map(MessageId) };
    let id = conversation.id;
    let read =
        app.desk.db.read::<_, store::Error, _>(async move |tx| messages::range(tx, id, range, Audience::Visitor).await);
    let stretch = read.await?;
    Ok(Json(shown(&app, &place, stretch).await?))
}

/// The person says something: `content`, `echo_id`, and as a form `attachments[]` (15 files of 40 MiB, 100 MiB together). Said
/// again with the same `echo_id`, it is the same message.
#[utoipa::path(post, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/messages", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path)), request_body = Object,
    responses((status = 200, body = VisitorMessage), (status = 404, description = "no such conversation of theirs"), (status = 413, description = "a file is too large"),
        (status = 422, description = "nothing was said")))]
pub(super) async fn create(
    State(app): State<App>,
    place: Place,
    upload: Upload,
) -> Result<Json<VisitorMessage>, Refusal> {
    let form = upload.read(&app).await?;
    let words = Words {
        content: form.text(&["content"]),
        files: form.files.clone(),
        echo_id: form.text(&["echo_id"]).filter(|echo_id| echo_id.len() <= 100),
        reply_to: form.text(&["reply_to"]).and_then(|id| id.parse().ok()).map(MessageId),
    };
    let said = say_there(&app.desk, &place.visitor, words).await;
    let said = or_forget(&app, &form.keys(), said).await?;
    one(&app, &place, said.message).await
}

/// The person answers the card that asks for an address: `submitted_values: {email}`, or `submitted_email`.
#[utoipa::path(patch, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/messages/{message_id}", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)), request_body = Object,
    responses((status = 200, body = VisitorMessage), (status = 404, description = "no such card in their conversation"), (status = 422, description = "no address, or one of ours"),
        (status = 429, description = "too often from this address")))]
pub(super) async fn answer(
    State(app): State<App>,
    place: Place,
    InPath(path): InPath<(String, String, i64, i64)>,
    form: Form,
) -> Result<Json<VisitorMessage>, Refusal> {
    submit(&app, &place, path.3, &form).await
}

/// The same.
#[utoipa::path(put, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}/conversations/{conversation_id}/messages/{message_id}", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)), request_body = Object,
    responses((status = 200, body = VisitorMessage), (status = 404, description = "no such card in their conversation"), (status = 422, description = "no address, or one of ours"),
        (status = 429, description = "too often from this address")))]
pub(super) async fn replace(
    State(app): State<App>,
    place: Place,
    InPath(path): InPath<(String, String, i64, i64)>,
    form: Form,
) -> Result<Json<VisitorMessage>, Refusal> {
    submit(&app, &place, path.3, &form).await
}

async fn submit(app: &App, place: &Place, id: i64, form: &Form) -> Result<Json<VisitorMessage>, Refusal> {
    place.person.front.count(app, Deed::ContactChange)?;
    let values = form.get(&["submitted_values"]);
    // The reference's front ends send a list of names and values.
    let listed = values.as_array().into_iter().flatten().find(|value| value["name"] == "email");
    let email = listed.and_then(|value| text(&value["value"])).or_else(|| text(&values["email"]));
    let email = email.or_else(|| form.text(&["submitted_email"]));
    let email = email.ok_or_else(|| Refusal::invalid("submitted_values.email: is missing"))?;
    answer_email_prompt(&app.desk, &place.visitor, MessageId(id), email).await?;
    let conversation = here(app, &place.visitor).await?.id;
    let read =
        app.desk.db.read::<_, store::Error, _>(async move |tx| messages::by_id(tx, conversation, MessageId(id)).await);
    let card = read.await?.ok_or_else(Refusal::not_found)?;
    one(app, place, card).await
}

async fn one(app: &App, place: &Place, message: Message) -> Result<Json<VisitorMessage>, Refusal> {
    shown(app, place, vec![message]).await?.pop().map(Json).ok_or_else(Refusal::not_found)
}

async fn shown(app: &App, place: &Place, stretch: Vec<Message>) -> Result<Vec<VisitorMessage>, Refusal> {
    let conversation = here(app, &place.visitor).await?;
    let now = app.desk.now();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut loader = Loader::new(tx, conversation.account_id, now).await?;
        loader.messages(tx, &conversation, stretch.clone()).await
    });
    let frame = Frame { house: &app.desk.house, now };
    let own = place.person.contact.id;
    Ok(read.await?.iter().map(|parts| VisitorMessage::of(parts, own, frame)).collect())
}
