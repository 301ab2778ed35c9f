//! Conversations: lists, one of them, a new one.

use super::{frame, messages::reply, offset, soon};
use crate::{
    app::App,
    http::{
        auth::{Administrator, Agent},
        body::{Body, InPath, InQuery},
        form::Form,
        problem::Refusal,
        shapes::{
            conversation::{Conversation, place},
            load::Loader,
        },
    },
};
use axum::{Json, extract::State};
use desk::{
    erase,
    open_conversation::{Opening, open_conversation},
};
use model::{
    Json as Any,
    conversation::{Conversation as Row, Status},
    ids::{AccountId, ContactId, InboxId, UserId},
};
use serde::{Deserialize, Serialize};
use store::conversations::{self, Assigned, Counts, Filter};
use utoipa::{IntoParams, ToSchema};

/// Conversations on a page of a list.
const PAGE: i64 = 25;

/// Which conversations.
#[derive(Deserialize, IntoParams)]
pub(in crate::http) struct Which {
    /// `open` (default), `resolved`, `pending`, `snoozed` or `all`.
    status: Option<String>,
    /// `all` (default), `me`, `assigned` or `unassigned`.
    assignee_type: Option<String>,
    /// Of that inbox.
    inbox_id: Option<i64>,
    /// Words in the contact's name, address, number or identifier.
    q: Option<String>,
    /// 1 at first; 25 conversations a page.
    page: Option<i64>,
    /// The `cursor` of a conversation: only those further down. Costs the same on every page, and skips and repeats
    /// none while the list moves.
    before: Option<String>,
}

/// A page of conversations, the latest activity first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct List {
    data: ListData,
}

/// A page of conversations with the counts of the list's tabs.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ListData {
    meta: ListMeta,
    payload: Vec<Conversation>,
}

/// How many conversations a list has under each of its tabs.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ListMeta {
    mine_count: i64,
    assigned_count: i64,
    unassigned_count: i64,
    all_count: i64,
}

/// The counts alone.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Meta {
    meta: ListMeta,
}

/// Conversations.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Payload {
    pub(super) payload: Vec<Conversation>,
}

/// With whom, where, and the first message.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub(in crate::http) struct ConversationForm {
    /// The session's name; or `contact_id`.
    source_id: Option<String>,
    /// The inbox.
    inbox_id: Option<i64>,
    /// The contact; a session is made where it has none in the inbox.
    contact_id: Option<i64>,
    /// Who looks after it.
    assignee_id: Option<i64>,
    /// `open` (default), `resolved` or `pending`.
    status: Option<String>,
    /// The first message, with the fields of a message.
    #[schema(value_type = Option<Object>)]
    message: Option<Any>,
    /// What the system noted.
    #[schema(value_type = Option<Object>)]
    additional_attributes: Any,
    /// What the account noted.
    #[schema(value_type = Option<Object>)]
    custom_attributes: Any,
}

/// The account's conversations, the latest activity first.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/conversations", tag = "conversations", params(("account_id" = i64, Path), Which),
    responses((status = 200, description = "a page", body = List), (status = 422, description = "a filter makes no sense")))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    InQuery(which): InQuery<Which>,
) -> Result<Json<List>, Refusal> {
    let (account, user, now) = (agent.account, agent.user.id, app.desk.now());
    let filter = which.filter(user)?;
    let offset = if filter.before.is_some() { 0 } else { offset(which.page, PAGE) };
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut loader = Loader::new(tx, account, now).await?;
        let mut page = Vec::new();
        for conversation in conversations::list(tx, account, &filter, PAGE, offset).await? {
            page.extend(loader.conversation(tx, conversation).await?);
        }
        Ok((page, conversations::counts(tx, account, &filter, user).await?))
    });
    let (page, counts) = read.await?;
    let payload = page.iter().map(|parts| Conversation::of(parts, frame(&app))).collect();
    Ok(Json(List { data: ListData { meta: counts.into(), payload } }))
}

/// How many conversations there are under each tab of the list.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/conversations/meta", tag = "conversations", params(("account_id" = i64, Path), Which),
    responses((status = 200, description = "the counts", body = Meta), (status = 422, description = "a filter makes no sense")))]
pub(in crate::http) async fn meta(
    State(app): State<App>,
    agent: Agent,
    InQuery(which): InQuery<Which>,
) -> Result<Json<Meta>, Refusal> {
    let (account, user) = (agent.account, agent.user.id);
    let filter = which.filter(user)?;
    let read =
        app.desk.db.read::<_, store::Error, _>(async move |tx| conversations::counts(tx, account, &filter, user).await);
    Ok(Json(Meta { meta: read.await?.into() }))
}

