//! LINE, and what its Messaging API checks (<https://developers.line.biz/en/reference/messaging-api/>).

use crate::{
    provider::{Answered, Asked, Mood, Provider},
    stage::{Hook, Stage, deliveries, stories},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::signing::hmac_sha256_bytes;
use serde_json::{Value, json};
use server::config::Config;
use std::sync::{Arc, Mutex};

const CHANNEL: &str = "1657000001";
const SECRET: &str = "8c570fa6dd201bb328f1c1eac23a96d8";
const TOKEN: &str = "long-lived/token+of/the+channel=";
const USER: &str = "U4af4980629a94d9b8a1f3a2b1c0d4711";
const WEBHOOK: &str = "https://segue.example/webhooks/line/1657000001";

/// A push that LINE has taken: its retry key, what was asked, and the id it got.
type Pushed = (String, Value, String);

/// LINE.
pub struct Line {
    provider: Provider,
    pushed: Arc<Mutex<Vec<Pushed>>>,
}

fn failure(status: u16, words: &str) -> Answered {
    Answered::json(status, &json!({"message": words}))
}

fn detailed(property: &str, words: &str) -> Answered {
    let details = json!([{"message": words, "property": property}]);
    Answered::json(400, &json!({"message": "The request body has 1 error(s)", "details": details}))
}

/// What is wrong with a message object.
fn wrong(message: &Value) -> Option<Answered> {
    let https = |field: &str| {
        message[field].as_str().is_some_and(|url| url.starts_with("https://") && url.encode_utf16().count() <= 2000)
    };
    match message["type"].as_str() {
        Some("text") => {
            let text = message["text"].as_str().unwrap_or_default();
            if text.is_empty() {
                return Some(detailed("messages[0].text", "May not be empty"));
            }
            let long = text.encode_utf16().count() > 5000;
            let quoted = message.get("quoteToken").is_some_and(|token| token != "q3Plxr4AgKd");
            (long || quoted).then(|| detailed("messages[0]", "Invalid"))
        }
        Some("image") => (!https("originalContentUrl") || !https("previewImageUrl"))
            .then(|| detailed("messages[0].originalContentUrl", "Invalid uri scheme")),
        _ => Some(detailed("messages[0].type", "Must be one of the following values: [text, image]")),
    }
}

fn push(asked: &Asked, mood: Mood, pushed: &Mutex<Vec<Pushed>>) -> Answered {
    let body = asked.json();
    let key = asked.header("x-line-retry-key");
    let is_uuid = key.len() == 36 && key.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let is_uuid = is_uuid && key.bytes().all(|c| c == b'-' || c.is_ascii_hexdigit());
    if !is_uuid {
        return failure(400, "The retry key is invalid");
    }
    match mood {
        Mood::Busy => return failure(429, "The API rate limit has been exceeded. Try again later."),
        Mood::Refuses => return failure(429, "You have reached your monthly limit."),
        Mood::Lost => return failure(400, "Failed to send messages"),
        Mood::Takes => {}
    }
    if body["to"] != USER {
        return failure(400, "The property, 'to', in the request body is invalid (line: -, column: -)");
    }
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    if messages.is_empty() || messages.len() > 5 {
        return detailed("messages", "Size must be between 1 and 5");
    }
    if let Some(answer) = messages.iter().find_map(wrong) {
        return answer;
    }
    let sent = |id: &str| json!([{"id": id, "quoteToken": "IStG5h1Tz7b"}]);
    let mut pushed = pushed.lock().unwrap();
    if let Some((_, before, id)) = pushed.iter().find(|(known, ..)| known == key) {
        assert_eq!(before, &body, "another message under the same retry key");
        return Answered::json(409, &json!({"message": "The retry key is already accepted", "sentMessages": sent(id)}));
    }
    let id = format!("4612309668420{:05}", pushed.len());
    pushed.push((key.to_owned(), body.clone(), id.clone()));
    if messages[0]["text"] == "Taken without a word" {
        return failure(500, "The error occurred while processing the request");
    }
    Answered::json(200, &json!({"sentMessages": sent(&id)}))
}

fn answer(asked: &Asked, mood: Mood, pushed: &Mutex<Vec<Pushed>>) -> Answered {
    if asked.path.starts_with("/stickershop/") {
        let known = asked.path == "/stickershop/v1/sticker/52002738/android/sticker.png";
        assert!(asked.header("authorization").is_empty(), "the token goes to the Messaging API alone");
        return if known {
            Answered(200, "image/png", b"a sticker".to_vec())
        } else {
            Answered(404, "text/plain", vec![])
        };
    }
    if asked.header("authorization") != format!("Bearer {TOKEN}") {
        return failure(
            401,
            "Authentication failed due to the following reason: invalid token. Confirm that the access token in the authorization header is valid.",
        );
    }
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/v2/bot/info") => {
            let id = "Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
            Answered::json(200, &json!({"userId": id, "basicId": "@216ru", "displayName": "Acme"}))
        }
        ("PUT", "/v2/bot/channel/webhook/endpoint") => {
            let https =
                asked.json()["endpoint"].as_str().is_some_and(|url| url.starts_with("https://") && url.len() <= 500);
            if https { Answered::json(200, &json!({})) } else { failure(400, "Invalid webhook endpoint URL") }
        }
        ("GET", "/v2/bot/channel/webhook/endpoint") => {
            Answered::json(200, &json!({"endpoint": WEBHOOK, "active": mood != Mood::Busy}))
        }
        ("GET", "/v2/bot/profile/U4af4980629a94d9b8a1f3a2b1c0d4711") => Answered::json(
            200,
            &json!({"displayName": "Carla Customer", "userId": USER, "language": "en", "statusMessage": "Hello, LINE!"}),
        ),
        ("GET", "/v2/bot/message/354718705033693859/content") => Answered(200, "image/jpeg", b"a picture".to_vec()),
        ("GET", "/v2/bot/message/325708/content") => Answered(200, "application/pdf", b"an invoice".to_vec()),
        ("GET", "/v2/bot/message/325708326/content") => {
            if mood == Mood::Busy {
                Answered::json(202, &json!({}))
            } else {
                Answered(200, "video/mp4", b"a film".to_vec())
            }
        }
        ("GET", "/v2/bot/message/325708326/content/transcoding") => {
            Answered::json(200, &json!({"status": "processing"}))
        }
        ("POST", "/v2/bot/message/push") => push(asked, mood, pushed),
        _ => failure(404, "Not found"),
    }
}

