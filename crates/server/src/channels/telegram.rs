//! Telegram bots (<https://core.telegram.org/bots/api>): updates come by webhook with a secret in a header, replies go by
//! `sendMessage` and its siblings. A bot cannot write first, and replies are taken at any time.

mod update;

use super::{Admitted, Listed, Lost, Part, Piece, Posted, Provider, Wire, addressed, upload};
use crate::{app::App, fetch::Fetched, http::problem::Refusal};
use desk::{
    channel_media::LARGEST,
    markup::{self, Style},
    receive_on_channel::News,
    send_on_channel::{End, Trouble},
    signing::same,
};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use model::{
    Json,
    attachment::Attachment,
    channel::{Capabilities, Continuity, Field, Files, Kind, Limit, Marks, Shape, Shown, Units},
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&Telegram) };

/// Bots can send files of up to 50 MB (Bot API, "Sending files").
const LARGEST_SENT: i64 = 50 * 1000 * 1000;
/// The header that carries what `setWebhook` was told (Bot API, `setWebhook`, `secret_token`).
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// What of a chat the bot is told (Bot API, `Update`).
const UPDATES: [&str; 5] = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"];

static KIND: Kind = Kind {
    name: "telegram",
    title: "Telegram",
    fields: &[Field {
        name: "bot_token",
        label: "Bot token",
        help: "BotFather says it when the bot is made: 123456789:AAF…",
        shown: Shown::Nobody,
        required: true,
        shape: Shape::Text,
    }],
    // The number before the colon is the bot's public id.
    key: |given| {
        let (id, secret) = given.get("bot_token")?.split_once(':')?;
        let good = !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
        let secret_good = !secret.is_empty() && secret.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
        (good && secret_good).then(|| id.to_owned())
    },
    webhook: |settings| Some(format!("/webhooks/telegram/{}", settings.key)),
    able: |_| Capabilities {
        window: None,
        text: Limit { most: 4096, units: Units::Utf16 },
        files: Files { largest: LARGEST_SENT, caption: Some(Limit { most: 1024, units: Units::Utf16 }) },
        marks: Marks { delivered: false, read: false },
        templates: false,
    },
    write_first: None,
    continuity: Continuity::Undeliverable,
    steps: &[
        "In Telegram, write /newbot to @BotFather and follow what it asks; or take a bot that is there already.",
        "Paste the token that BotFather gives you below. That is all: Segue itself tells Telegram where to post.",
        "Write to the bot from your own account: the message stands in Segue within a second.",
    ],
};

struct Telegram;

impl Telegram {
    fn call(wire: &Wire, method: &str) -> RequestBuilder {
        wire.request(Method::POST, &[&format!("bot{}", wire.value("bot_token")), method])
    }

    async fn ask(wire: &Wire, method: &str, body: &Json) -> Result<Json, End> {
        let request = Self::call(wire, method).header("content-type", "application/json").body(body.to_string());
        Self::answer(wire, request).await
    }

    /// The `result` of an answer (Bot API, "Making requests").
    async fn answer(wire: &Wire, request: RequestBuilder) -> Result<Json, End> {
        let reply = wire.client().send(request).await.map_err(|trouble| End::Later(trouble, None))?;
        let body = reply.json();
        if reply.is_good() && body["ok"] == true {
            return Ok(body["result"].clone());
        }
        let code = body["error_code"].as_i64().unwrap_or_else(|| reply.status.into());
        let said = body["description"].as_str().unwrap_or("the answer is none of the Bot API");
        let trouble = Trouble { code: Some(code.to_string()), words: format!("Telegram: {said}") };
        if reply.may_pass() {
            let wait = body["parameters"]["retry_after"].as_i64().map(SignedDuration::from_secs);
            return Err(End::Later(trouble, wait.or(reply.retry_after)));
        }
        let said = said.to_lowercase();
        Err(if GONE.iter().any(|gone| said.contains(gone)) { End::Gone(trouble) } else { End::Never(trouble) })
    }
}

/// What the descriptions of errors say when nothing reaches the person any more (error 403, and 400 for lost chats).
const GONE: [&str; 5] = [
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "chat not found",
    "bot can't initiate conversation",
];

