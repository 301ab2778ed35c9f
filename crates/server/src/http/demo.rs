//! `/demo`, under `segue demo` only: somebody's website with the widget on it, and the loop explained in five steps.

use super::{problem::Refusal, shapes::inbox::snippet};
use crate::app::App;
use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse},
};
use store::{accounts, inboxes};

const PAGE: &str = include_str!("demo.html");

/// The page.
pub(super) async fn demo(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    if !app.config.demo {
        return Err(Refusal::not_found());
    }
    let found = app.desk.db.read::<_, store::Error, _>(async |tx| {
        let Some(account) = accounts::all(tx).await?.into_iter().next() else { return Ok(None) };
        let inboxes = inboxes::of_account(tx, account.id).await?;
        Ok(inboxes.into_iter().find(|inbox| inbox.web_widget().is_some()))
    });
    let inbox = found.await?.ok_or_else(Refusal::not_found)?;
    let widget = inbox.web_widget().ok_or_else(Refusal::not_found)?;
    let snippet = snippet(&app.desk.house.frontend_url, &widget.website_token);
    let page = PAGE
        .replace("{{account}}", &inbox.account_id.to_string())
        .replace("{{delay}}", &inbox.settings.continuity_delay.to_string())
        .replace("{{snippet}}", &snippet);
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)))
}
