//! The inbound log, for administrators: what arrived, what became of it and why.

use crate::{
    app::App,
    http::{
        auth::Administrator,
        body::{Body, InPath, InQuery, read},
        problem::Refusal,
    },
};
use axum::{
    Json,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use desk::{
    accept_held::accept_held,
    accept_mail::LARGEST,
    inbound_log::{self, Entry, MOST_REPLAYED},
    receive_mail::{Foreseen, foresee},
};
use model::{Json as Any, Timestamp, ids::InboundMailId, inbound::InboundState};
use serde::{Deserialize, Serialize};
use store::inbound_log::Filter;
use utoipa::{IntoParams, ToSchema};

/// Which mails.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
pub(in crate::http) struct Which {
    /// `pending`, `delivered`, `held`, `ignored`, `unrouted`, `bounce` or `failed`.
    state: Option<String>,
    /// Words in sender, recipients (the envelope's too), subject or Message-ID.
    q: Option<String>,
    /// The way they came: `relay`, `smtp`, …
    ingress: Option<String>,
    /// `human`, `auto_reply`, `auto_generated`, `bounce`, `receipt` or `list`.
    kind: Option<String>,
    /// Accepted then or later: seconds since 1970, RFC 3339, or a day such as `2026-11-22` (UTC).
    since: Option<String>,
    /// Accepted before: as `since`.
    until: Option<String>,
    /// Only mails before that one: the `next_before` of the page above.
    before: Option<i64>,
}

impl Which {
    fn filter(self) -> Result<Filter, Refusal> {
        let filled = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
        Ok(Filter {
            state: filled(self.state).map(|name| state(&name)).transpose()?,
            ingress: filled(self.ingress),
            kind: filled(self.kind),
            since: filled(self.since).map(|text| time("since", &text)).transpose()?,
            until: filled(self.until).map(|text| time("until", &text)).transpose()?,
            words: self.q.unwrap_or_default(),
            before: self.before.map(InboundMailId),
        })
    }
}

fn state(name: &str) -> Result<InboundState, Refusal> {
    InboundState::parse(name).ok_or_else(|| Refusal::invalid("state: is none of the states"))
}

fn time(field: &str, text: &str) -> Result<Timestamp, Refusal> {
    inbound_log::time(text).ok_or_else(|| Refusal::invalid(format!("{field}: is no time")))
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
    /// Recipients of the envelope, where the ingress knew them.
    envelope_to: Vec<String>,
    subject: Option<String>,
    message_id: Option<String>,
    /// `human`, `bounce`, …; null until it has been parsed.
    kind: Option<String>,
    state: &'static str,
    /// Why, in words.
    reason: String,
    /// What SPF, DKIM and DMARC said; null where nobody looked, or not yet.
    verdicts: Option<InboundVerdicts>,
    /// Bytes.
    size: i64,
    /// Whether its bytes are there.
    raw: bool,
    /// When they will be erased, seconds since 1970; null once they are, and while it is being processed.
    erases_at: Option<i64>,
    /// Number of the conversation it went to.
    conversation_id: Option<i64>,
}

/// What SPF, DKIM and DMARC said of a mail: `pass`, `fail`, `none`, …
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InboundVerdicts {
    spf: Option<String>,
    dkim: Option<String>,
    dmarc: Option<String>,
    /// Whose words these are.
    by: Option<String>,
}

impl InboundVerdicts {
    fn of(kept: &Any) -> Option<Self> {
        let word = |name| kept.get(name).and_then(Any::as_str).map(str::to_owned);
        kept.is_object().then(|| Self { spf: word("spf"), dkim: word("dkim"), dmarc: word("dmarc"), by: word("by") })
    }
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
    /// Give it as `before`; null on the last page. A page that is not full may have it: a search stops after a while and
    /// goes on from there.
    next_before: Option<i64>,
}

/// How many mails there are in each state.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InboundCounts {
    pending: i64,
    delivered: i64,
    held: i64,
    ignored: i64,
    unrouted: i64,
    bounce: i64,
    failed: i64,
    /// Held, unrouted and failed mails whose bytes go within two weeks because nobody has decided about them.
    erased_soon: i64,
    /// When the first of them goes, seconds since 1970.
    erased_at: Option<i64>,
}