impl Line {
    fn signed(body: &str) -> Hook {
        let signature = STANDARD.encode(hmac_sha256_bytes(SECRET.as_bytes(), body.as_bytes()));
        let headers = vec![("content-type", "application/json; charset=utf-8".into()), ("x-line-signature", signature)];
        Hook { path: format!("/webhooks/line/{CHANNEL}"), headers, body: body.to_owned() }
    }

    /// What LINE posts of that event.
    fn fixture(name: &str, change: impl FnOnce(&mut Value)) -> Hook {
        let path = format!("{}/tests/channels/fixtures/line/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut post = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        change(&mut post);
        Self::signed(&post.to_string())
    }

    fn pushed(&self) -> Vec<Value> {
        self.pushed.lock().unwrap().iter().map(|(_, body, _)| body["messages"][0].clone()).collect()
    }
}

impl Stage for Line {
    const KIND: &'static str = "line";

    async fn begin() -> Self {
        let pushed = Arc::<Mutex<Vec<Pushed>>>::default();
        let seen = Arc::clone(&pushed);
        Self { provider: Provider::answering(move |asked, _, mood| answer(asked, mood, &seen)).await, pushed }
    }

    fn configure(&self, config: &mut Config) {
        config.channels.set_base(Self::KIND, self.provider.url.clone());
    }

