//! The account's contacts.

use super::{conversations::Payload, frame, offset, soon};
use crate::{
    app::App,
    http::{
        auth::{Administrator, Agent},
        body::{Body, InPath, InQuery, given},
        problem::Refusal,
        shapes::{
            contact::{Contact, Session},
            conversation::Conversation,
            load::Loader,
        },
    },
};
use axum::{Json, extract::State};
use desk::{
    edit_contact::{ContactChange, create_contact, update_contact},
    erase,
};
use model::{
    Json as Any,
    contact::Contact as Person,
    ids::{AccountId, ContactId, InboxId},
};
use serde::{Deserialize, Serialize};
use store::{contacts, conversations};
use utoipa::{IntoParams, ToSchema};

/// Contacts on a page of a list.
pub(super) const PAGE: i64 = 15;

/// Which contacts.
#[derive(Deserialize, IntoParams)]
pub(in crate::http) struct Which {
    /// Words in name, address, number or identifier.
    q: Option<String>,
    /// 1 at first; 15 contacts a page.
    page: Option<i64>,
}

/// A page of contacts, those who did something last first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Contacts {
    pub(super) meta: ContactsMeta,
    pub(super) payload: Vec<Contact>,
}

/// How many contacts there are in all.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ContactsMeta {
    pub(super) count: i64,
    pub(super) current_page: i64,
}

/// A contact.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OneContact {
    pub(super) payload: Contact,
}

/// A new contact.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct NewContact {
    payload: NewContactPayload,
}

/// A new contact, and its session where an inbox was named.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct NewContactPayload {
    contact: Contact,
    contact_inbox: Option<Session>,
}

/// What of a contact is to be set; what is missing stays as it is, null or an empty text takes a value away.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct ContactForm {
    /// Name.
    name: Option<String>,
    /// Address.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// Vouch for the address, or no longer.
    email_verified: Option<bool>,
    /// Phone number in E.164.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone_number: Option<Option<String>>,
    /// The site's own name for the person; unique in the account.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    identifier: Option<Option<String>>,
    /// A blocked contact reopens nothing and notifies nobody.
    blocked: Option<bool>,
    /// Set beside those there are.
    #[schema(value_type = Option<Object>)]
    additional_attributes: Option<Any>,
    /// Set beside those there are.
    #[schema(value_type = Option<Object>)]
    custom_attributes: Option<Any>,
    /// On creation: makes a session in this inbox.
    inbox_id: Option<i64>,
}

/// The account's contacts.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts", tag = "contacts", params(("account_id" = i64, Path), Which),
    responses((status = 200, description = "a page of contacts", body = Contacts)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    InQuery(which): InQuery<Which>,
) -> Result<Json<Contacts>, Refusal> {
    page(&app, agent.account, which).await
}

/// Search the account's contacts.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts/search", tag = "contacts", params(("account_id" = i64, Path), Which),
    responses((status = 200, description = "a page of contacts", body = Contacts), (status = 422, description = "q is missing")))]
pub(in crate::http) async fn search(
    State(app): State<App>,
    agent: Agent,
    InQuery(which): InQuery<Which>,
) -> Result<Json<Contacts>, Refusal> {
    if which.q.as_deref().is_none_or(|words| words.trim().is_empty()) {
        return Err(Refusal::invalid("q: is missing"));
    }
    page(&app, agent.account, which).await
}

async fn page(app: &App, account: AccountId, which: Which) -> Result<Json<Contacts>, Refusal> {
    let now = app.desk.now();
    let words = which.q.unwrap_or_default();
    let page = which.page;
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let loader = Loader::new(tx, account, now).await?;
        let found = contacts::search(tx, account, &words, PAGE, offset(page, PAGE)).await?;
        let payload = found.iter().map(|contact| Contact::of(contact, loader.contact_here(contact.id))).collect();
        let count = contacts::count(tx, account, &words).await?;
        Ok(Contacts { meta: ContactsMeta { count, current_page: page.unwrap_or(1) }, payload })
    });
    Ok(Json(read.await?))
}