/// Which mails to process again: `ids`, or `state` with other filters.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::http) struct ReplayForm {
    /// Their numbers, at most 200.
    ids: Option<Vec<i64>>,
    /// `failed`, `held` or `unrouted`.
    state: Option<String>,
    /// As in the list.
    q: Option<String>,
    /// As in the list.
    ingress: Option<String>,
    /// As in the list.
    kind: Option<String>,
    /// As in the list.
    since: Option<String>,
    /// As in the list.
    until: Option<String>,
    /// The `next_before` of the answer above.
    before: Option<i64>,
}

/// What became of several mails.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ReplayedMany {
    /// How many there were.
    replayed: usize,
    /// The oldest first.
    results: Vec<Replayed>,
    /// Whether others match that were not processed: at most 200 are at once.
    more: bool,
    /// Give it as `before` to go on with those.
    next_before: Option<i64>,
}

/// What became of a mail.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Replayed {
    id: i64,
    state: &'static str,
    reason: String,
}

impl From<Entry> for Replayed {
    fn from(Entry { mail, .. }: Entry) -> Self {
        Self { id: mail.id.0, state: mail.state.as_str(), reason: mail.reason }
    }
}

/// A mail to look at.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct DryRunForm {
    /// The mail with its headers.
    source: String,
    /// Recipients of the envelope, if they differ from what the headers say.
    #[serde(default)]
    to: Vec<String>,
}

/// What would become of a mail that came now.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct DryRun {
    /// `human`, `bounce`, …
    kind: &'static str,
    message_id: String,
    /// The account's conversations it would go to.
    conversations: Vec<DryRunIn>,
    /// The account's e-mail inboxes in which it would open a conversation.
    opens: Vec<DryRunOpening>,
    /// The state of a mail that goes to none.
    state: Option<&'static str>,
    /// The decisions, in words, in order.
    trace: Vec<String>,
}

/// What would become of it in one conversation.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct DryRunIn {
    account_id: i64,
    /// Its number.
    conversation_id: i64,
    /// `append`, `append withheld`, or why it would be held.
    verdict: String,
    /// The newly written words.
    content: Option<String>,
}

/// An e-mail inbox in which it would open a conversation.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct DryRunOpening {
    account_id: i64,
    inbox_id: i64,
    /// Its name.
    inbox: String,
}

impl From<Foreseen> for DryRun {
    fn from(Foreseen { kind, message_id, conversations, opens, state, trace }: Foreseen) -> Self {
        let conversations = conversations.into_iter().map(|there| DryRunIn {
            account_id: there.account_id.0,
            conversation_id: there.conversation_id,
            verdict: there.verdict,
            content: there.content,
        });
        let opens = opens.into_iter().map(|there| DryRunOpening {
            account_id: there.account_id.0,
            inbox_id: there.inbox_id.0,
            inbox: there.inbox,
        });
        let (conversations, opens) = (conversations.collect(), opens.collect());
        Self { kind, message_id, conversations, opens, state, trace }
    }
}

impl From<Entry> for InboundMail {
    fn from(Entry { mail, conversation, erases_at }: Entry) -> Self {
        let to = if mail.recipients.is_empty() { mail.envelope_to.clone() } else { mail.recipients };
        Self {
            id: mail.id.0,
            received_at: mail.received_at.as_second(),
            ingress: mail.ingress,
            from: mail.from_address.or(mail.envelope_from),
            to,
            envelope_to: mail.envelope_to,
            subject: mail.subject,
            message_id: mail.message_id_header,
            kind: mail.kind,
            state: mail.state.as_str(),
            reason: mail.reason,
            verdicts: InboundVerdicts::of(&mail.verdicts),
            size: mail.size,
            raw: !mail.erased,
            erases_at: erases_at.map(Timestamp::as_second),
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
    let page = inbound_log::list(&app.desk, agent.account, which.filter()?).await?;
    let next_before = page.next.map(|next| next.0);
    let payload = page.entries.into_iter().map(Into::into).collect();
    Ok(Json(InboundMails { payload, meta: InboundMeta { next_before } }))
}

/// How many incoming mails there are in each state, and what will be erased soon.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/inbound_mails/counts", tag = "inbound log",
    params(("account_id" = i64, Path)), responses((status = 200, description = "the counts", body = InboundCounts)))]
