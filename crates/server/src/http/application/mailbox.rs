//! The mailbox that an e-mail inbox is fetched from: how it goes, and whether the settings work.

use crate::{
    app::App,
    http::{
        auth::Administrator,
        body::InPath,
        problem::Refusal,
        shapes::inbox::{ImapState, SetAside},
    },
    ingress::imap,
};
use axum::{Json, extract::State, http::StatusCode};
use model::ids::InboxId;
use serde::Serialize;
use store::{Tx, inboxes, mailboxes, mails_set_aside};
use utoipa::ToSchema;

/// What came of trying the settings.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Checked {
    /// Mail could be fetched with them.
    ok: bool,
    /// What was found, or what to change.
    words: String,
}

/// Try the settings of an inbox's mailbox: log in and open the folder, fetch nothing. For administrators.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}/imap_check", tag = "inboxes",
    params(("account_id" = i64, Path), ("inbox_id" = i64, Path)),
    responses((status = 200, description = "whether they work, and what to change", body = Checked),
        (status = 404, description = "no such inbox"), (status = 422, description = "it has no mailbox")))]
pub(in crate::http) async fn check(
    State(app): State<App>,
    Administrator(agent): Administrator,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Checked>, Refusal> {
    let (_, id) = path;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, InboxId(id)).await).await?;
    let inbox = found.filter(|inbox| inbox.account_id == agent.account).ok_or_else(Refusal::not_found)?;
    let imap = inbox.email().and_then(|email| email.imap.as_ref()).filter(|imap| !imap.host.is_empty());
    let none = || Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "imap_address: is missing");
    Ok(Json(match imap::check(&app, imap.ok_or_else(none)?).await {
        Ok(words) => Checked { ok: true, words },
        Err(words) => Checked { ok: false, words },
    }))
}

/// How fetching the inbox's mailbox goes.
pub(super) async fn state(tx: &mut Tx<'_>, inbox: InboxId) -> store::Result<Option<ImapState>> {
    let Some(mailbox) = mailboxes::by_inbox(tx, inbox).await? else { return Ok(None) };
    let set_aside = mails_set_aside::latest(tx, inbox).await?.into_iter().map(|mail| SetAside {
        uid: mail.uid,
        reason: mail.reason,
        at: mail.at.as_second(),
        next_try_at: mail.next_try_at.map(model::Timestamp::as_second),
    });
    Ok(Some(ImapState {
        ok: mailbox.ok,
        words: mailbox.words,
        at: mailbox.looked_at.map(model::Timestamp::as_second),
        succeeded_at: mailbox.fetched_at.map(model::Timestamp::as_second),
        fetched: mailbox.fetched,
        set_aside: set_aside.collect(),
    }))
}