/// A contact with its sessions.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)),
    responses((status = 200, description = "the contact", body = OneContact), (status = 404, description = "no such contact")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<OneContact>, Refusal> {
    let (_, id) = path;
    let (account, id) = (agent.account, ContactId(id));
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| contacts::by_id(tx, account, id).await);
    let contact = read.await?.ok_or_else(Refusal::not_found)?;
    shown(&app, contact).await
}

/// Make a contact.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/contacts", tag = "contacts", params(("account_id" = i64, Path)), request_body = ContactForm,
    responses((status = 200, description = "the new contact", body = NewContact),
        (status = 422, description = "a value makes no sense, or is another contact's: then `message` and `attributes` say which")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    agent: Agent,
    Body(form): Body<ContactForm>,
) -> Result<Json<NewContact>, Refusal> {
    let inbox = form.inbox_id.map(InboxId);
    let (contact, session) = create_contact(&app.desk, agent.account, agent.user.id, form.change(), inbox).await?;
    let contact_inbox = session.as_ref().map(|(session, inbox)| Session::of(session, inbox));
    let sessions: Vec<_> = session.into_iter().collect();
    let contact = Contact::of(&contact, false).with_sessions(&sessions);
    Ok(Json(NewContact { payload: NewContactPayload { contact, contact_inbox } }))
}

/// Change what is known of a contact.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)), request_body = ContactForm,
    responses((status = 200, description = "the contact", body = OneContact), (status = 422, description = "a value makes no sense, or the identifier is taken")))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    Body(form): Body<ContactForm>,
) -> Result<Json<OneContact>, Refusal> {
    let (_, id) = path;
    let contact = update_contact(&app.desk, agent.account, ContactId(id), agent.user.id, form.change()).await?;
    shown(&app, contact).await
}

/// Change what is known of a contact.
#[utoipa::path(put, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)), request_body = ContactForm,
    responses((status = 200, description = "the contact", body = OneContact), (status = 422, description = "a value makes no sense, or the identifier is taken")))]
pub(in crate::http) async fn replace(
    state: State<App>,
    agent: Agent,
    path: InPath<(i64, i64)>,
    body: Body<ContactForm>,
) -> Result<Json<OneContact>, Refusal> {
    update(state, agent, path, body).await
}

/// Erase a contact for good
///
/// With all their conversations, their files and mails, and what they wrote elsewhere. For administrators. Large ones are
/// ended in the background.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)),
    responses((status = 200, description = "gone, or going"), (status = 404, description = "no such contact")))]
pub(in crate::http) async fn remove(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<(), Refusal> {
    let (_, id) = path;
    soon(erase::erase_contact(&app.desk, agent.account, ContactId(id), agent.user.id)).await
}

/// The contact's latest 20 conversations.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}/conversations", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)),
    responses((status = 200, description = "the conversations", body = Payload), (status = 404, description = "no such contact")))]
pub(in crate::http) async fn conversations(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Payload>, Refusal> {
    let (_, id) = path;
    let (account, id, now) = (agent.account, ContactId(id), app.desk.now());
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(contact) = contacts::by_id(tx, account, id).await? else { return Ok(None) };
        let mut loader = Loader::new(tx, account, now).await?;
        let mut all = Vec::new();
        for conversation in conversations::of_contact(tx, account, contact.id).await? {
            all.extend(loader.conversation(tx, conversation).await?);
        }
        Ok(Some(all))
    });
    let all = read.await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(Payload { payload: all.iter().map(|parts| Conversation::of(parts, frame(&app))).collect() }))
}

pub(super) async fn shown(app: &App, contact: Person) -> Result<Json<OneContact>, Refusal> {
    let now = app.desk.now();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut loader = Loader::new(tx, contact.account_id, now).await?;
        let sessions = loader.sessions(tx, contact.id).await?;
        Ok(Contact::of(&contact, loader.contact_here(contact.id)).with_sessions(&sessions))
    });
    Ok(Json(OneContact { payload: read.await? }))
}

impl ContactForm {
    fn change(self) -> ContactChange {
        ContactChange {
            name: self.name,
            email: self.email.map(Option::unwrap_or_default),
            email_verified: self.email_verified,
            phone_number: self.phone_number.map(Option::unwrap_or_default),
            identifier: self.identifier.map(Option::unwrap_or_default),
            blocked: self.blocked,
            additional_attributes: self.additional_attributes,
            custom_attributes: self.custom_attributes,
        }
    }
}
