//! LINE official accounts (<https://developers.line.biz/en/reference/messaging-api/>): events come by a webhook that LINE
//! signs, replies go as push messages under a retry key, so that LINE takes none of them twice. There is no reply window.

mod event;
mod pushed;

use super::{Admitted, Listed, Lost, Part, Piece, Posted, Provider, Reply, Wire, addressed, pieces};
use crate::{app::App, fetch::Fetched, http::problem::Refusal};
use axum::{http::StatusCode, response::IntoResponse};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::{
    channel_media::LARGEST,
    file_links,
    receive_on_channel::{News, Person},
    send_on_channel::{End, Errand, Trouble},
    signing::{hmac_sha256_bytes, same},
};
use futures_util::future::BoxFuture;
use model::{
    Json,
    attachment::Attachment,
    channel::{Capabilities, Continuity, Field, Files, Kind, Limit, Marks, Shape, Shown, Units},
    ids::MessageId,
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use store::messages;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&Line) };

/// Where files that people sent are (reference, "Domain name").
const FILES: &str = "https://api-data.line.me";
/// Where the pictures of stickers are.
const STICKERS: &str = "https://stickershop.line-scdn.net";
/// The header with the signature of the body (reference, "Signature validation").
const SIGNATURE_HEADER: &str = "x-line-signature";
/// A picture goes as its own preview, which may have so many bytes (reference, "Image message", `previewImageUrl`).
const LARGEST_PREVIEW: i64 = 1_000_000;