    fn settings(&self) -> Value {
        json!({"line_channel_id": CHANNEL, "line_channel_secret": SECRET, "line_channel_token": TOKEN})
    }

    fn secrets(&self) -> Vec<&'static str> {
        vec![SECRET, TOKEN]
    }

    fn says(&self, n: i64, words: &str, at: i64) -> Hook {
        Self::fixture("text", |post| {
            let event = &mut post["events"][0];
            event["message"]["id"] = json!(format!("44457384408357{n:04}"));
            event["message"]["text"] = json!(words);
            event["timestamp"] = json!(at * 1000);
            event["webhookEventId"] = json!(format!("01FZ74A0TDDPYRVKNK77XK{n:04}"));
        })
    }

    fn forged(&self, hook: &Hook) -> Vec<Hook> {
        let with = |signature: &str| {
            let mut forged = hook.clone();
            forged.headers[1].1 = signature.into();
            forged
        };
        let bare = Hook { headers: vec![hook.headers[0].clone()], ..hook.clone() };
        let elsewhere = Hook { path: "/webhooks/line/1657000002".into(), ..hook.clone() };
        let changed = Hook { body: hook.body.replace("Forged", "Changed"), ..hook.clone() };
        let other = STANDARD.encode(hmac_sha256_bytes(b"another secret", hook.body.as_bytes()));
        vec![with("wrong"), with(""), with(&other), bare, elsewhere, changed]
    }

    fn broken(&self, _: &Hook) -> Hook {
        Self::signed("nonsense")
    }

    fn reached(&self) -> Vec<String> {
        self.pushed().iter().filter_map(|message| message["text"].as_str().map(str::to_owned)).collect()
    }

    fn set(&self, mood: Mood) {
        self.provider.set(mood);
    }
}

stories!(Line);

mod more {
    use super::{Line, Mood, deliveries};
    use crate::stage::{CARLA, Scene, Stage, both};
    use serde_json::{Value, json};

    both!(
        super::Line,
        files_come_and_go,
        a_sticker_is_shown,
        what_is_unsent_is_gone,
        who_blocks_the_account_gets_mail,
        what_was_taken_without_a_word_goes_once,
        several_events_and_redelivered_ones_stand_once,
        a_reply_quotes_what_it_answers,
        the_settings_are_checked,
    );

    async fn posts(scene: &Scene<Line>, name: &str) {
        assert!(scene.posts(&Line::fixture(name, |_| {})).await.status.is_success(), "{name}");
        scene.house.work().await;
    }

    async fn messages(scene: &Scene<Line>) -> Vec<Value> {
        scene.house.agent().messages(scene.number().await).await
    }

