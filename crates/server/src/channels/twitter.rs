//! Direct messages on X/Twitter (<https://docs.x.com/x-api/direct-messages/manage/introduction>): activities come by a webhook
//! that X signs, replies go in the name of the profile by OAuth 1.0a. There is no reply window.

mod answer;
mod ask;
mod event;
mod hook;
mod oauth;
mod subscribe;
mod upload;

use super::{Admitted, Listed, Lost, Part, Piece, Posted, Provider, Reply, Wire, pieces};
use crate::{app::App, fetch::Fetched, http::problem::Refusal};
use ask::{ask, signed};
use axum::response::Response;
use desk::{
    channel_media::LARGEST,
    receive_on_channel::{News, Person},
    send_on_channel::{End, Errand, Trouble},
};
use futures_util::future::BoxFuture;
use model::channel::{Capabilities, Continuity, Field, Files, Kind, Limit, Marks, Shape, Shown, Units};
use reqwest::Method;
use serde_json::json;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&Twitter) };

/// Where the files of direct messages are (<https://docs.x.com/x-api/direct-messages/media/introduction>).
const FILES: &str = "https://ton.twitter.com";
/// The longest text of a direct message.
const TEXT: Limit = Limit { most: 10_000, units: Units::Characters };

static KIND: Kind = Kind {
    name: "twitter_profile",
    title: "X/Twitter",
    fields: &[
        Field {
            name: "profile_id",
            label: "Profile ID",
            help: "The number of the profile, not its @name: the digits before the hyphen in its access token",
            shown: Shown::Everyone,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "consumer_key",
            label: "API key",
            help: "X Developer Console, the app, Keys and tokens; also called consumer key. TWITTER_CONSUMER_KEY where empty",
            shown: Shown::Administrators,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "consumer_secret",
            label: "API key secret",
            help: "Beside the API key; also called consumer secret. TWITTER_CONSUMER_SECRET where empty",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "twitter_access_token",
            label: "Access token",
            help: "X Developer Console, the app, Keys and tokens, with permission to read, write and send direct messages",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "twitter_access_token_secret",
            label: "Access token secret",
            help: "Beside the access token",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "client_secret",
            label: "OAuth 2.0 client secret",
            help: "Only if the app has one: X then signs its posts with it",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
    ],
    key: |given| given.get("profile_id").filter(|id| id.bytes().all(|digit| digit.is_ascii_digit())).cloned(),
    webhook: |settings| Some(format!("/webhooks/twitter/{}", settings.key)),
    able: |_| Capabilities {
        window: None,
        text: TEXT,
        files: Files { largest: upload::LARGEST_FILM, caption: Some(TEXT) },
        marks: Marks { delivered: false, read: true },
        templates: false,
    },
    write_first: None,
    continuity: Continuity::Undeliverable,
    steps: &[
        "In the X Developer Console, make an app whose plan has the Account Activity API, with permission to read, write and send direct messages.",
        "Under Keys and tokens, copy the API key with its secret, and make an access token with its secret for the profile. Do so after the permission is set.",
        "Paste them below. Segue registers the webhook with X and subscribes the profile to it: {webhook}",
        "Write to the profile from another one: the message stands in Segue within seconds.",
    ],
};

struct Twitter;

impl Provider for Twitter {
    fn home(&self) -> &'static str {
        "https://api.x.com"
    }

    fn hooks(&self) -> &'static [&'static str] {
        &["/webhooks/twitter", "/webhooks/twitter/{profile}"]
    }

    fn admit<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>> {
        Box::pin(hook::admit(app, post))
    }

    fn handshake<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Response, Refusal>> {
        Box::pin(hook::challenge(app, post))
    }

    fn read(&self, wire: &Wire, body: &str) -> Result<Vec<News>, String> {
        event::read(wire.value("profile_id"), body)
    }

    fn profile<'a>(&'a self, wire: &'a Wire, id: &'a str) -> BoxFuture<'a, Option<Person>> {
        Box::pin(async move {
            let user = ask(wire, signed(wire, &Method::GET, wire.url(&["2", "users", id]))).await.ok()?;
            Some(event::person(id, &json!({ id: user["data"] })))
        })
    }

    fn pieces(&self, wire: &Wire, errand: &Errand) -> Vec<Piece> {
        pieces::taking(wire, errand, upload::takes)
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let body = match part.piece {
                Piece::Text(words) => json!({ "text": words }),
                Piece::File(file, words) => {
                    let mut body = json!({"attachments": [{"media_id": upload::upload(wire, file).await?}]});
                    if let Some(words) = words {
                        body["text"] = json!(words);
                    }
                    body
                }
                Piece::Template(_) => {
                    return Err(End::Never(Trouble { code: None, words: "X has no templates".into() }));
                }
            };
            let url = wire.url(&["2", "dm_conversations", "with", part.to(), "messages"]);
            let request = signed(wire, &Method::POST, url).header("content-type", "application/json");
            let taken = ask(wire, request.body(body.to_string())).await.map_err(|refused| refused.end(wire))?;
            Ok(taken["data"]["dm_event_id"].as_str().map(str::to_owned))
        })
    }

    fn media<'a>(&'a self, wire: &'a Wire, path: &'a str) -> BoxFuture<'a, Result<Fetched, Lost>> {
        Box::pin(async move {
            let segments: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
            let request = signed(wire, &Method::GET, wire.url_at(FILES, &segments));
            let reply = wire.client().fetch(request, LARGEST).await.map_err(|trouble| Lost::Later(trouble.words))?;
            if !reply.is_good() {
                let words = format!("X answers {}", reply.status);
                return Err(if reply.may_pass() { Lost::Later(words) } else { Lost::Never(words) });
            }
            Ok(Fetched { bytes: reply.body, content_type: reply.content_type, name: None })
        })
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let me = ask(wire, signed(wire, &Method::GET, wire.url(&["2", "users", "me"]))).await;
            let me = me.map_err(ask::Refused::trouble)?["data"].clone();
            let handle = me["username"].as_str().unwrap_or("?");
            if me["id"].as_str() != Some(wire.value("profile_id")) {
                let words = format!("The access token is that of @{handle}, not of this profile");
                return Err(Trouble { code: None, words });
            }
            Ok(format!("X knows the profile @{handle}"))
        })
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move { subscribe::subscribe(wire).await.map_err(ask::Refused::trouble) })
    }
}
