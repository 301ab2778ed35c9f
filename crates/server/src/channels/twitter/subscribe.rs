//! Tells X where the webhook is, and subscribes the profile to it (<https://docs.x.com/x-api/webhooks/quickstart>,
//! <https://docs.x.com/x-api/account-activity/quickstart>). The webhook belongs to the app, the subscription to the profile.

use super::{
    Wire,
    ask::{Refused, app, ask, signed},
};
use desk::send_on_channel::Trouble;
use model::Json;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

/// Registers the webhook where it is not yet, has X ask it again where X has lost faith in it, and subscribes the profile.
///
/// # Errors
/// X says no.
pub(super) async fn subscribe(wire: &Wire) -> Result<(), Refused> {
    let bearer = bearer(wire).await?;
    let in_the_apps_name = |method: Method, segments: &[&str]| wire.request(method, segments).bearer_auth(&bearer);
    let known = ask(wire, in_the_apps_name(Method::GET, &["2", "webhooks"])).await?;
    let id = match ours(wire, &known) {
        Some(webhook) => {
            let id = text(&webhook["id"])?;
            if webhook["valid"] == false {
                ask(wire, in_the_apps_name(Method::PUT, &["2", "webhooks", &id])).await?;
            }
            id
        }
        None => {
            let request = in_the_apps_name(Method::POST, &["2", "webhooks"]);
            let made = ask(wire, with_json(request, &json!({"url": wire.webhook()}))).await?;
            // Older answers have the webhook itself, newer ones have it below `data`.
            text(if made["data"].is_object() { &made["data"]["id"] } else { &made["id"] })?
        }
    };
    let subscription = |method: &Method| {
        signed(wire, method, wire.url(&["2", "account_activity", "webhooks", &id, "subscriptions", "all"]))
    };
    let before = ask(wire, subscription(&Method::GET)).await?;
    if before["data"]["subscribed"] != true {
        ask(wire, with_json(subscription(&Method::POST), &json!({}))).await?;
    }
    Ok(())
}

/// What speaks for the app (<https://docs.x.com/fundamentals/authentication/oauth-2-0/bearer-tokens>).
async fn bearer(wire: &Wire) -> Result<String, Refused> {
    let (key, secret) = app(wire);
    let request = wire.request(Method::POST, &["oauth2", "token"]).basic_auth(key, Some(secret));
    let request = request.header("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    text(&ask(wire, request.body("grant_type=client_credentials")).await?["access_token"])
}

/// The webhook of the list that leads here: the inbox's own address, or the one that all inboxes share.
fn ours(wire: &Wire, known: &Json) -> Option<Json> {
    let shared = format!("{}/webhooks/twitter", wire.app.config.frontend_url);
    let addresses = [wire.webhook(), Some(shared)];
    let leads_here = |webhook: &&Json| addresses.iter().flatten().any(|address| webhook["url"] == address.as_str());
    known["data"].as_array()?.iter().find(leads_here).cloned()
}

fn with_json(request: RequestBuilder, body: &Json) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

fn text(value: &Json) -> Result<String, Refused> {
    let words = || Trouble { code: None, words: "X: the answer lacks what the documentation names".into() };
    value.as_str().map(str::to_owned).ok_or_else(|| Refused::Unheard(words()))
}
