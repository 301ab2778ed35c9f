//! Where the mail behind a message is cut, why, and an agent who moves that.

use super::messages::shown;
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InPath},
        problem::Refusal,
        shapes::message::Message,
    },
};
use axum::{Json, extract::State};
use desk::move_cut::{CutShown, PartShown, move_cut, show_cut};
use model::{Json as Any, ids::MessageId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A mail's text, and where it is cut.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Cut {
    /// The whole text, line by line.
    lines: Vec<String>,
    /// How many lines from the top an agent chose to show; null while the cut is as it was found.
    kept: Option<usize>,
    /// Who chose.
    by: Option<CutBy>,
    /// The rule that decided when the mail came: `whole` where nothing was cut.
    rule: String,
    /// How sure that is: `unsure`, `likely` or `certain`.
    confidence: String,
    /// What was found, from the top and without gaps.
    parts: Vec<CutPart>,
}

/// Who moved a cut.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CutBy {
    id: i64,
    name: String,
}

/// A run of lines that was taken for one thing.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CutPart {
    /// The line it begins with; the first is 0.
    line: usize,
    /// `written`, `quoted`, `quote_header`, `signature`, `footer` or `forwarded`.
    kind: String,
    /// The rule that told.
    rule: String,
    /// How sure that is: `unsure`, `likely` or `certain`.
    confidence: String,
    /// Whether it stood in the message as it was found.
    shown: bool,
}

impl From<PartShown> for CutPart {
    fn from(PartShown { line, kind, rule, confidence, shown }: PartShown) -> Self {
        Self { line, kind, rule, confidence, shown }
    }
}

impl From<CutShown> for Cut {
    fn from(CutShown { lines, kept, by, rule, confidence, parts }: CutShown) -> Self {
        let by = by.map(|(id, name)| CutBy { id: id.0, name });
        Self { lines, kept, by, rule, confidence, parts: parts.into_iter().map(Into::into).collect() }
    }
}

/// Where the mail behind a message is cut, and why
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages/{message_id}/cut", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)),
    responses((status = 200, description = "the text and its parts", body = Cut), (status = 404, description = "no such message"),
        (status = 422, description = "the message came by no mail")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
) -> Result<Json<Cut>, Refusal> {
    let (_, number, id) = path;
    let cut = show_cut(&app.desk, agent.account, number, MessageId(id)).await?;
    Ok(Json(cut.into()))
}

/// Where to cut.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct CutMove {
    /// How many lines of the whole text, from the top, to show: all of them shows the whole mail; null goes back to what
    /// was found.
    #[schema(value_type = Option<usize>)]
    lines: Any,
}

/// Move the cut of the mail behind a message
///
/// The message's words change for everybody who sees it; nothing of the mail is lost.
#[utoipa::path(put, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages/{message_id}/cut", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)), request_body = CutMove,
    responses((status = 200, description = "the message", body = Message), (status = 404, description = "no such message"),
        (status = 422, description = "the message came by no mail, has no such line, or nothing would be left of it")))]
pub(in crate::http) async fn change(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
    Body(asked): Body<CutMove>,
) -> Result<Json<Message>, Refusal> {
    let (_, number, id) = path;
    let kept = match &asked.lines {
        Any::Null => None,
        lines => {
            let count = lines.as_u64().and_then(|lines| usize::try_from(lines).ok());
            Some(count.ok_or_else(|| Refusal::invalid("lines: must be a number of lines, or null"))?)
        }
    };
    move_cut(&app.desk, agent.account, number, MessageId(id), agent.user.id, kept).await?;
    shown(&app, agent.account, number, MessageId(id)).await
}
