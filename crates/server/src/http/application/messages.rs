//! The messages of a conversation: read, and written by agents.

use super::{conversations::find, frame};
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InPath, InQuery},
        form::{Form, Upload, forget, or_forget, text},
        problem::Refusal,
        shapes::{
            contact::Contact, conversation::Meta as ConversationMeta, load::Loader, message::Message, user::AgentSender,
        },
    },
};
use axum::{Json, extract::State, http::StatusCode};
use desk::{
    Problem,
    client_conversation::said_elsewhere,
    report_message::report_message,
    send_message::{NewReply, send_message},
    visitor_message::Words,
};
use model::{
    Json as Any,
    continuity::Way,
    ids::{AccountId, MessageId},
    message::MessageStatus,
};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use store::{
    conversations,
    messages::{self, Audience, Range},
};
use utoipa::{IntoParams, ToSchema};

/// Which stretch; message ids, exclusive.
#[derive(Deserialize, IntoParams)]
pub(in crate::http) struct Stretch {
    /// Only messages before this one.
    before: Option<i64>,
    /// Only messages after this one.
    after: Option<i64>,
}

/// A stretch of a conversation, ascending.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Messages {
    meta: MessagesMeta,
    payload: Vec<Message>,
}

/// The conversation of these messages.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MessagesMeta {
    /// Labels.
    labels: Vec<String>,
    /// What the system noted.
    #[schema(value_type = Object)]
    additional_attributes: Any,
    /// With whom.
    contact: Contact,
    /// Who looks after it.
    assignee: Option<AgentSender>,
    /// Epoch seconds.
    agent_last_seen_at: Option<i64>,
    /// Epoch seconds.
    assignee_last_seen_at: Option<i64>,
    /// How far the contact has seen it; epoch seconds.
    contact_last_seen_at: Option<i64>,
}

/// A message to be written. As JSON, as a form, or as a multipart form whose files are named `attachments[]`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the fields that `reply` reads, whatever the body's format")]
pub(in crate::http) struct MessageForm {
    /// The words; may be missing where there are files.
    content: Option<String>,
    /// `outgoing`; in API inboxes also `incoming`. Anything else is refused.
    message_type: Option<String>,
    /// A note among agents.
    private: Option<bool>,
    /// `text`; anything else is refused.
    content_type: Option<String>,
    /// Further details; an object or JSON text.
    #[schema(value_type = Option<Object>)]
    content_attributes: Option<Any>,
    /// A template agreed with the provider of the channel, instead of the words: `{name, language, category, processed_params}`;
    /// an object or JSON text.
    #[schema(value_type = Option<Object>)]
    template_params: Option<Any>,
    /// How it goes out: `auto` (default), `channel` or `email`.
    delivery: Option<String>,
    /// Recipients of the mail instead of the contact: a list, or text with commas.
    to_emails: Option<Vec<String>>,
    /// Recipients of copies.
    cc_emails: Option<Vec<String>>,
    /// Recipients of copies that the others do not see.
    bcc_emails: Option<Vec<String>>,
    /// The client's own id for the message.
    echo_id: Option<String>,
    /// Files, in a multipart form.
    #[schema(value_type = Vec<String>, format = Binary)]
    attachments: Option<Vec<u8>>,
}

/// A stretch of a conversation, ascending.
///
/// 20 messages with `before` or neither, 100 with `after`, 1000 with both.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), Stretch),
    responses((status = 200, description = "the messages", body = Messages), (status = 404, description = "no such conversation")))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    InQuery(stretch): InQuery<Stretch>,
) -> Result<Json<Messages>, Refusal> {
    let (_, number) = path;
    let (account, now) = (agent.account, app.desk.now());
    let range = Range { before: stretch.before.map(MessageId), after: stretch.after.map(MessageId) };
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(conversation) = conversations::by_display_id(tx, account, number).await? else { return Ok(None) };
        let mut loader = Loader::new(tx, account, now).await?;
        let stretch = messages::range(tx, conversation.id, range, Audience::Agents).await?;
        let stretch = loader.messages(tx, &conversation, stretch).await?;
        Ok(loader.conversation(tx, conversation).await?.map(|parts| (parts, stretch)))
    });
    let (parts, stretch) = read.await?.ok_or_else(Refusal::not_found)?;
    let ConversationMeta { sender, assignee, .. } = ConversationMeta::of(&parts);
    let row = parts.conversation;
    let seconds = |time: Option<model::Timestamp>| time.map(model::Timestamp::as_second);
    Ok(Json(Messages {
        meta: MessagesMeta {
            labels: Vec::new(),
            additional_attributes: row.additional_attributes,
            contact: sender,
            assignee,
            agent_last_seen_at: seconds(row.agent_last_seen_at),
            assignee_last_seen_at: seconds(row.assignee_last_seen_at),
            contact_last_seen_at: seconds(row.contact_last_seen_at),
        },
        payload: stretch.iter().map(|parts| Message::of(parts, frame(&app))).collect(),
    }))
}