impl Provider for Telegram {
    fn home(&self) -> &'static str {
        "https://api.telegram.org"
    }

    fn hooks(&self) -> &'static [&'static str] {
        &["/webhooks/telegram/{bot}"]
    }

    fn admit<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>> {
        Box::pin(async move {
            // Other systems put the whole token into the path; its first part names the bot too.
            let bot = post.in_path("bot").split(':').next().unwrap_or_default();
            let wire = addressed::wire(app, KIND.name, bot).await?;
            if !same(&secret(&wire), post.header(SECRET_HEADER)) {
                return Err(Refusal::new(axum::http::StatusCode::UNAUTHORIZED, "The secret token is wrong"));
            }
            Admitted::whole(wire.inbox.id, post)
        })
    }

    fn read(&self, _: &Wire, body: &str) -> Result<Vec<News>, String> {
        update::read(body)
    }

    fn style(&self, _: &Wire) -> Option<&'static Style> {
        None
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let chat = part.to();
            let mut about = json!({"chat_id": chat});
            if let Some(answers) = part.answers().and_then(|id| id.rsplit('/').next()?.parse::<i64>().ok()) {
                about["reply_parameters"] = json!({"message_id": answers, "allow_sending_without_reply": true});
            }
            let (file, words) = match part.piece {
                Piece::Text(words) => (None, Some(words)),
                Piece::File(file, caption) => (Some(file), caption.as_ref()),
                Piece::Template(_) => {
                    return Err(End::Never(Trouble { code: None, words: "Telegram has no templates".into() }));
                }
            };
            let mut sent = Self::hand(wire, file, &about, words, true).await;
            if let Err(End::Never(trouble)) = &sent
                && trouble.words.contains("can't parse entities")
            {
                sent = Self::hand(wire, file, &about, words, false).await;
            }
            let message = sent?;
            Ok(message["message_id"].as_i64().map(|id| update::message_id(chat, id)))
        })
    }

    fn media<'a>(&'a self, wire: &'a Wire, id: &'a str) -> BoxFuture<'a, Result<Fetched, Lost>> {
        Box::pin(async move {
            let lost = |end: End| match end {
                End::Later(trouble, _) => Lost::Later(trouble.words),
                end => Lost::Never(end.trouble().words),
            };
            let file = Self::ask(wire, "getFile", &json!({"file_id": id})).await.map_err(lost)?;
            let path =
                file["file_path"].as_str().ok_or_else(|| Lost::Never("Telegram does not say where it is".into()))?;
            let mut segments = vec!["file".to_owned(), format!("bot{}", wire.value("bot_token"))];
            segments.extend(path.split('/').filter(|step| !matches!(*step, "" | "." | "..")).map(str::to_owned));
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            let request = wire.request(Method::GET, &segments);
            let reply = wire.client().fetch(request, LARGEST).await.map_err(|trouble| Lost::Later(trouble.words))?;
            if !reply.is_good() {
                let words = format!("Telegram answers {}", reply.status);
                return Err(if reply.may_pass() { Lost::Later(words) } else { Lost::Never(words) });
            }
            // Telegram serves every file as plain bytes: what it is stood in the message.
            let content_type = reply.content_type.filter(|kind| kind != "application/octet-stream");
            let name = path.rsplit('/').next().map(str::to_owned);
            Ok(Fetched { bytes: reply.body, content_type, name })
        })
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let bot = Self::ask(wire, "getMe", &json!({})).await.map_err(End::trouble)?;
            Ok(format!("Telegram knows the bot @{}", bot["username"].as_str().unwrap_or("?")))
        })
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let body = json!({"url": wire.webhook(), "secret_token": secret(wire), "allowed_updates": UPDATES});
            Self::ask(wire, "setWebhook", &body).await.map(|_| ()).map_err(End::trouble)
        })
    }
}

impl Telegram {
    /// Hands a piece over; what is marked as HTML (Bot API, "Formatting options"), or without its marks.
    async fn hand(
        wire: &Wire,
        file: Option<&Attachment>,
        about: &Json,
        words: Option<&String>,
        as_html: bool,
    ) -> Result<Json, End> {
        let mut about = about.clone();
        if let Some(words) = words {
            let marked = markup::is_marked(words);
            let field = if file.is_some() { "caption" } else { "text" };
            about[field] = match (marked, as_html) {
                (false, _) => json!(words),
                (true, true) => json!(markup::write(words, &markup::TELEGRAM)),
                (true, false) => json!(markup::write(words, &markup::PLAIN)),
            };
            if marked && as_html {
                about["parse_mode"] = json!("HTML");
            }
        }
        match file {
            Some(file) => Self::send_file(wire, file, &about).await,
            None => Self::ask(wire, "sendMessage", &about).await,
        }
    }

    /// Sends a file from the blob store (Bot API, "Sending files": multipart).
    async fn send_file(wire: &Wire, file: &Attachment, about: &Json) -> Result<Json, End> {
        let (method, field) = match file.file_type() {
            "image" if file.size <= 10 * 1000 * 1000 && file.content_type != "image/gif" => ("sendPhoto", "photo"),
            "video" => ("sendVideo", "video"),
            "audio" if matches!(file.content_type.as_str(), "audio/mpeg" | "audio/mp4") => ("sendAudio", "audio"),
            _ => ("sendDocument", "document"),
        };
        let form = upload::form(about).part(field, upload::part(wire, file, &file.content_type).await?);
        Self::answer(wire, Self::call(wire, method).multipart(form)).await
    }
}

/// What Telegram says with every update, so that we know it is Telegram: 64 hexadecimal digits.
fn secret(wire: &Wire) -> String {
    wire.own_secret("telegram webhook")
}