/// A conversation.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path, description = "the number people see")),
    responses((status = 200, description = "the conversation", body = Conversation), (status = 404, description = "no such conversation")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Conversation>, Refusal> {
    let (_, number) = path;
    let account = agent.account;
    let found =
        app.desk.db.read::<_, store::Error, _>(async move |tx| conversations::by_display_id(tx, account, number).await);
    shown(&app, found.await?.ok_or_else(Refusal::not_found)?).await
}

/// Erase a conversation for good
///
/// With its messages, files and mails. For administrators. A long one is ended in the background.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}", tag = "conversations",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path, description = "the number people see")),
    responses((status = 200, description = "gone, or going"), (status = 404, description = "no such conversation")))]
pub(in crate::http) async fn remove(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<(), Refusal> {
    let (_, number) = path;
    soon(erase::erase_conversation(&app.desk, agent.account, number, agent.user.id)).await
}

/// Begin a conversation with a contact.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations", tag = "conversations", params(("account_id" = i64, Path)), request_body = ConversationForm,
    responses((status = 200, description = "the new conversation", body = Conversation), (status = 404, description = "no such inbox, contact or session"),
        (status = 422, description = "a value makes no sense")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    agent: Agent,
    Body(form): Body<ConversationForm>,
) -> Result<Json<Conversation>, Refusal> {
    let message = match form.message {
        Some(values) if values.is_object() => Some(reply(Form { values, files: Vec::new() })?),
        Some(_) => return Err(Refusal::invalid("message: must be an object")),
        None => None,
    };
    let asked = Opening {
        source_id: form.source_id,
        inbox_id: form.inbox_id.map(InboxId),
        contact_id: form.contact_id.map(ContactId),
        assignee_id: form.assignee_id.map(UserId),
        status: form.status.as_deref().map(status).transpose()?,
        message,
        additional_attributes: form.additional_attributes,
        custom_attributes: form.custom_attributes,
    };
    let conversation = open_conversation(&app.desk, agent.account, agent.user.id, asked).await?;
    shown(&app, conversation).await
}

/// The conversation as it is now, in full.
pub(super) async fn shown(app: &App, conversation: Row) -> Result<Json<Conversation>, Refusal> {
    let now = app.desk.now();
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut loader = Loader::new(tx, conversation.account_id, now).await?;
        loader.conversation(tx, conversation.clone()).await
    });
    let parts = read.await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(Conversation::of(&parts, frame(app))))
}

/// The conversation of that number in the account.
pub(super) async fn find(app: &App, account: AccountId, number: i64) -> Result<Row, Refusal> {
    let read =
        app.desk.db.read::<_, store::Error, _>(async move |tx| conversations::by_display_id(tx, account, number).await);
    read.await?.ok_or_else(Refusal::not_found)
}

/// The status of that name.
pub(super) fn status(name: &str) -> Result<Status, Refusal> {
    Status::parse(name).ok_or_else(|| Refusal::invalid("status: must be open, resolved, pending or snoozed"))
}

impl Which {
    fn filter(&self, user: UserId) -> Result<Filter, Refusal> {
        let status = match self.status.as_deref() {
            None | Some("") => Some(Status::Open),
            Some("all") => None,
            Some(name) => Some(status(name)?),
        };
        let assigned = match self.assignee_type.as_deref() {
            None | Some("" | "all") => Assigned::All,
            Some("me") => Assigned::To(user),
            Some("assigned") => Assigned::ToAnyone,
            Some("unassigned") => Assigned::ToNobody,
            Some(_) => return Err(Refusal::invalid("assignee_type: must be me, assigned, unassigned or all")),
        };
        let before = match self.before.as_deref() {
            None | Some("") => None,
            Some(cursor) => Some(place(cursor).ok_or_else(|| Refusal::invalid("before: is no cursor"))?),
        };
        let words = self.q.clone().unwrap_or_default();
        Ok(Filter { status, inbox_id: self.inbox_id.map(InboxId), assigned, words, before })
    }
}

impl From<Counts> for ListMeta {
    fn from(counts: Counts) -> Self {
        let Counts { mine, assigned, unassigned, all } = counts;
        Self { mine_count: mine, assigned_count: assigned, unassigned_count: unassigned, all_count: all }
    }
}
