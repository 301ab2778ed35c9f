//! Whose a post is: the inbox that it names, by what outside callers know inboxes of the kind by.

use super::Wire;
use crate::{app::App, http::problem::Refusal};
use model::inbox::Inbox;
use store::inboxes;

/// The inbox of the kind with the first of those keys that one has.
///
/// # Errors
/// Storage trouble.
pub(super) async fn inbox(app: &App, kind: &'static str, keys: Vec<String>) -> Result<Option<Inbox>, Refusal> {
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        for key in &keys {
            if let Some(inbox) = inboxes::by_channel_key(tx, kind, key).await? {
                return Ok(Some(inbox));
            }
        }
        Ok(None)
    });
    Ok(found.await?)
}

/// The way to the provider of the inbox of the kind with that key.
///
/// # Errors
/// 404 where there is none; storage trouble.
pub(super) async fn wire(app: &App, kind: &'static str, key: &str) -> Result<Wire, Refusal> {
    let inbox = inbox(app, kind, vec![key.to_owned()]).await?;
    inbox.and_then(|inbox| Wire::of(app, &inbox)).ok_or_else(Refusal::not_found)
}