/// Write a message: a reply that goes out, or a note; in API inboxes also what the person said (`message_type: incoming`).
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path)), request_body = MessageForm,
    responses((status = 200, description = "the message", body = Message), (status = 404, description = "no such conversation"),
        (status = 422, description = "nothing written, an address that is none, or no mail can go")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    upload: Upload,
) -> Result<Json<Message>, Refusal> {
    let (_, number) = path;
    find(&app, agent.account, number).await?;
    let form = upload.read(&app).await?;
    let keys = form.keys();
    if matches!(form.text(&["message_type"]).as_deref(), Some("incoming" | "0")) {
        let said = said_elsewhere(&app.desk, agent.account, number, incoming(form)).await;
        let said = or_forget(&app, &keys, said).await?;
        return shown(&app, agent.account, number, said.message.id).await;
    }
    let new = match reply(form) {
        Ok(new) => new,
        Err(refusal) => {
            forget(&app.desk.blobs, &keys).await;
            return Err(refusal);
        }
    };
    let message = send_message(&app.desk, agent.account, number, agent.user.id, new).await;
    let message = or_forget(&app, &keys, message).await?;
    shown(&app, agent.account, number, message.id).await
}

/// What the person said, by a system that speaks for them.
fn incoming(form: Form) -> Words {
    let echo_id = form.text(&["echo_id"]).filter(|echo_id| echo_id.len() <= 100);
    Words { content: form.text(&["content"]), echo_id, files: form.files, reply_to: None }
}

/// What became of a message.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct Report {
    /// `sent`, `delivered`, `read` or `failed`.
    status: String,
    /// Why it failed, in words.
    external_error: Option<String>,
}

/// Report what became of a message, as the front end of an API inbox. What was read stays read.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages/{message_id}", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)), request_body = Report,
    responses((status = 200, description = "the message", body = Message), (status = 403, description = "its inbox is no API inbox"),
        (status = 404, description = "no such message"), (status = 422, description = "no such status, or not a message to the person")))]
pub(in crate::http) async fn report(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
    Body(form): Body<Report>,
) -> Result<Json<Message>, Refusal> {
    let (_, number, id) = path;
    let wrong = || Refusal::invalid("status: must be sent, delivered, read or failed");
    let status = MessageStatus::parse(&form.status).ok_or_else(wrong)?;
    let words = form.external_error.map(|words| words.chars().filter(|c| !c.is_control()).take(1000).collect());
    let reported = report_message(&app.desk, agent.account, number, MessageId(id), status, words).await;
    let message = reported.map_err(|problem| match problem {
        Problem::Forbidden(words) => Refusal::new(StatusCode::FORBIDDEN, words),
        other => other.into(),
    })?;
    shown(&app, agent.account, number, message.id).await
}

/// A message of the conversation as it is now.
pub(in crate::http) async fn shown(
    app: &App,
    account: AccountId,
    number: i64,
    id: MessageId,
) -> Result<Json<Message>, Refusal> {
    let conversation = find(app, account, number).await?;
    let now = app.desk.now();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(message) = messages::by_id(tx, conversation.id, id).await? else { return Ok(None) };
        let mut loader = Loader::new(tx, account, now).await?;
        loader.message(tx, &conversation, message).await.map(Some)
    });
    let parts = read.await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(Message::of(&parts, frame(app))))
}

/// What is to be written.
///
/// # Errors
/// A field is something else than it should be.
pub(super) fn reply(form: Form) -> Result<NewReply, Refusal> {
    match form.text(&["message_type"]).as_deref() {
        None | Some("" | "outgoing" | "1") => {}
        Some("incoming" | "0") => return Err(Refusal::invalid("Incoming messages are only allowed in Api inboxes")),
        Some(_) => return Err(Refusal::invalid("message_type: must be outgoing")),
    }
    if form.text(&["content_type"]).is_some_and(|kind| !matches!(kind.as_str(), "" | "text")) {
        return Err(Refusal::invalid("content_type: must be text"));
    }
    let way = match form.text(&["delivery"]).as_deref() {
        None | Some("" | "auto") => Way::Auto,
        Some("channel") => Way::Channel,
        Some("email") => Way::Email,
        Some(_) => return Err(Refusal::invalid("delivery: must be auto, channel or email")),
    };
    Ok(NewReply {
        content: words(&form)?,
        private: truth(&form, "private")?,
        way,
        echo_id: form.text(&["echo_id"]),
        to_emails: addresses(&form, "to_emails")?,
        cc_emails: addresses(&form, "cc_emails")?,
        bcc_emails: addresses(&form, "bcc_emails")?,
        content_attributes: attributes(&form)?,
        files: form.files,
    })
}

/// The longest message, in characters; as in the reference.
const LONGEST: usize = 150_000;

fn words(form: &Form) -> Result<Option<String>, Refusal> {
    let content = match form.get(&["content"]) {
        Any::Null => return Ok(None),
        value => text(value).ok_or_else(|| Refusal::invalid("content: must be text"))?,
    };
    if content.chars().count() > LONGEST {
        return Err(Refusal::invalid("content: must have at most 150000 characters"));
    }
    Ok(Some(content))
}

