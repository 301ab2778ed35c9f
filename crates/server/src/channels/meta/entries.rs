//! The webhooks of Messenger and Instagram: one address for all pages or accounts of an app, and one post may tell of several.
//! Each entry counts only where the post is signed with the secret of the inbox that the entry is for, so that whoever has
//! one page here cannot speak for another.

use super::signed;
use crate::{
    app::App,
    channels::{Admitted, Posted, Wire},
    http::problem::Refusal,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{Json, inbox::Inbox};
use serde_json::json;
use store::inboxes;

/// Meta puts at most so many changes into one post (Webhooks, "Getting started").
const MOST_ENTRIES: usize = 1000;

/// What a webhook of Meta's goes by.
pub(in crate::channels) struct Product {
    /// The kind of channel.
    pub(in crate::channels) kind: &'static str,
    /// `object` of its posts.
    pub(in crate::channels) object: &'static str,
    /// The variable with the app's secret, for inboxes that have none of their own.
    pub(in crate::channels) app_secret: &'static str,
    /// The variables with verify tokens, beside those of the inboxes.
    pub(in crate::channels) verify_tokens: &'static [&'static str],
}

/// Answers a verification request: the token must be that of one of the inboxes, or of the house.
///
/// # Errors
/// 401 where it is another.
pub(in crate::channels) async fn prove(app: &App, post: &Posted, product: &Product) -> Result<Response, Refusal> {
    let wires = all(app, product).await?;
    let own = wires.iter().map(|wire| wire.value("verify_token"));
    let house = product.verify_tokens.iter().map(|variable| app.config.channels.value(variable));
    super::handshake(post, &own.chain(house).collect::<Vec<_>>())
}

/// Checks a post, and takes it apart by inbox. Entries for a page whose secret did not sign the post are left out.
///
/// # Errors
/// 400 where it is no notification of the product; 401 where nobody who is known has signed it.
pub(in crate::channels) async fn admit(app: &App, post: &Posted, product: &Product) -> Result<Admitted, Refusal> {
    let body: Json = serde_json::from_slice(&post.body).unwrap_or_default();
    let entries =
        body["entry"].as_array().filter(|list| body["object"] == product.object && list.len() <= MOST_ENTRIES);
    let Some(entries) = entries else {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "The body is no notification of this webhook"));
    };
    let (mut posts, mut forged) = (Vec::new(), false);
    for (inbox, entries) in by_inbox(app, product, entries).await? {
        let secret = Wire::of(app, &inbox).map(|wire| wire.value_or("app_secret", product.app_secret).to_owned());
        if signed(post, &secret.unwrap_or_default()) {
            posts.push((inbox.id, json!({"object": product.object, "entry": entries}).to_string()));
        } else {
            forged = true;
            tracing::warn!(channel = product.kind, inbox = %inbox.id, "entries were left out: the signature is not its app's");
        }
    }
    // What is for nobody here, such as a test from Meta's dashboard, changes nothing, but it must be Meta's.
    if posts.is_empty() && (forged || !anybody_signed(app, post, product).await?) {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "The signature is wrong"));
    }
    Ok(Admitted { posts, answer: "EVENT_RECEIVED".into_response() })
}

/// The entries of each inbox, in order.
async fn by_inbox(app: &App, product: &Product, entries: &[Json]) -> Result<Vec<(Inbox, Vec<Json>)>, Refusal> {
    let mut apart: Vec<(String, Vec<Json>)> = Vec::new();
    for entry in entries {
        let id = entry["id"].as_str().unwrap_or_default();
        match apart.iter_mut().find(|(known, _)| known == id) {
            Some((_, list)) => list.push(entry.clone()),
            None => apart.push((id.to_owned(), vec![entry.clone()])),
        }
    }
    let kind = product.kind;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut found = Vec::new();
        for (id, entries) in &apart {
            if let Some(inbox) = inboxes::by_channel_key(tx, kind, id).await? {
                found.push((inbox, entries.clone()));
            }
        }
        Ok(found)
    });
    Ok(found.await?)
}

/// Whether the post is signed with the secret of the house, or of any inbox of the kind.
async fn anybody_signed(app: &App, post: &Posted, product: &Product) -> Result<bool, Refusal> {
    if signed(post, app.config.channels.value(product.app_secret)) {
        return Ok(true);
    }
    Ok(all(app, product).await?.iter().any(|wire| signed(post, wire.value("app_secret"))))
}

async fn all(app: &App, product: &Product) -> Result<Vec<Wire>, Refusal> {
    let kind = product.kind;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::of_kind(tx, kind).await);
    Ok(found.await?.iter().filter_map(|inbox| Wire::of(app, inbox)).collect())
}
