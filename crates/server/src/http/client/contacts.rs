//! `/public/api/v1/inboxes/{identifier}` and the people below it.

use super::{
    caller::{Front, Person},
    shape::{ClientContact, ClientInbox, ClientRecord},
};
use crate::{
    app::App,
    http::{body::InQuery, form::Form, limits::Deed, problem::Refusal, widget::contact::details},
};
use axum::{Json, extract::State};
use desk::{
    client_contact::introduce,
    identify_visitor::{Identity, identify_visitor, may_see},
};
use model::contact::ContactInbox;
use serde::Deserialize;

/// What an inbox is called and asks for.
#[utoipa::path(get, path = "/public/api/v1/inboxes/{inbox_identifier}", tag = "client", security(()), params(("inbox_identifier" = String, Path)),
    responses((status = 200, body = ClientInbox), (status = 404, description = "no such inbox")))]
pub(super) async fn inbox(front: Front) -> Json<ClientInbox> {
    Json(ClientInbox::of(&front.inbox))
}

/// Introduces a person: `identifier`, `identifier_hash`, `email`, `name`, `phone_number`, `avatar_url`, `custom_attributes`,
/// and a `source_id` of one's own if wanted. Again with the same `source_id`, it is the same session.
#[utoipa::path(post, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts", tag = "client", security(()), params(("inbox_identifier" = String, Path)), request_body = Object,
    responses((status = 200, body = ClientContact), (status = 401, description = "the hash is wrong, or missing and mandatory"), (status = 404, description = "no such inbox"),
        (status = 422, description = "a value makes no sense"), (status = 429, description = "too many from this address")))]
pub(super) async fn create(State(app): State<App>, front: Front, form: Form) -> Result<Json<ClientContact>, Refusal> {
    front.count(&app, Deed::NewSession)?;
    let (contact, session) = introduce(&app.desk, &front.inbox, form.text(&["source_id"]), identity(&form)).await?;
    let own = owns(&app, &front, &session, &contact).await?;
    Ok(Json(ClientContact::of(&contact, &session, own)))
}

async fn owns(
    app: &App,
    front: &Front,
    session: &ContactInbox,
    contact: &model::contact::Contact,
) -> Result<bool, Refusal> {
    let account_id = front.inbox.account_id;
    let visitor = desk::visitor::Visitor { account_id, session: session.clone(), only: None, at: None };
    let contact = contact.clone();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| visitor.owns(tx, &contact).await);
    Ok(read.await?)
}

/// Who vouches for a person who only asks.
#[derive(Debug, Deserialize)]
pub(super) struct Vouched {
    identifier: Option<String>,
    identifier_hash: Option<String>,
}

/// Who a person is.
#[utoipa::path(get, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path), ("identifier" = Option<String>, Query), ("identifier_hash" = Option<String>, Query)),
    responses((status = 200, body = ClientContact), (status = 401, description = "the hash is wrong, or missing and mandatory"), (status = 404, description = "no such person")))]
pub(super) async fn show(
    State(app): State<App>,
    person: Person,
    InQuery(asked): InQuery<Vouched>,
) -> Result<Json<ClientContact>, Refusal> {
    let Vouched { identifier, identifier_hash } = asked;
    let identity = Identity { identifier, identifier_hash, ..Identity::default() };
    may_see(&app.desk.house, &person.front.inbox, &person.visitor.session, &identity)?;
    Ok(Json(ClientContact::of(&person.contact, &person.visitor.session, person.own)))
}

/// Changes what is known of a person; the parameters are those of their introduction.
#[utoipa::path(patch, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path)), request_body = Object,
    responses((status = 200, body = ClientRecord), (status = 401, description = "the hash is wrong, or missing and mandatory"), (status = 404, description = "no such person"),
        (status = 422, description = "a value makes no sense"), (status = 429, description = "too often from this address")))]
pub(super) async fn change(State(app): State<App>, person: Person, form: Form) -> Result<Json<ClientRecord>, Refusal> {
    keep(&app, person, &form).await
}

/// The same.
#[utoipa::path(put, path = "/public/api/v1/inboxes/{inbox_identifier}/contacts/{source_id}", tag = "client", security(()),
    params(("inbox_identifier" = String, Path), ("source_id" = String, Path)), request_body = Object,
    responses((status = 200, body = ClientRecord), (status = 401, description = "the hash is wrong, or missing and mandatory"), (status = 404, description = "no such person"),
        (status = 422, description = "a value makes no sense"), (status = 429, description = "too often from this address")))]
pub(super) async fn replace(State(app): State<App>, person: Person, form: Form) -> Result<Json<ClientRecord>, Refusal> {
    keep(&app, person, &form).await
}

async fn keep(app: &App, person: Person, form: &Form) -> Result<Json<ClientRecord>, Refusal> {
    person.front.count(app, Deed::ContactChange)?;
    let known = identify_visitor(&app.desk, &person.visitor, identity(form)).await?;
    // Whoever else it turned out to be has a session of their own.
    let session = known.new_session.unwrap_or(person.visitor.session);
    let contact = known.contact;
    Ok(Json(ClientRecord {
        contact: ClientContact::of(&contact, &session, true),
        account_id: contact.account_id.0,
        identifier: contact.identifier,
        additional_attributes: contact.additional_attributes,
        custom_attributes: contact.custom_attributes,
        created_at: contact.created_at,
        last_activity_at: contact.last_activity_at,
    }))
}

fn identity(form: &Form) -> Identity {
    let mut details = details(&form.values);
    // An empty field of a form says nothing.
    details.email = details.email.filter(|email| !email.trim().is_empty());
    Identity { identifier: form.text(&["identifier"]), identifier_hash: form.text(&["identifier_hash"]), details }
}