    async fn files_come_and_go(scene: Scene<Line>) {
        posts(&scene, "image").await;
        posts(&scene, "file").await;
        scene.stage.set(Mood::Busy);
        posts(&scene, "video").await;
        assert_eq!(messages(&scene).await[2]["content_attributes"]["media"][0]["state"], "waiting");
        scene.stage.set(Mood::Takes);
        scene.house.pass(3600).await;
        let files: Vec<Value> =
            messages(&scene).await.iter().map(|message| message["attachments"][0].clone()).collect();
        let kinds: Vec<&str> = files.iter().map(|file| file["file_type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["image", "file", "video"]);
        let link = files[1]["data_url"].as_str().unwrap().strip_prefix("https://segue.example").unwrap().to_owned();
        assert!(link.ends_with("/invoice.pdf"), "{link}");
        assert_eq!(scene.house.call("GET", &link).send().await.body, b"an invoice");

        for (name, kind) in [("a.png", "image/png"), ("b.pdf", "application/pdf")] {
            let form = format!(
                "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nSee\r\n--b\r\nContent-Disposition: \
                 form-data; name=\"attachments[]\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\nbytes\r\n--b--\r\n"
            );
            let path = format!("/conversations/{}/messages", scene.number().await);
            let agent = scene.house.agent();
            let sent = agent
                .call("POST", &path)
                .header("content-type", "multipart/form-data; boundary=b")
                .body(form)
                .await
                .ok();
            scene.house.work().await;
            assert_eq!(deliveries(&scene.shown(&sent).await)[0].1, "sent", "{name}");
        }
        let pushed = scene.stage.pushed();
        assert_eq!((&pushed[0]["text"], &pushed[1]["type"], pushed.len()), (&json!("See"), &json!("image"), 3));
        let picture = pushed[1]["originalContentUrl"].as_str().unwrap();
        let path = picture.strip_prefix("https://segue.example").unwrap();
        assert_eq!(scene.house.call("GET", path).send().await.body, b"bytes", "LINE can fetch it");
        let text = pushed[2]["text"].as_str().unwrap();
        assert!(text.starts_with("See\n\nb.pdf: https://segue.example/rails/active_storage/blobs/"), "{text}");
    }

    async fn a_sticker_is_shown(scene: Scene<Line>) {
        posts(&scene, "sticker").await;
        let message = messages(&scene).await[0].clone();
        assert_eq!((&message["content_type"], &message["content"]), (&json!("sticker"), &json!(null)));
        assert_eq!(message["content_attributes"]["sticker"]["keywords"][0], "cony");
        assert_eq!(
            (&message["attachments"][0]["file_type"], &message["attachments"][0]["file_size"]),
            (&json!("image"), &json!(9))
        );
    }

    async fn what_is_unsent_is_gone(scene: Scene<Line>) {
        posts(&scene, "file").await;
        for _ in 0..2 {
            posts(&scene, "unsend").await;
        }
        let message = messages(&scene).await[0].clone();
        assert_eq!(message["content_attributes"]["deleted"], true);
        assert!(message["attachments"].as_array().is_none_or(Vec::is_empty));
    }

    async fn who_blocks_the_account_gets_mail(mut scene: Scene<Line>) {
        posts(&scene, "follow").await;
        scene.carla_says("Hello").await;
        assert_eq!(scene.conversation().await["meta"]["sender"]["name"], "Carla Customer");
        scene.carla_has_an_address().await;
        posts(&scene, "unfollow").await;
        let window = scene.conversation().await["reply_window"].clone();
        assert_eq!((&window["open"], &window["unreachable"]), (&json!(false), &json!("they have blocked the account")));
        let reply = scene.agent_replies("By mail, then", "auto").await;
        assert_eq!(deliveries(&reply), [("email".to_owned(), "sandboxed".to_owned())]);
        assert_eq!(reply["deliveries"][0]["to"], CARLA);
        assert!(scene.stage.reached().is_empty());
        let back =
            Line::fixture("follow", |post| post["events"][0]["webhookEventId"] = json!("01FZ74DKA16WVJ9JMD0P3TJ91T"));
        assert!(scene.posts(&back).await.status.is_success());
        scene.house.work().await;
        assert_eq!(scene.conversation().await["can_reply"], true);
    }

    async fn what_was_taken_without_a_word_goes_once(mut scene: Scene<Line>) {
        scene.carla_says("Hello").await;
        let reply = scene.agent_replies("Taken without a word", "auto").await;
        assert_eq!(deliveries(&reply)[0].1, "deferred");
        scene.house.pass(3600).await;
        let shown = scene.shown(&reply).await;
        assert_eq!((&shown["source_id"], deliveries(&shown)[0].1.as_str()), (&json!("461230966842000000"), "sent"));
        let asked = scene.stage.provider.asked("/push");
        assert_eq!((asked.len(), scene.stage.reached().len()), (2, 1));
        assert_eq!(asked[0].header("x-line-retry-key"), asked[1].header("x-line-retry-key"));
        scene.agent_replies("**Another**, [here](https://a.example)", "auto").await;
        assert_eq!(scene.stage.reached()[1], "Another, here (https://a.example)", "LINE shows nothing but text");
        let asked = scene.stage.provider.asked("/push");
        assert_ne!(asked[1].header("x-line-retry-key"), asked[2].header("x-line-retry-key"));
    }

    async fn several_events_and_redelivered_ones_stand_once(scene: Scene<Line>) {
        let two = |redelivered: bool| {
            Line::fixture("text", |post| {
                let mut second = post["events"][0].clone();
                second["message"]["id"] = json!("444573844083572738");
                second["message"]["text"] = json!("and again");
                post["events"].as_array_mut().unwrap().push(second);
                for event in post["events"].as_array_mut().unwrap() {
                    event["deliveryContext"]["isRedelivery"] = json!(redelivered);
                }
            })
        };
        for redelivered in [false, true] {
            assert!(scene.posts(&two(redelivered)).await.status.is_success());
            scene.house.work().await;
        }
        posts(&scene, "group").await;
        let said: Vec<String> = scene.thread().await.into_iter().map(|(_, words)| words).collect();
        assert_eq!(said, ["Hello", "and again"]);
        posts(&scene, "unfollow").await;
        posts(&scene, "follow").await;
        let late = Line::fixture("unfollow", |post| post["events"][0]["deliveryContext"]["isRedelivery"] = json!(true));
        assert!(scene.posts(&late).await.status.is_success());
        scene.house.work().await;
        assert_eq!(scene.conversation().await["can_reply"], true, "told twice, it is over all the same");
    }

    async fn a_reply_quotes_what_it_answers(mut scene: Scene<Line>) {
        scene.carla_says("Which colour?").await;
        let (number, asked) = (scene.number().await, messages(&scene).await[0]["id"].clone());
        let reply = json!({"content": "Blue", "content_attributes": {"in_reply_to": asked}});
        let sent = scene.house.agent().sends(number, reply).await.ok();
        scene.house.work().await;
        assert_eq!(deliveries(&scene.shown(&sent).await)[0].1, "sent");
        assert_eq!(scene.stage.pushed()[0]["quoteToken"], "q3Plxr4AgKd");
        let id = scene.shown(&sent).await["source_id"].clone();
        let hook = Line::fixture("text", |post| post["events"][0]["message"]["quotedMessageId"] = id);
        assert!(scene.posts(&hook).await.status.is_success());
        scene.house.work().await;
        assert_eq!(messages(&scene).await[2]["content_attributes"]["in_reply_to"], sent["id"]);
    }

    async fn the_settings_are_checked(scene: Scene<Line>) {
        assert_eq!(scene.stage.provider.taken("/webhook/endpoint")[0].json()["endpoint"], super::WEBHOOK);
        let agent = scene.house.agent();
        let path = format!("/inboxes/{}", scene.inbox["id"]);
        let test = format!("{path}/test");
        assert_eq!(agent.call("POST", &test).send().await.ok()["words"], "LINE knows the account Acme (@216ru)");
        scene.stage.set(Mood::Busy);
        let tested = agent.call("POST", &test).send().await.ok();
        assert_eq!(tested["ok"], false);
        assert!(tested["words"].as_str().unwrap().contains("Use webhook"), "{tested}");
        let answer = scene.posts(&Line::fixture("verify", |_| {})).await;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "{}"));
        agent.call("PATCH", &path).json(json!({"channel": {"line_channel_token": "revoked"}})).await.ok();
        let tested = agent.call("POST", &test).send().await.ok();
        assert!(tested["words"].as_str().unwrap().starts_with("LINE: Authentication failed"), "{tested}");
        let wrong = json!({"name": "x", "channel": {"type": "line", "line_channel_id": "abc", "line_channel_secret": "a", "line_channel_token": "b"}});
        assert!(agent.call("POST", "/inboxes").json(wrong).await.refused(422).starts_with("line_channel_id"));
    }
}
