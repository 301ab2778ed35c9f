//! The mail behind a message: headers, source, what became of it and why.

use crate::{
    app::App,
    http::{auth::Agent, body::InPath, problem::Refusal},
};
use axum::{Json, extract::State};
use desk::original::original;
use mail::{Mail, html};
use model::{Json as Any, ids::MessageId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most bytes of source that are shown; the inbound log has the whole.
const SHOWN: usize = 256 * 1024;

/// The mail behind a message.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Original {
    /// Name and value of each header, in order; none once the mail is erased.
    headers: Vec<(String, String)>,
    /// The mail as it arrived, at most 256 KiB; empty once it is erased.
    source: String,
    /// What became of it: `delivered`, `held`, …
    state: &'static str,
    /// Why.
    reason: String,
    /// How that was decided, in words.
    trace: Vec<String>,
    /// What SPF, DKIM and DMARC said: `pass`, `fail`, `none`, …; null where they were not checked.
    verdicts: Option<Verdicts>,
    /// All its words, quoted history and all.
    text: String,
    /// Its HTML, made harmless; null where it has none.
    html: Option<String>,
}

/// What SPF, DKIM and DMARC said: `pass`, `fail`, `none`, …
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Verdicts {
    spf: &'static str,
    dkim: &'static str,
    dmarc: &'static str,
    /// Who says so: `segue`, a mail server or a provider.
    by: Option<String>,
}

impl From<mail::verdict::Verdicts> for Verdicts {
    fn from(said: mail::verdict::Verdicts) -> Self {
        Self { spf: said.spf.as_str(), dkim: said.dkim.as_str(), dmarc: said.dmarc.as_str(), by: said.by }
    }
}

/// The mail behind a message.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages/{message_id}/original", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)),
    responses((status = 200, description = "the mail", body = Original), (status = 404, description = "no such message, or it came by no mail")))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
) -> Result<Json<Original>, Refusal> {
    let (_, number, id) = path;
    let found = original(&app.desk, agent.account, number, MessageId(id)).await?;
    let bytes = found.bytes.unwrap_or_default();
    let shown = bytes.get(..SHOWN).unwrap_or(&bytes);
    let source = String::from_utf8_lossy(shown).into_owned();
    // Away from the async threads. A parser that panics leaves what was kept when the mail came in.
    let parsed = tokio::task::spawn_blocking(move || (!bytes.is_empty()).then(|| mail::parse(&bytes)));
    let parsed: Option<Mail> = parsed.await.ok().flatten();
    let kept = |pointer: &str| found.kept.pointer(pointer).and_then(Any::as_str).map(str::to_owned);
    let (text, html) = match &parsed {
        Some(mail) => (mail.text.clone(), mail.html.as_deref().map(html::sanitize)),
        None => (
            kept("/email/text_content/full").or_else(|| kept("/email/html_content/reply")).unwrap_or_default(),
            kept("/email/html_content/full").map(|markup| html::sanitize(&markup)),
        ),
    };
    let verdicts = Option::<mail::verdict::Verdicts>::deserialize(&found.mail.verdicts).ok().flatten();
    let headers = parsed.map(|mail| mail.headers).unwrap_or_default();
    Ok(Json(Original {
        headers: headers.into_iter().map(|header| (header.name, header.value)).collect(),
        source,
        state: found.mail.state.as_str(),
        reason: found.mail.reason,
        trace: found.mail.trace,
        verdicts: verdicts.map(Into::into),
        text,
        html,
    }))
}
