//! Telegram, and what its Bot API checks (<https://core.telegram.org/bots/api>).

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Stage, deliveries, stories},
};
use serde_json::{Value, json};
use server::config::Config;

const TOKEN: &str = "123456789:AAF-x_secret_of_the_bot";
const CHAT: i64 = 4711;

/// Telegram.
pub struct Telegram(Provider);

fn failure(code: u16, words: &str) -> Answered {
    Answered::json(code, &json!({"ok": false, "error_code": code, "description": words}))
}

fn answer(asked: &Asked, count: usize, mood: Mood) -> Answered {
    let good = |result: Value| Answered::json(200, &json!({"ok": true, "result": result}));
    if let Some(path) = asked.path.strip_prefix(&format!("/file/bot{TOKEN}/")) {
        return match path {
            "photos/file_1.jpg" => Answered(200, "application/octet-stream", b"a picture".to_vec()),
            _ => Answered(404, "text/plain", Vec::new()),
        };
    }
    let Some(method) = asked.path.strip_prefix(&format!("/bot{TOKEN}/")) else { return failure(401, "Unauthorized") };
    let body = asked.json();
    match method {
        "getMe" => good(json!({"id": 123_456_789, "is_bot": true, "username": "acme_bot"})),
        "setWebhook" => {
            let secret = body["secret_token"].as_str().unwrap_or_default();
            let fine = !secret.is_empty() && secret.len() <= 256;
            let fine = fine && secret.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-".contains(&c));
            let https = body["url"].as_str().is_some_and(|url| url.starts_with("https://"));
            if fine && https { good(json!(true)) } else { failure(400, "Bad Request: bad webhook") }
        }
        "getFile" => good(json!({"file_id": body["file_id"], "file_path": "photos/file_1.jpg"})),
        "sendMessage" | "sendPhoto" | "sendDocument" => match mood {
            Mood::Busy => Answered::json(
                429,
                &json!({"ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 20}}),
            ),
            Mood::Refuses => failure(400, "Bad Request: message is too strange"),
            Mood::Lost => failure(403, "Forbidden: bot was blocked by the user"),
            Mood::Takes => {
                let text = body["text"].as_str().unwrap_or_default();
                let multipart = asked.header("content-type").starts_with("multipart/form-data; boundary=");
                if !multipart && (text.is_empty() || text.encode_utf16().count() > 4096) {
                    return failure(400, "Bad Request: message is too long");
                }
                let html = body["parse_mode"] == "HTML";
                if html && (!is_telegram_html(text) || text.contains("too clever")) {
                    return failure(400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 0");
                }
                good(json!({"message_id": 1000 + count, "chat": {"id": CHAT}}))
            }
        },
        _ => failure(404, "Not Found"),
    }
}

/// Whether the tags are Telegram's and closed in order, and `<`, `>` and `&` stand for nothing else.
fn is_telegram_html(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut pieces = text.split('<');
    let clean = |text: &str| {
        let entities = ["amp;", "lt;", "gt;", "quot;"];
        !text.contains('>') && text.split('&').skip(1).all(|rest| entities.iter().any(|known| rest.starts_with(known)))
    };
    if !pieces.next().is_some_and(clean) {
        return false;
    }
    for piece in pieces {
        let Some((tag, after)) = piece.split_once('>') else { return false };
        let good = match tag.strip_prefix('/') {
            Some(name) => open.pop() == Some(name),
            None => {
                let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
                open.push(name);
                ["b", "i", "code"].contains(&tag) || (name == "a" && rest.starts_with("href=\"") && rest.ends_with('"'))
            }
        };
        if !good || !clean(after) {
            return false;
        }
    }
    open.is_empty()
}

impl Telegram {
    /// How often it has been asked anything.
    pub fn requests(&self) -> usize {
        self.0.asked("").len()
    }

    fn secret(&self) -> String {
        let told = self.0.asked("/setWebhook");
        told.last().unwrap().json()["secret_token"].as_str().unwrap().to_owned()
    }

    fn path(&self) -> String {
        let told = self.0.asked("/setWebhook");
        let url = told.last().unwrap().json()["url"].as_str().unwrap().to_owned();
        url.strip_prefix("https://segue.example").unwrap().to_owned()
    }

    fn update(&self, update: &Value) -> Hook {
        let headers =
            vec![("content-type", "application/json".into()), ("x-telegram-bot-api-secret-token", self.secret())];
        Hook { path: self.path(), headers, body: update.to_string() }
    }

    /// What Telegram posts of that message.
    fn fixture(&self, name: &str, change: impl FnOnce(&mut Value)) -> Hook {
        let path = format!("{}/tests/channels/fixtures/telegram/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut update = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        change(&mut update);
        self.update(&update)
    }
}

impl Stage for Telegram {
    const KIND: &'static str = "telegram";

    async fn begin() -> Self {
        Self(Provider::answering(answer).await)
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.0.url.clone());
    }

    fn settings(&self) -> Value {
        json!({"bot_token": TOKEN})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec!["AAF-x_secret_of_the_bot"]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        self.fixture("text", |update| {
            update["update_id"] = json!(10_000 + n);
            update["message"]["message_id"] = json!(n);
            update["message"]["date"] = json!(at);
            update["message"]["text"] = json!(words);
        })
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let with = |secret: &str| {
            let mut forged = hook.clone();
            forged.headers[1].1 = secret.into();
            forged
        };
        let bare = Hook { headers: vec![hook.headers[0].clone()], ..hook.clone() };
        let elsewhere = Hook { path: "/webhooks/telegram/987".into(), ..hook.clone() };
        let whole = Hook { path: format!("/webhooks/telegram/{TOKEN}"), ..bare.clone() };
        vec![with("wrong"), with(""), bare, elsewhere, whole]
    }

    fn reached(&self) -> Vec<String> {
        let taken = self.0.taken("/sendMessage");
        taken.iter().map(|asked| asked.json()["text"].as_str().unwrap().to_owned()).collect()
    }

    fn set(&self, mood: Mood) {
        self.0.set(mood);
    }
}

stories!(Telegram);

mod more {
    use super::{Telegram, deliveries};
    use crate::stage::{Scene, Stage, both};
    use serde_json::json;

    both!(
        super::Telegram,
        files_come_and_go,
        a_long_text_goes_in_pieces,
        what_is_edited_blocked_and_signed_is_shown,
        what_agents_mark_is_marked_there,
    );

    async fn what_agents_mark_is_marked_there(mut scene: Scene<Telegram>) {
        scene.carla_says("Which one?").await;
        let rows = [
            (
                "**The <blue> one**, [see](https://a.example/?a=1&b=2)",
                "<b>The &lt;blue&gt; one</b>, <a href=\"https://a.example/?a=1&amp;b=2\">see</a>",
                true,
            ),
            ("2 < 3 & so on", "2 < 3 & so on", false),
            ("*too clever* & [by half](https://a.example)", "too clever & by half (https://a.example)", false),
        ];
        for (typed, shown, as_html) in rows {
            let sent = scene.agent_replies(typed, "auto").await;
            assert_eq!((deliveries(&sent)[0].1.as_str(), &sent["content"]), ("sent", &json!(typed)));
            let asked = scene.stage.0.taken("/sendMessage").last().unwrap().json();
            assert_eq!(asked["text"], shown);
            assert_eq!(asked["parse_mode"], if as_html { json!("HTML") } else { json!(null) }, "{typed}");
        }
    }

    async fn files_come_and_go(scene: Scene<Telegram>) {
        let hook = scene.stage.fixture("photo", |_| {});
        assert!(scene.posts(&hook).await.status.is_success());
        scene.house.work().await;
        let number = scene.number().await;
        let message = scene.house.agent().messages(number).await[0].clone();
        assert_eq!((&message["content"], &message["content_attributes"]["media"]), (&json!("This one"), &json!(null)));
        let file = &message["attachments"][0];
        assert_eq!((&file["file_type"], &file["file_size"]), (&json!("image"), &json!(9)));
        assert_eq!(scene.stage.0.asked("/getFile")[0].json()["file_id"], "large", "of a photo's sizes the largest");
        let link = file["data_url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned();
        assert_eq!(scene.house.call("GET", &link).send().await.body, b"a picture");

        let form = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nSee\r\n--b\r\n\
                    Content-Disposition: form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b--\r\n";
        let path = format!("/conversations/{number}/messages");
        let call = scene.house.agent();
        let call = call.call("POST", &path).header("content-type", "multipart/form-data; boundary=b");
        let sent = call.body(form).await.ok();
        scene.house.work().await;
        assert_eq!(deliveries(&scene.shown(&sent).await)[0].1, "sent");
        let asked = scene.stage.0.taken("/sendDocument")[0].text();
        for part in [
            "name=\"document\"; filename=\"a.txt\"",
            "words",
            "name=\"caption\"\r\n\r\nSee",
            "name=\"chat_id\"\r\n\r\n4711",
        ] {
            assert!(asked.contains(part), "{part} in {asked}");
        }
    }

    async fn a_long_text_goes_in_pieces(mut scene: Scene<Telegram>) {
        scene.carla_says("Tell me all").await;
        let long = "All of it. ".repeat(800);
        let sent = scene.agent_replies(&long, "auto").await;
        assert_eq!(deliveries(&sent)[0].1, "sent");
        let reached = scene.stage.reached();
        assert_eq!(reached.len(), 3);
        assert_eq!(reached.join(" "), long.trim());
    }

    async fn what_is_edited_blocked_and_signed_is_shown(mut scene: Scene<Telegram>) {
        scene.carla_says("Hellp").await;
        let number = scene.number().await;
        for name in ["edited", "reaction", "blocked"] {
            let hook = scene.stage.fixture(name, |_| {});
            for _ in 0..2 {
                assert!(scene.posts(&hook).await.status.is_success(), "{name}");
            }
            scene.house.work().await;
        }
        let messages = scene.house.agent().messages(number).await;
        assert_eq!(
            (&messages[0]["content"], &messages[0]["content_attributes"]["edited"]),
            (&json!("Hello"), &json!(true))
        );
        assert_eq!(scene.lines().await, ["Carla Customer reacted with 👍 to “Hello”"]);
        let window = scene.conversation().await["reply_window"].clone();
        assert_eq!((&window["open"], &window["unreachable"]), (&json!(false), &json!("they have blocked the bot")));
    }
}
