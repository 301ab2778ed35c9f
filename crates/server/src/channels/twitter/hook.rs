//! The webhook: X asks now and then whether it is still ours, and signs what it posts
//! (<https://docs.x.com/x-api/webhooks/introduction>, "Security"). Both are the same HMAC under the same secret, so that an
//! answer to the wrong question would be a signature for a forged post: questions that could be posts are not answered.

use super::{Admitted, KIND, Posted, Wire, ask, event};
use crate::channels::addressed;
use crate::{app::App, http::problem::Refusal};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::signing::{hmac_sha256_bytes, same};
use model::inbox::Inbox;
use serde_json::{Value, json};

/// The headers with the signature of a post: under the OAuth 2.0 client secret, and under the API key secret.
const SIGNATURES: [&str; 2] = ["x-twitter-webhooks-signature-oauth2", "x-twitter-webhooks-signature"];
/// The longest question.
const LONGEST_QUESTION: usize = 256;

/// The secrets of an app; empty where there is none.
struct Secrets {
    client: String,
    consumer: String,
}

impl Secrets {
    /// Those of the app of an inbox, else of the house's app.
    fn of(app: &App, inbox: Option<&Inbox>) -> Self {
        match inbox.and_then(|inbox| Wire::of(app, inbox)) {
            Some(wire) => {
                Self { client: wire.value("client_secret").to_owned(), consumer: ask::app(&wire).1.to_owned() }
            }
            None => {
                let consumer = app.config.channels.value("TWITTER_CONSUMER_SECRET").to_owned();
                Self { client: String::new(), consumer }
            }
        }
    }
}

fn sign(secret: &str, message: &[u8]) -> String {
    format!("sha256={}", STANDARD.encode(hmac_sha256_bytes(secret.as_bytes(), message)))
}

async fn inbox(app: &App, profile: &str) -> Result<Option<Inbox>, Refusal> {
    addressed::inbox(app, KIND.name, vec![profile.to_owned()]).await
}

/// Answers X's question whether the webhook is ours.
///
/// # Errors
/// It is none of X's; nobody knows the profile in the path, or no secret is set.
pub(super) async fn challenge(app: &App, post: &Posted) -> Result<Response, Refusal> {
    let question = post.in_query("crc_token");
    let plain = question.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.~=+/:".contains(&c));
    if question.is_empty() || question.len() > LONGEST_QUESTION || !plain {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "crc_token: is none of X's"));
    }
    let inbox = match post.in_path("profile") {
        "" => None,
        profile => Some(inbox(app, profile).await?.ok_or_else(Refusal::not_found)?),
    };
    let secrets = Secrets::of(app, inbox.as_ref());
    let secret = Some(secrets.client).filter(|secret| !secret.is_empty()).unwrap_or(secrets.consumer);
    if secret.is_empty() {
        return Err(Refusal::not_found());
    }
    Ok(Json(json!({"response_token": sign(&secret, question.as_bytes())})).into_response())
}

/// Admits what X has signed, for the profile that it names. What is for a profile without an inbox is dropped.
///
/// # Errors
/// It is no object, or the signature is wrong.
pub(super) async fn admit(app: &App, post: &Posted) -> Result<Admitted, Refusal> {
    let body: Value = serde_json::from_slice(&post.body).unwrap_or_default();
    if !body.is_object() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "The body is no JSON object"));
    }
    let inbox = inbox(app, event::profile(&body).unwrap_or_else(|| post.in_path("profile"))).await?;
    let secrets = Secrets::of(app, inbox.as_ref());
    let signed = SIGNATURES
        .into_iter()
        .zip([&secrets.client, &secrets.consumer])
        .any(|(header, secret)| !secret.is_empty() && same(&sign(secret, &post.body), post.header(header)));
    if !signed {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "The signature is wrong"));
    }
    match inbox {
        Some(inbox) => Admitted::whole(inbox.id, post),
        None => Ok(Admitted { posts: Vec::new(), answer: Json(json!({})).into_response() }),
    }
}