fn truth(form: &Form, field: &str) -> Result<bool, Refusal> {
    match form.text(&[field]).as_deref() {
        None | Some("" | "false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(Refusal::invalid(format!("{field}: must be true or false"))),
    }
}

/// A list, or text with commas.
fn addresses(form: &Form, field: &str) -> Result<Vec<String>, Refusal> {
    let wrong = || Refusal::invalid(format!("{field}: must be a list of addresses"));
    let all = match form.get(&[field]) {
        Any::Null => Vec::new(),
        Any::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect::<Result<_, _>>()?
        }
        Any::String(text) => text.split(',').map(str::to_owned).collect(),
        _ => return Err(wrong()),
    };
    Ok(all.into_iter().map(|address| address.trim().to_owned()).filter(|address| !address.is_empty()).collect())
}

/// What only incoming mail may say of itself; nobody writes it by hand.
const OURS: [&str; 2] = ["email", "author"];

/// The details, with the template that was asked for among them.
fn attributes(form: &Form) -> Result<Any, Refusal> {
    let details = object(form, "content_attributes")?.map(|mut details| {
        details.retain(|key, _| !OURS.contains(&key.as_str()));
        details
    });
    let Some(template) = object(form, TEMPLATE)? else { return Ok(details.map_or(Any::Null, Any::Object)) };
    let mut details = details.unwrap_or_default();
    details.insert(TEMPLATE.into(), Any::Object(template));
    Ok(Any::Object(details))
}

/// Where a template stands, as in the reference, and under what its message keeps it.
const TEMPLATE: &str = "template_params";

/// An object, or JSON text of one.
fn object(form: &Form, name: &str) -> Result<Option<Map<String, Any>>, Refusal> {
    let value = match form.get(&[name]) {
        Any::String(text) if text.trim().is_empty() => Any::Null,
        Any::String(text) => serde_json::from_str(text).unwrap_or(Any::Bool(false)),
        value => value.clone(),
    };
    match value {
        Any::Null => Ok(None),
        Any::Object(object) => Ok(Some(object)),
        _ => Err(Refusal::invalid(format!("{name}: must be an object"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(values: Any) -> Result<NewReply, Refusal> {
        reply(Form { values, files: Vec::new() })
    }

    #[test]
    fn forms_and_json_say_the_same() {
        let rows = [
            json!({"content": "hi", "private": true, "cc_emails": ["a@example.org", "b@example.org"], "content_attributes": {"in_reply_to": 4}}),
            json!({"content": "hi", "private": "true", "cc_emails": "a@example.org, b@example.org,", "content_attributes": "{\"in_reply_to\":4}"}),
        ];
        for values in rows {
            let reply = of(values).unwrap();
            assert_eq!(reply.content.as_deref(), Some("hi"));
            assert!(reply.private);
            assert_eq!(reply.cc_emails, ["a@example.org", "b@example.org"]);
            assert_eq!(reply.content_attributes, json!({"in_reply_to": 4}));
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let rows = [
            ("Incoming", json!({"message_type": "incoming", "content": "x"})),
            ("message_type", json!({"message_type": "activity", "content": "x"})),
            ("content_type", json!({"content_type": "cards", "content": "x"})),
            ("delivery", json!({"delivery": "pigeon", "content": "x"})),
            ("private", json!({"private": "perhaps", "content": "x"})),
            ("content:", json!({"content": ["x"]})),
            ("content:", json!({"content": "x".repeat(LONGEST + 1)})),
            ("cc_emails", json!({"cc_emails": 7, "content": "x"})),
            ("content_attributes", json!({"content_attributes": "[]", "content": "x"})),
            ("template_params", json!({"template_params": "none", "content": "x"})),
        ];
        for (field, values) in rows {
            let refusal = of(values).expect_err(field);
            assert_eq!(refusal.status.as_u16(), 422);
            assert!(refusal.error.starts_with(field), "{}", refusal.error);
        }
    }

    #[test]
    fn a_template_stands_among_the_details_wherever_it_was_named() {
        let rows = [
            json!({"content": "x", "template_params": {"name": "n"}, "content_attributes": {"k": 1}}),
            json!({"content": "x", "template_params": "{\"name\":\"n\"}", "content_attributes": "{\"k\":1}"}),
            json!({"content": "x", "content_attributes": {"k": 1, "template_params": {"name": "n"}}}),
        ];
        for row in rows {
            assert_eq!(of(row).unwrap().content_attributes, json!({"k": 1, "template_params": {"name": "n"}}));
        }
        assert_eq!(of(json!({"content": "x", "template_params": ""})).unwrap().content_attributes, Any::Null);
    }

    #[test]
    fn nobody_forges_a_mail() {
        let reply = of(
            json!({"content": "x", "content_attributes": {"email": {"from": ["a@example.org"]}, "author": {}, "k": 1}}),
        );
        assert_eq!(reply.unwrap().content_attributes, json!({"k": 1}));
    }
}
