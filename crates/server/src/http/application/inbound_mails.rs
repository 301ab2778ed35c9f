//! The inbound log, for administrators: what arrived, what became of it and why.

use crate::{
    app::App,
    http::{
        auth::Administrator,
        body::{InPath, InQuery},
        problem::Refusal,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use desk::{
    accept_held::accept_held,
    inbound_log::{self, Entry, PAGE},
};
use model::{ids::InboundMailId, inbound::InboundState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which mails.
#[derive(Deserialize, IntoParams)]
pub(in crate::http) struct Which {
    /// `pending`, `delivered`, `held`, `ignored`, `unrouted`, `bounce` or `failed`.
    state: Option<String>,
    /// Words in sender, recipients, subject or Message-ID.
    q: Option<String>,
    /// Only mails before that one: the `next_before` of the page above.
    before: Option<i64>,
}

/// An incoming mail.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InboundMail {
    id: i64,
    /// Seconds since 1970.
    received_at: i64,
    /// Which way it came: `relay`, `sandbox`, …
    ingress: String,
    /// The author's address.
    from: Option<String>,
    /// Everyone it was addressed to, the envelope's recipients too.
    to: Vec<String>,
    subject: Option<String>,
    message_id: Option<String>,
    state: &'static str,
    /// Why, in words.
    reason: String,
    /// Bytes.
    size: i64,
    /// Number of the conversation it went to.
    conversation_id: Option<i64>,
}

/// An incoming mail with everything that is known of it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InboundMailDetail {
    #[serde(flatten)]
    mail: InboundMail,
    /// The decisions about it, in words, in order.
    trace: Vec<String>,
    /// Name and value of each header, in order; none once the mail is erased.
    headers: Vec<(String, String)>,
}

/// A page of the log, the latest first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InboundMails {
    payload: Vec<InboundMail>,
    meta: InboundMeta,
}

/// Where the next page begins.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InboundMeta {
    /// Give it as `before`; null on the last page.
    next_before: Option<i64>,
}

/// What became of a mail.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Replayed {
    id: i64,
    state: &'static str,
    reason: String,
}

impl From<Entry> for InboundMail {
    fn from(Entry { mail, conversation }: Entry) -> Self {
        let to = if mail.recipients.is_empty() { mail.envelope_to } else { mail.recipients };
        Self {
            id: mail.id.0,
            received_at: mail.received_at.as_second(),
            ingress: mail.ingress,
            from: mail.from_address.or(mail.envelope_from),
            to,
            subject: mail.subject,
            message_id: mail.message_id_header,
            state: mail.state.as_str(),
            reason: mail.reason,
            size: mail.size,
            conversation_id: conversation,
        }
    }
}

/// The account's incoming mails, and those of nobody that were addressed to it.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inbound_mails", tag = "inbound log",
    params(("account_id" = i64, Path), Which), responses((status = 200, description = "a page", body = InboundMails)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InQuery(which): InQuery<Which>,
) -> Result<Json<InboundMails>, Refusal> {
    let state = match which.state.as_deref().filter(|state| !state.is_empty()) {
        Some(name) => Some(InboundState::parse(name).ok_or_else(|| Refusal::invalid("state: is none of the states"))?),
        None => None,
    };
    let which =
        inbound_log::Which { state, words: which.q.unwrap_or_default(), before: which.before.map(InboundMailId) };
    let entries = inbound_log::list(&app.desk, agent.account, which).await?;
    let full = i64::try_from(entries.len()).is_ok_and(|count| count == PAGE);
    let next_before = entries.last().filter(|_| full).map(|entry| entry.mail.id.0);
    Ok(Json(InboundMails { payload: entries.into_iter().map(Into::into).collect(), meta: InboundMeta { next_before } }))
}

/// One incoming mail, with the trace of the decisions about it.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inbound_mails/{inbound_mail_id}", tag = "inbound log",
    params(("account_id" = i64, Path), ("inbound_mail_id" = i64, Path)),
    responses((status = 200, description = "the mail", body = InboundMailDetail), (status = 404, description = "no such mail")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<InboundMailDetail>, Refusal> {
    let (_, id) = path;
    let (entry, bytes) = inbound_log::show(&app.desk, agent.account, InboundMailId(id)).await?;
    // Away from the async threads; a mail the parser fails on has no headers to show.
    let parsed = tokio::task::spawn_blocking(move || bytes.map(|bytes| mail::parse(&bytes).headers));
    let headers = parsed.await.ok().flatten().unwrap_or_default();
    let trace = entry.mail.trace.clone();
    let headers = headers.into_iter().map(|header| (header.name, header.value)).collect();
    Ok(Json(InboundMailDetail { mail: entry.into(), trace, headers }))
}

/// The mail as it came, to be saved.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inbound_mails/{inbound_mail_id}/raw", tag = "inbound log",
    params(("account_id" = i64, Path), ("inbound_mail_id" = i64, Path)),
    responses((status = 200, description = "the mail", content_type = "message/rfc822"),
        (status = 404, description = "no such mail, or it has been erased")))]
pub(in crate::http) async fn raw(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Response, Refusal> {
    let (_, id) = path;
    let (_, bytes) = inbound_log::show(&app.desk, agent.account, InboundMailId(id)).await?;
    let bytes = bytes.ok_or_else(Refusal::not_found)?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"mail-{id}.eml\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, name.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// Process a mail again whose cause may have been mended
///
/// Mails that failed, were held or found no conversation are processed anew; any other stays as it is.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inbound_mails/{inbound_mail_id}/replay", tag = "inbound log",
    params(("account_id" = i64, Path), ("inbound_mail_id" = i64, Path)),
    responses((status = 200, description = "what became of it", body = Replayed), (status = 404, description = "no such mail")))]
pub(in crate::http) async fn replay(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Replayed>, Refusal> {
    let (_, id) = path;
    let entry = inbound_log::replay(&app.desk, agent.account, InboundMailId(id)).await?;
    Ok(Json(Replayed { id, state: entry.mail.state.as_str(), reason: entry.mail.reason }))
}

/// What became of a mail that was accepted.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Accepted {
    id: i64,
    state: &'static str,
    reason: String,
    /// Number of the conversation it went to.
    conversation_id: Option<i64>,
}

/// Accept a held mail: it is appended under its author's own name
///
/// Of several administrators who accept it at once one does; the others get what it has become.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inbound_mails/{inbound_mail_id}/accept", tag = "inbound log",
    params(("account_id" = i64, Path), ("inbound_mail_id" = i64, Path)),
    responses((status = 200, description = "what became of it", body = Accepted), (status = 404, description = "no such mail"),
        (status = 422, description = "the mail is not held")))]
pub(in crate::http) async fn accept(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Accepted>, Refusal> {
    let (_, id) = path;
    let entry = accept_held(&app.desk, agent.account, InboundMailId(id), agent.user.id).await?;
    let Entry { mail, conversation } = entry;
    Ok(Json(Accepted { id, state: mail.state.as_str(), reason: mail.reason, conversation_id: conversation }))
}