static KIND: Kind = Kind {
    name: "line",
    title: "LINE",
    fields: &[
        Field {
            name: "line_channel_id",
            label: "Channel ID",
            help: "LINE Developers console, the channel, Basic settings",
            shown: Shown::Everyone,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "line_channel_secret",
            label: "Channel secret",
            help: "LINE Developers console, the channel, Basic settings",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "line_channel_token",
            label: "Channel access token",
            help: "LINE Developers console, the channel, Messaging API: a long-lived one",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
    ],
    key: |given| given.get("line_channel_id").filter(|id| id.bytes().all(|digit| digit.is_ascii_digit())).cloned(),
    webhook: |settings| Some(format!("/webhooks/line/{}", settings.key)),
    able: |_| Capabilities {
        window: None,
        text: Limit { most: 5000, units: Units::Utf16 },
        files: Files { largest: LARGEST_PREVIEW, caption: None },
        marks: Marks { delivered: false, read: false },
        templates: false,
    },
    write_first: None,
    continuity: Continuity::Undeliverable,
    steps: &[
        "In the LINE Developers console, make a Messaging API channel for your official account, or take the one it has.",
        "Copy the channel ID and the channel secret from Basic settings, and issue a long-lived channel access token under Messaging API.",
        "Paste the three below. Segue tells LINE the address of the webhook: {webhook}",
        "In the console under Messaging API, switch Use webhook on, and Webhook redelivery too; in the LINE Official Account Manager, switch auto-reply messages off.",
        "Write to the account from LINE: the message stands in Segue within a second.",
    ],
};

struct Line;

impl Line {
    fn call(wire: &Wire, method: Method, segments: &[&str]) -> RequestBuilder {
        wire.request(method, segments).bearer_auth(wire.value("line_channel_token"))
    }

    /// Asks LINE; the answer where it is a good one.
    async fn ask(wire: &Wire, request: RequestBuilder) -> Result<Json, Trouble> {
        let reply = wire.client().send(request).await?;
        if reply.is_good() { Ok(reply.json()) } else { Err(pushed::trouble(&reply)) }
    }

    /// The message object of a piece (reference, "Message objects").
    async fn message(wire: &Wire, part: &Part<'_>) -> Json {
        match part.piece {
            Piece::Text(words) => {
                let mut message = json!({"type": "text", "text": words});
                if let Some(token) = quoted(wire, part).await {
                    message["quoteToken"] = token;
                }
                message
            }
            Piece::File(file, _) => {
                let link = link(wire, file);
                json!({"type": "image", "originalContentUrl": link, "previewImageUrl": link})
            }
            Piece::Template(_) => Json::Null,
        }
    }
}

/// What quotes the message that is answered, where LINE gave something for that.
async fn quoted(wire: &Wire, part: &Part<'_>) -> Option<Json> {
    part.answers()?;
    let message = &part.errand.message;
    let (conversation, answered) = (message.conversation_id, message.content_attributes["in_reply_to"].as_i64()?);
    let read = wire
        .app
        .desk
        .db
        .read::<_, store::Error, _>(async move |tx| messages::by_id(tx, conversation, MessageId(answered)).await);
    let token = read.await.ok()??.content_attributes.get(event::QUOTE_TOKEN)?.clone();
    token.is_string().then_some(token)
}

fn link(wire: &Wire, file: &Attachment) -> String {
    file_links::link(&wire.app.desk.house, file, file_links::for_mail(wire.app.desk.now()))
}

/// Whether a file goes as a picture: JPEG or PNG, and at an address that LINE takes (reference, "Image message").
fn goes_as_picture(wire: &Wire, file: &Attachment) -> bool {
    let link = link(wire, file);
    matches!(file.content_type.as_str(), "image/jpeg" | "image/png")
        && file.size <= LARGEST_PREVIEW
        && link.starts_with("https://")
        && link.len() <= 2000
}

impl Provider for Line {
    fn home(&self) -> &'static str {
        "https://api.line.me"
    }

    fn hooks(&self) -> &'static [&'static str] {
        &["/webhooks/line/{channel}"]
    }

    fn admit<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>> {
        Box::pin(async move {
            let wire = addressed::wire(app, KIND.name, post.in_path("channel")).await?;
            let signature = hmac_sha256_bytes(wire.value("line_channel_secret").as_bytes(), &post.body);
            if !same(&STANDARD.encode(signature), post.header(SIGNATURE_HEADER)) {
                return Err(Refusal::new(StatusCode::UNAUTHORIZED, "The signature is wrong"));
            }
            let posts = event::apart(post.text()?).into_iter().map(|event| (wire.inbox.id, event)).collect();
            Ok(Admitted { posts, answer: axum::Json(json!({})).into_response() })
        })
    }

    fn read(&self, _: &Wire, body: &str) -> Result<Vec<News>, String> {
        event::read(body)
    }

    fn profile<'a>(&'a self, wire: &'a Wire, user: &'a str) -> BoxFuture<'a, Option<Person>> {
        Box::pin(async move {
            let request = Self::call(wire, Method::GET, &["v2", "bot", "profile", user]);
            let known = Self::ask(wire, request).await.ok()?;
            let noted = json!({
                "social_line_user_id": user, "language": known["language"], "status_message": known["statusMessage"],
            });
            let name = known["displayName"].as_str().map(str::to_owned);
            Some(Person { id: user.to_owned(), name, phone: None, noted })
        })
    }

    fn pieces(&self, wire: &Wire, errand: &Errand) -> Vec<Piece> {
        pieces::taking(wire, errand, |file| goes_as_picture(wire, file))
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let body = json!({"to": part.to(), "messages": [Self::message(wire, part).await]});
            let request = Self::call(wire, Method::POST, &["v2", "bot", "message", "push"])
                .header("content-type", "application/json")
                .header("x-line-retry-key", part.key(wire))
                .body(body.to_string());
            let reply = wire.client().send(request).await.map_err(|trouble| End::Later(trouble, None))?;
            pushed::outcome(&reply)
        })
    }

    fn media<'a>(&'a self, wire: &'a Wire, id: &'a str) -> BoxFuture<'a, Result<Fetched, Lost>> {
        Box::pin(async move {
            let request = match id.strip_prefix(event::STICKER) {
                Some(sticker) => wire.client().request(
                    Method::GET,
                    wire.url_at(STICKERS, &["stickershop", "v1", "sticker", sticker, "android", "sticker.png"]),
                ),
                None => file(wire, &["v2", "bot", "message", id, "content"]),
            };
            let reply = wire.client().fetch(request, LARGEST).await.map_err(|trouble| Lost::Later(trouble.words))?;
            match reply.status {
                200 => Ok(Fetched { bytes: reply.body, content_type: reply.content_type, name: None }),
                202 => Err(prepared(wire, id).await),
                _ => Err(lost(&reply)),
            }
        })
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let bot = Self::ask(wire, Self::call(wire, Method::GET, &["v2", "bot", "info"])).await?;
            let text = |name: &str| bot[name].as_str().unwrap_or("?").to_owned();
            let hook = Self::call(wire, Method::GET, &["v2", "bot", "channel", "webhook", "endpoint"]);
            let hook = Self::ask(wire, hook).await?;
            if hook["active"] != true {
                let words = "LINE: the webhook is not in use; switch Use webhook on in the LINE Developers console";
                return Err(Trouble { code: None, words: words.into() });
            }
            if hook["endpoint"].as_str() != wire.webhook().as_deref() {
                let words = format!("LINE posts to {}, not here", hook["endpoint"].as_str().unwrap_or("nowhere"));
                return Err(Trouble { code: None, words });
            }
            Ok(format!("LINE knows the account {} ({})", text("displayName"), text("basicId")))
        })
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let request = Self::call(wire, Method::PUT, &["v2", "bot", "channel", "webhook", "endpoint"])
                .header("content-type", "application/json")
                .body(json!({"endpoint": wire.webhook()}).to_string());
            Self::ask(wire, request).await.map(|_| ())
        })
    }
}

/// A request to where files are.
fn file(wire: &Wire, segments: &[&str]) -> RequestBuilder {
    wire.client().request(Method::GET, wire.url_at(FILES, segments)).bearer_auth(wire.value("line_channel_token"))
}

/// What became of a video or a sound that was not ready (reference, "Verify the preparation status").
async fn prepared(wire: &Wire, id: &str) -> Lost {
    let request = file(wire, &["v2", "bot", "message", id, "content", "transcoding"]);
    match wire.client().send(request).await {
        Ok(reply) if reply.json()["status"] == "failed" => Lost::Never("LINE could not prepare it".into()),
        _ => Lost::Later("LINE is preparing it".into()),
    }
}

fn lost(reply: &Reply) -> Lost {
    let words = format!("LINE answers {}", reply.status);
    if reply.may_pass() { Lost::Later(words) } else { Lost::Never(words) }
}
