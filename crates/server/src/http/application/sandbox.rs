//! Mail that is kept instead of sent: for administrators, and only while no mail server is configured.

use crate::{
    app::App,
    http::{
        auth::Administrator,
        body::{Body, InPath},
        problem::Refusal,
    },
};
use axum::{Json, extract::State};
use desk::sandbox::{self, Kept};
use model::ids::MailId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Kept mails, newest first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SandboxMails {
    payload: Vec<SandboxMail>,
}

/// A kept mail.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SandboxMail {
    /// Row id.
    id: i64,
    /// The envelope's recipient.
    to: String,
    /// `From`, decoded.
    from: String,
    /// `Reply-To`, decoded; null while inbound mail is off.
    reply_to: Option<String>,
    /// Subject, decoded.
    subject: String,
    /// The conversation's number.
    conversation_id: i64,
    /// The messages it carries.
    message_ids: Vec<i64>,
    /// When it was written; epoch seconds.
    created_at: i64,
}

/// A kept mail as its recipient would see it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SandboxMailWhole {
    #[serde(flatten)]
    mail: SandboxMail,
    /// The plain part.
    text: String,
    /// The HTML part, as sent: it is to be shown in a sandboxed frame.
    html: Option<String>,
    /// Name and value of each header, in order.
    headers: Vec<(String, String)>,
}

/// What the recipient answers.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct SandboxReply {
    /// The words.
    #[serde(default)]
    text: String,
}

/// The answer on its way in.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SandboxReplied {
    /// Its place in the inbound log.
    inbound_mail_id: i64,
}

impl SandboxMail {
    fn of(kept: Kept) -> Self {
        Self {
            id: kept.mail.id.0,
            to: kept.mail.envelope_to,
            from: kept.mail.header_from,
            reply_to: kept.mail.reply_to,
            subject: kept.mail.subject,
            conversation_id: kept.display_id,
            message_ids: kept.messages.iter().map(|id| id.0).collect(),
            created_at: kept.mail.created_at.as_second(),
        }
    }
}

/// Where a server is configured there is no sandbox.
fn open(app: &App) -> Result<(), Refusal> {
    if app.desk.house.sandbox { Ok(()) } else { Err(Refusal::not_found()) }
}

/// Mails that were kept instead of sent, newest first.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/sandbox/mails", tag = "mail sandbox", params(("account_id" = i64, Path)),
    responses((status = 200, description = "the mails", body = SandboxMails), (status = 404, description = "a mail server is configured")))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    Administrator(agent): Administrator,
) -> Result<Json<SandboxMails>, Refusal> {
    open(&app)?;
    let kept = sandbox::list(&app.desk, agent.account).await?;
    Ok(Json(SandboxMails { payload: kept.into_iter().map(SandboxMail::of).collect() }))
}

/// A kept mail as its recipient would see it.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/sandbox/mails/{mail_id}", tag = "mail sandbox",
    params(("account_id" = i64, Path), ("mail_id" = i64, Path)),
    responses((status = 200, description = "the mail", body = SandboxMailWhole), (status = 404, description = "no such mail, or a mail server is configured")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<SandboxMailWhole>, Refusal> {
    open(&app)?;
    let (kept, raw) = sandbox::show(&app.desk, agent.account, MailId(path.1)).await?;
    let mail = mail::parse(&raw);
    Ok(Json(SandboxMailWhole {
        mail: SandboxMail::of(kept),
        text: mail.text,
        html: mail.html,
        headers: mail.headers.into_iter().map(|header| (header.name, header.value)).collect(),
    }))
}

/// Answer a kept mail as its recipient: a real mail, quoted history and all, on the real way in.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/sandbox/mails/{mail_id}/reply", tag = "mail sandbox",
    params(("account_id" = i64, Path), ("mail_id" = i64, Path)), request_body = SandboxReply,
    responses((status = 200, description = "it was accepted", body = SandboxReplied), (status = 404, description = "no such mail, or a mail server is configured"),
        (status = 422, description = "no words")))]
pub(in crate::http) async fn reply(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
    Body(answer): Body<SandboxReply>,
) -> Result<Json<SandboxReplied>, Refusal> {
    open(&app)?;
    let accepted = sandbox::reply(&app.desk, agent.account, MailId(path.1), &answer.text).await?;
    Ok(Json(SandboxReplied { inbound_mail_id: accepted.id.0 }))
}