pub(in crate::http) async fn counts(
    State(app): State<App>,
    Administrator(agent): Administrator,
) -> Result<Json<InboundCounts>, Refusal> {
    let counts = inbound_log::counts(&app.desk, agent.account).await?;
    let of = |state| counts.by_state.get(&state).copied().unwrap_or(0);
    Ok(Json(InboundCounts {
        pending: of(InboundState::Pending),
        delivered: of(InboundState::Delivered),
        held: of(InboundState::Held),
        ignored: of(InboundState::Ignored),
        unrouted: of(InboundState::Unrouted),
        bounce: of(InboundState::Bounce),
        failed: of(InboundState::Failed),
        erased_soon: counts.erased_soon,
        erased_at: counts.erased_at.map(Timestamp::as_second),
    }))
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
    Ok(Json(inbound_log::replay(&app.desk, agent.account, InboundMailId(id)).await?.into()))
}

/// Process several mails again whose cause may have been mended
///
/// Those named, or those that match; at most 200 at once. Mails that failed, were held or found no conversation are
/// processed anew; any other stays as it is.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inbound_mails/replay", tag = "inbound log",
    params(("account_id" = i64, Path)), request_body = ReplayForm,
    responses((status = 200, description = "what became of them", body = ReplayedMany),
        (status = 404, description = "one of the ids is none of the account's"),
        (status = 422, description = "neither ids nor a state that can be processed again")))]
pub(in crate::http) async fn replay_many(
    State(app): State<App>,
    Administrator(agent): Administrator,
    Body(form): Body<ReplayForm>,
) -> Result<Json<ReplayedMany>, Refusal> {
    let ReplayForm { ids, state, q, ingress, kind, since, until, before } = form;
    let (entries, next_before, more) = if let Some(ids) = ids {
        let more = ids.len() > MOST_REPLAYED;
        let ids = ids.into_iter().map(InboundMailId).collect();
        (inbound_log::replay_each(&app.desk, agent.account, ids).await?, None, more)
    } else {
        let filter = Which { state, q, ingress, kind, since, until, before }.filter()?;
        let (entries, next) = inbound_log::replay_matching(&app.desk, agent.account, filter).await?;
        (entries, next.map(|next| next.0), next.is_some())
    };
    let results: Vec<Replayed> = entries.into_iter().map(Into::into).collect();
    Ok(Json(ReplayedMany { replayed: results.len(), results, more, next_before }))
}

/// See what would become of a mail; nothing is kept
///
/// The body is the mail (`message/rfc822`), or JSON with the mail and envelope recipients.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inbound_mails/dry_run", tag = "inbound log",
    params(("account_id" = i64, Path)),
    request_body(content((DryRunForm = "application/json"), (Vec<u8> = "message/rfc822"))),
    responses((status = 200, description = "where it would go and why", body = DryRun),
        (status = 413, description = "larger than 50 MiB"), (status = 422, description = "no mail")))]
pub(in crate::http) async fn dry_run(
    State(app): State<App>,
    Administrator(agent): Administrator,
    request: Request,
) -> Result<Json<DryRun>, Refusal> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_mail = media.trim_start().to_ascii_lowercase().starts_with("message/rfc822");
    // As JSON a mail may be twice as long.
    let most = if is_mail { LARGEST } else { LARGEST * 2 };
    let body = to_bytes(request.into_body(), most).await;
    let body = body.map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The mail is larger than 50 MiB"))?;
    let (raw, to) = if is_mail { (body, Vec::new()) } else { pasted(&body)? };
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::invalid("source: must not be empty"));
    }
    Ok(Json(foresee(&app.desk, raw, to, Some(agent.account)).await?.into()))
}

fn pasted(body: &[u8]) -> Result<(Bytes, Vec<String>), Refusal> {
    let value = serde_json::from_slice(body)
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, format!("The body is not JSON: {error}")))?;
    let DryRunForm { source, to } = read(value)?;
    Ok((source.into(), to))
}

/// Erase the bytes of a mail now
///
/// Its place in the log, its hash and the trace stay, so that the same mail is known if it comes again. The message it
/// became stays too.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/inbound_mails/{inbound_mail_id}/raw", tag = "inbound log",
    params(("account_id" = i64, Path), ("inbound_mail_id" = i64, Path)),
    responses((status = 204, description = "gone"), (status = 404, description = "no such mail"),
        (status = 422, description = "it is being processed")))]
pub(in crate::http) async fn erase_raw(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<StatusCode, Refusal> {
    let (_, id) = path;
    inbound_log::erase_raw(&app.desk, agent.account, InboundMailId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
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
    let Entry { mail, conversation, .. } = entry;
    Ok(Json(Accepted { id, state: mail.state.as_str(), reason: mail.reason, conversation_id: conversation }))
}
